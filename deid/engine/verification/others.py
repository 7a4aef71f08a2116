"""Verify a released file that is neither DICOM nor NIfTI: no needle in its bytes, no place left where text could be."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from deid.engine.verification.haystacks import Haystack, compile_needles
from deid.engine.verification.needles import Needle
from deid.engine.verification.printed import printed_kinds
from deid.engine.verification.search import Hit
from deid.engine.verification.unpacking import unpacked

PDF = ".pdf"
TEXTS = (
    ".json",
    ".bval",
    ".bvec",
    ".ics",
    ".overlay",
    ".hdr",
    ".seq",
    ".txt",
    ".xml",
    PDF,
    ".obj",
    ".mtl",
    ".tsv",
)
BLOCK, OVERLAP = 8 << 20, 4096
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# Chunks of ISO/IEC 15948 and of its colour extensions that hold no text.
PNG_CHUNKS = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"sBIT", b"sRGB", b"bKGD",
                        b"pHYs", b"cICP"))  # fmt: skip
# The longest application segments of a JPEG that decoding needs: JFIF without thumbnail, one Exif entry, Adobe.
JPEG_SEGMENTS = {0xE0: 16, 0xE1: 34, 0xEE: 14}


def verify_other(
    source_path: Path | str,
    released_path: Path | str,
    needles: Sequence[Needle] = (),
    *,
    masked: bool = False,
) -> list[Hit]:
    """Return what is wrong with a released file: identifying values in it or packed in it, text beside its pixels.

    Without a mask (*masked*) the coded pixels of a PNG must be those of the source.
    """
    haystack = compile_needles(needles)
    name = str(released_path).lower()
    words = name.endswith(TEXTS)
    kinds: set[str] = set()
    for block in _blocks(released_path):
        kinds |= haystack.kinds_in(block, words=words)
        kinds |= _packed_kinds(block, haystack)
    if name.endswith(PDF):
        kinds |= printed_kinds(Path(released_path).read_bytes(), haystack)
    hits = [Hit("file", kind) for kind in sorted(kinds)]
    with Path(released_path).open("rb") as file:
        start = file.read(8)
    if start == PNG:
        hits += _png_hits(Path(source_path).read_bytes(), Path(released_path).read_bytes(), masked)
    elif start.startswith(JPEG):
        hits += _jpeg_hits(Path(released_path).read_bytes())
    return hits


def _packed_kinds(block: bytes, haystack: Haystack) -> set[str]:
    found: set[str] = set()
    for content in unpacked(block):
        found |= haystack.kinds_in(content, words=False)
    return found


def _blocks(path: Path | str) -> Iterator[bytes]:
    """Yield a file in blocks that lap over each other by more than the longest needle."""
    with Path(path).open("rb") as file:
        before = b""
        while block := file.read(BLOCK):
            yield before + block
            before = block[-OVERLAP:]


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(PNG)
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        yield kind, content[place + 8 : place + 8 + length]
        place += 12 + length
    if place != len(content):
        yield b"????", b""


def _png_hits(before: bytes, after: bytes, masked: bool) -> list[Hit]:
    """Return chunks that do not belong, and whether the pixels are other ones."""
    hits = [Hit("chunk", "metadata") for kind, _ in _chunks(after) if kind not in PNG_CHUNKS]
    pixels = [
        zlib.crc32(b"".join(body for kind, body in _chunks(one) if kind == b"IDAT"))
        for one in (before, after)
    ]
    if not masked and pixels[0] != pixels[1]:
        hits.append(Hit("image", "pixels changed"))
    return hits


def _jpeg_hits(content: bytes) -> list[Hit]:
    """Return application segments and comments before the first scan that do not belong."""
    hits, place = [], 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != 0xDA:
        marker, (length,) = content[place + 1], struct.unpack_from(">H", content, place + 2)
        if (0xE0 <= marker <= 0xEF or marker == 0xFE) and length > JPEG_SEGMENTS.get(marker, -1):
            hits.append(Hit("segment", "metadata"))
        place += 2 + length
    if not content.endswith(b"\xff\xd9"):
        hits.append(Hit("trailing bytes", "metadata"))
    return hits
