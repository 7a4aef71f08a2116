"""Clean NIfTI-1 and NIfTI-2 files (`.nii`, `.nii.gz`): header text emptied, extensions dropped, image bytes
untouched."""

import gzip
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnreadableError
from deid.engine.formats.nifti_blanking import Blanking
from deid.engine.identity import Identity
from deid.engine.pixels.voxel_masks import name_of_file, read_voxel_mask
from deid.engine.results import Cleaned
from deid.engine.writing.stream import HashingTarget

GZIP_MARK = b"\x1f\x8b"
BLOCK = 1 << 20
MOST_DIMENSIONS = 7
MOST_RATIO = 1100
LARGEST_GAP = 64 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of one version of the header lie."""

    size: int
    magic: tuple[int, bytes]
    dims: tuple[int, str]
    bits: int
    offset: tuple[int, str]
    texts: tuple[tuple[int, int], ...]
    spacing: tuple[int, str]


# nifti1.h: data_type 4+10, db_name 14+18, extents, session_error, regular; descrip 148+80, aux_file 228+24,
# intent_name 328+16.
NIFTI1 = Layout(
    348,
    (344, b"n+1\0"),
    (40, "8h"),
    72,
    (108, "f"),
    ((4, 18 + 10), (148, 80), (228, 24), (328, 16)),
    (76, "f"),
)
# nifti2.h: descrip 240+80, aux_file 320+24, intent_name 508+16, unused_str 525+15.
NIFTI2 = Layout(
    540,
    (4, b"n+2\0\r\n\x1a\n"),
    (16, "8q"),
    14,
    (168, "q"),
    ((240, 80), (320, 24), (508, 16), (525, 15)),
    (104, "d"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """What a NIfTI header says about the shape of the file."""

    layout: Layout
    order: str
    dims: tuple[int, ...]
    bits: int
    data_offset: int

    @property
    def data_size(self) -> int:
        """How many bytes the image must have."""
        voxels = 1
        for extent in self.dims:
            voxels *= extent
        return (voxels * self.bits + 7) // 8


def refuse_half_of_pair(raw: bytes) -> None:
    """Raise `UnreadableError` for the header of a NIfTI pair, whose image is in another file (nifti1.h)."""
    if raw[344:].startswith(b"ni1\0"):
        raise UnreadableError(
            "This is half of a NIfTI pair (.hdr/.img); bring it as one .nii file.", code="nifti_pair"
        )


def parse_header(raw: bytes) -> Header:
    """Return what the first bytes of a file say, refusing what contradicts itself."""
    for layout in (NIFTI1, NIFTI2):
        place, magic = layout.magic
        if raw[place : place + len(magic)] == magic and len(raw) >= layout.size:
            return _checked(raw, layout)
    refuse_half_of_pair(raw)
    raise UnreadableError("This is not a NIfTI file.", code="not_nifti")


def _checked(raw: bytes, layout: Layout) -> Header:
    order = next((o for o in "<>" if struct.unpack_from(o + "i", raw)[0] == layout.size), "")
    if not order:
        raise UnreadableError("The NIfTI header lies about its size.", code="nifti_header")
    count, *extents = struct.unpack_from(order + layout.dims[1], raw, layout.dims[0])
    if not 1 <= count <= MOST_DIMENSIONS or any(extent < 1 for extent in extents[:count]):
        raise UnreadableError("The NIfTI header has impossible dimensions.", code="nifti_dimensions")
    (bits,) = struct.unpack_from(order + "h", raw, layout.bits)
    (offset,) = struct.unpack_from(order + layout.offset[1], raw, layout.offset[0])
    if bits < 1 or not layout.size <= offset <= LARGEST_GAP:
        raise UnreadableError("The NIfTI header lies about where its image is.", code="nifti_offset")
    return Header(layout, order, tuple(extents[:count]), bits, int(offset))


def blocks_of(source: BinaryIO) -> Iterator[bytes]:
    """Yield what a plain or gzipped file says, in blocks, refusing bombs and bytes behind the end."""
    first = source.read(BLOCK)
    if first[:2] != GZIP_MARK:
        while first:
            yield first
            first = source.read(BLOCK)
        return
    engine, taken, given = zlib.decompressobj(31), 0, 0
    while first:
        taken += len(first)
        try:
            while first and not engine.eof:
                block = engine.decompress(first, 4 * BLOCK)
                first = engine.unconsumed_tail
                given += len(block)
                if given > MOST_RATIO * taken + BLOCK:
                    raise TooLargeError(
                        "The compressed file unpacks to far more than its size.", code="gzip_bomb"
                    )
                yield block
        except zlib.error as error:
            raise UnreadableError("The compressed file is damaged.", code="bad_gzip") from error
        if engine.eof and engine.unused_data.strip(b"\0"):
            raise UnreadableError("Something follows behind the compressed file.", code="left_over_bytes")
        first = source.read(BLOCK)
    if not engine.eof:
        raise UnreadableError("The compressed file ends early.", code="truncated")


class Bytes:
    """Reads exact amounts out of blocks."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._kept = blocks, b""

    def read(self, size: int) -> bytes:
        """Return *size* bytes, fewer at the end."""
        parts, have = [self._kept], len(self._kept)
        for block in self._blocks if have < size else ():
            parts.append(block)
            have += len(block)
            if have >= size:
                break
        whole = b"".join(parts)
        self._kept = whole[size:]
        return whole[:size]


