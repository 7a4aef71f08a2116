"""Surface models: STL, OBJ and MTL; coordinates stay, names and comments go (DICOM PS3.3 A.85 to A.87)."""

import re
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO

from deid.engine.errors import UnreadableError
from deid.engine.formats.bounded import read_all
from deid.engine.identity import Identity
from deid.engine.keys import keyed_digest
from deid.engine.results import Cleaned
from deid.engine.writing.stream import HashingTarget

LARGEST = 512 << 20
STL_HEADER, FACET = 80, 50
_NUMBER = rb"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?"
_FACET_LINE = re.compile(
    rb"(?:facet normal|vertex)(?:\s+%s){3}|outer loop|endloop|endfacet" % _NUMBER, re.IGNORECASE
)
_OBJ_NUMBERS = re.compile(rb"(?:v|vn|vt|vp|s)(?:\s+(?:%s|off)){1,8}" % _NUMBER)
_OBJ_FACES = re.compile(rb"[flp](?:\s+-?\d{1,10}(?:/(?:-?\d{1,10})?){0,2}){1,256}")
_MTL_NUMBERS = re.compile(rb"(?:Ka|Kd|Ks|Ke|Ns|Ni|d|Tr|Tf|illum|Pr|Pm|Ps|Pc)(?:\s+%s){1,4}" % _NUMBER)
_NAMED = re.compile(rb"(usemtl|newmtl)\s+(\S.*)")
STL, OBJ, MTL = "model/stl", "model/obj", "model/mtl"
Namer = Callable[[bytes], bytes]


def bad_model() -> UnreadableError:
    """Return the refusal of what is no model."""
    return UnreadableError("The file is no surface model of a kind that is known here.", code="bad_document")


def clean_stl(content: bytes) -> bytes:
    """Return the STL with an empty header and no attribute bytes; text in it is not passed on."""
    if len(content) >= STL_HEADER + 4:
        (count,) = struct.unpack_from("<I", content, STL_HEADER)
        if count and len(content) >= STL_HEADER + 4 + FACET * count and not _is_text(content):
            body = bytearray(content[STL_HEADER + 4 : STL_HEADER + 4 + FACET * count])
            for place in (48, 49):
                body[place::FACET] = bytes(count)
            return bytes(STL_HEADER) + struct.pack("<I", count) + bytes(body)
    if not _is_text(content):
        raise bad_model()
    return b"\n".join((b"solid model", *_facets(content), b"endsolid model")) + b"\n"


def _is_text(content: bytes) -> bool:
    return (
        content[:5].lower() == b"solid" and b"facet" in content[:2000].lower() and b"\0" not in content[:2000]
    )


def _facets(content: bytes) -> Iterator[bytes]:
    for line in content.splitlines()[1:]:
        plain = b" ".join(line.split())
        if not plain or plain.lower().startswith((b"endsolid", b"solid")):
            continue
        if not _FACET_LINE.fullmatch(plain):
            raise bad_model()
        yield plain


def _lines(content: bytes, patterns: tuple[re.Pattern[bytes], ...], name: Namer) -> bytes:
    """Return the lines that are numbers, and materials under new names."""
    kept = []
    for line in content.splitlines():
        plain = line.strip()
        named = _NAMED.fullmatch(plain)
        if named:
            kept.append(named[1] + b" " + name(named[2]))
        elif any(pattern.fullmatch(plain) for pattern in patterns):
            kept.append(plain)
    if not kept:
        raise bad_model()
    return b"\n".join(kept) + b"\n"


def cleaned_model(content: bytes, mime: str, name: Namer) -> bytes:
    """Return a model of type *mime* with numbers only; *name* gives a material its new name."""
    if mime == STL:
        return clean_stl(content)
    return _lines(content, (_OBJ_NUMBERS, _OBJ_FACES) if mime == OBJ else (_MTL_NUMBERS,), name)


def mime_of_model(content: bytes) -> str:
    """Return which kind of model the bytes are."""
    start = b"\n" + content[: 1 << 20]
    if not _is_text(content) and re.search(rb"\nv\s+[\d.+-]", start) and b"\0" not in start:
        return OBJ
    return MTL if b"\nnewmtl" in start and b"\0" not in start else STL


def clean_model(source: BinaryIO, target: BinaryIO, *, identity: Identity, subject_key: str) -> Cleaned:
    """Write the surface model *source* (STL, OBJ or MTL) to *target*; raises `RefusedError`."""
    content = read_all(source, LARGEST)
    secret = identity.uid("materials").encode()

    def name(old: bytes) -> bytes:
        digest = keyed_digest(secret, "material", old.decode("utf-8", "replace")).hex()
        return b"material_" + digest[:8].encode()

    out = HashingTarget(target)
    out.write(cleaned_model(content, mime_of_model(content), name))
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, {"K": 1})
