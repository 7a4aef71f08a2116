"""Before and after of a NIfTI header, field by field and extension by extension, with the reason for each action.

What it returns holds values of the source. It is for the eyes of those who may see the source, and is never kept.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from deid.engine.formats.nifti import NIFTI2, Bytes, Header, blocks_of, clean_header, parse_header
from deid.engine.review.explaining import LONGEST_VALUE, Explained
from deid.engine.review.nifti_fields import EXTENSIONS, FIELDS

MOST_EXTENSIONS = 200
HEAD = 8  # an extension starts with its size and its code
IMAGE_DATA = "Image data"
TEXT = "Header text may say anything, so all of it is emptied"
REASONS = {
    "vox_offset": "The image stands right behind the header once the extensions are gone",
    "dim": "Extents of dimensions that the image does not have say nothing, and may hide something: they become 1",
    "pixdim": "Spacings of dimensions that the image does not have say nothing, and may hide something: they become 1",
}
EMPTY = "Header text; nothing stands there"
SHAPE = "Says how the image lies and how its voxels are read"


def explain_nifti(path: Path | str) -> list[Explained]:
    """Return a row for each header field, each extension and the image of the NIfTI file at *path* before and after
    cleaning, as `clean_nifti` cleans it without a mask.

    `tag` is the field's place in bytes. Raises `RefusedError` for what is no NIfTI file.
    """
    with Path(path).open("rb") as source:
        reader = Bytes(blocks_of(source))
        raw = reader.read(NIFTI2.size)
        header = parse_header(raw)
        raw += reader.read(max(0, header.data_offset - len(raw)))
    return [*_fields(raw, header), *_extensions(raw, header), _image(header)]


def _fields(raw: bytes, header: Header) -> Iterator[Explained]:
    cleaned = clean_header(raw, header)
    for name, offset, form in FIELDS[header.layout]:
        was, now = (_said(part, header.order + form, offset) for part in (raw, cleaned))
        is_text = any(start <= offset < start + length for start, length in header.layout.texts)
        outcome = "kept" if was == now else "changed" if now else "emptied"
        reason = (TEXT if was else EMPTY) if is_text else SHAPE if was == now else REASONS.get(name, SHAPE)
        yield Explained(f"byte {offset}", name, form, 0, was, now, outcome, reason, name)


def _said(raw: bytes, form: str, offset: int) -> str:
    """Return the value of a field in words: text without its padding, numbers beside each other."""
    values = struct.unpack_from(form, raw, offset)
    return _shortened(" ".join(_text(one) if isinstance(one, bytes) else f"{one:.9g}" for one in values))


def _text(value: bytes) -> str:
    plain = value.decode("latin-1").replace("\0", " ").strip()
    return "".join(letter if letter.isprintable() else "·" for letter in plain)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _extensions(raw: bytes, header: Header) -> Iterator[Explained]:
    """Yield each extension (nifti1.h: size, code, content), and what lies before the image and is none."""
    place, number = header.layout.size + 4, 0
    while place + HEAD <= header.data_offset and number < MOST_EXTENSIONS:
        size, code = struct.unpack_from(header.order + "2i", raw, place)
        if size < HEAD or place + size > header.data_offset:
            break
        content = _shortened(_text(raw[place + HEAD : place + size]))
        number += 1
        name = f"Extension {number}, {EXTENSIONS.get(code, f'code {code}')}"
        reason = "Extensions may hold anything, whole DICOM headers too, so every one goes"
        yield Explained(
            f"byte {place}",
            name,
            f"{size:,} bytes",
            0,
            content,
            None,
            "removed",
            reason,
            f"extension {number}",
        )
        place += size
    rest = raw[place : header.data_offset]
    if rest.strip(b"\0"):
        reason = "What lies between header and image and is no extension goes"
        yield Explained(
            f"byte {place}", "Bytes before the image", f"{len(rest):,} bytes", 0, _shortened(_text(rest)), None,
            "removed", reason, "gap",
        )  # fmt: skip


def _image(header: Header) -> Explained:
    size = f"{header.data_size:,} bytes"
    reason = "The voxels are copied byte for byte; what lies behind them is dropped"
    return Explained(
        f"byte {header.data_offset}",
        IMAGE_DATA,
        f"{header.bits} bits",
        0,
        size,
        size,
        "kept",
        reason,
        "image",
    )