def _set_unused(clean: bytearray, header: Header) -> None:
    """Set extents and spacings of dimensions that the image does not have to 1: nothing reads them, so they may hide."""
    place, form = header.layout.dims
    extents, spacings = (
        struct.Struct(header.order + form[1:]),
        struct.Struct(header.order + header.layout.spacing[1]),
    )
    for unused in range(len(header.dims) + 1, MOST_DIMENSIONS + 1):
        extents.pack_into(clean, place + unused * extents.size, 1)
        spacings.pack_into(clean, header.layout.spacing[0] + unused * spacings.size, 1.0)


def clean_header(raw: bytes, header: Header) -> bytes:
    """Return the header with every text field empty and the image right behind it."""
    layout, clean = header.layout, bytearray(raw[: header.layout.size])
    for start, length in layout.texts:
        clean[start : start + length] = bytes(length)
    _set_unused(clean, header)
    offset = layout.size + 4
    struct.pack_into(header.order + layout.offset[1], clean, layout.offset[0], offset)
    return bytes(clean) + bytes(4)


def _image_blocks(reader: Bytes, raw: bytes, header: Header) -> Iterator[bytes]:
    """Yield the image bytes that follow the header block *raw*, refusing a file that ends early."""
    reader.read(max(0, header.data_offset - len(raw)))
    first = raw[header.data_offset :][: header.data_size]
    left = header.data_size - len(first)
    yield first
    while left:
        block = reader.read(min(BLOCK, left))
        if not block:
            raise UnreadableError("The NIfTI image ends early.", code="truncated")
        left -= len(block)
        yield block


def _read_to_the_end(reader: Bytes) -> None:
    """Read what lies behind the image, so that a damaged end is noticed; refuse more than a little of it."""
    behind = 0
    while block := reader.read(BLOCK):
        behind += len(block)
        if behind > LARGEST_GAP:
            raise TooLargeError(
                "Far more follows behind the image than belongs there.", code="left_over_bytes"
            )


def clean_nifti(
    source: BinaryIO,
    target: BinaryIO,
    *,
    identity: Identity,
    subject_key: str,
    voxel_mask: Path | str | None = None,
) -> Cleaned:
    """Write the cleaned image of *source* to *target*, gzipped (without name and time) if the source was.

    Header text (`descrip`, `aux_file`, `db_name`, `intent_name`) is emptied, extensions and whatever lies
    behind the
    image are dropped, the image itself is copied byte for byte, but for the voxels that *voxel_mask* blanks (a file that
    `plan_defacing` wrote). Raises `RefusedError`.
    """
    blanking = None if voxel_mask is None else Blanking(read_voxel_mask(voxel_mask, name_of_file(source)))
    packed = source.read(2) == GZIP_MARK
    source.seek(0)
    reader = Bytes(blocks_of(source))
    raw = reader.read(NIFTI2.size)
    header = parse_header(raw)
    out = HashingTarget(target)
    with ExitStack() as stack:
        sink: HashingTarget | gzip.GzipFile = out
        if packed:
            sink = stack.enter_context(
                gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=6)
            )
        sink.write(clean_header(raw, header))
        blocks = _image_blocks(reader, raw, header)
        for block in blanking.blanked(blocks, header) if blanking else blocks:
            sink.write(block)
    _read_to_the_end(reader)
    counts = {"Z": len(header.layout.texts), "K": 1}
    counts |= {"blanked_voxels": blanking.count} if blanking else {}
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, counts)
