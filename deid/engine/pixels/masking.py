"""Blank rectangles and voxels in the pixels of an instance; every other pixel stays the same (PS3.15 E.3.1).

Native data is patched where it is copied. Compressed data is compressed again as it was where an encoder is at hand (see
`reencoding`); else it comes out native.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from operator import itemgetter

import numpy as np
import pydicom
from pydicom.pixels.utils import iter_pixels

from deid.engine.errors import UnsupportedMaskError
from deid.engine.pixels.hidden_bits import cleared_blocks
from deid.engine.pixels.patches import Layout, patches, voxel_patches
from deid.engine.pixels.reencoding import masked_in_syntax
from deid.engine.pixels.voxel_masks import VoxelMask
from deid.engine.reading.elements import DataSet, Element
from deid.engine.reading.encoding import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, NATIVE
from deid.engine.results import Mask
from deid.engine.writing.elements import Writer
from deid.engine.writing.stream import Copied, Parts, Piece

PIXEL_DATA, BURNED_IN, LOSSY = 0x7FE00010, 0x00280301, 0x00282110
PHOTOMETRIC, PLANAR, BITS_ALLOCATED = 0x00280004, 0x00280006, 0x00280100
HIGH_BIT, PADDING = 0x00280102, 0x00280120
OFFSET_TABLES = (0x7FE00001, 0x7FE00002)
LARGEST_DECODED = 1 << 31
LOSSY_SYNTAXES = frozenset({f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 53, 55, 81, 91, 93, 112, 203)})


@dataclass(frozen=True, slots=True)
class Masked:
    """What masking puts in place of the source's pixels, the syntax they are in now, how many frames were masked, and
    how many came out native because no encoder could compress them again."""

    pieces: Mapping[int, Piece]
    removed: tuple[int, ...]
    transfer_syntax: str
    frames: int
    unpacked: int = 0


class _Values:
    """Reads the numbers that describe the pixels."""

    def __init__(self, data: DataSet, by_tag: Mapping[int, Element]) -> None:
        self._data, self._by_tag = data, by_tag
        self._order = "big" if data.transfer_syntax == EXPLICIT_BIG else "little"

    def text(self, tag: int) -> str:
        """Return a CS or IS."""
        element = self._by_tag.get(tag)
        if element is None:
            return ""
        return (
            self._data.buffer[element.start : element.start + element.length].decode("latin-1").strip(" \0")
        )

    def number(self, tag: int, default: int = 0) -> int:
        """Return a US."""
        element = self._by_tag.get(tag)
        if element is None or element.length != 2:
            return default
        raw = self._data.buffer[element.start : element.start + 2]
        return raw[0] << 8 | raw[1] if self._order == "big" else raw[1] << 8 | raw[0]


def layout_of(data: DataSet, by_tag: Mapping[int, Element]) -> Layout:
    """Return how the native pixels of *data* are stored (PS3.3 C.7.6.3)."""
    values = _Values(data, by_tag)
    frames = values.text(0x00280008)
    big = data.transfer_syntax == EXPLICIT_BIG
    bits = values.number(BITS_ALLOCATED)
    return Layout(
        rows=values.number(0x00280010),
        columns=values.number(0x00280011),
        frames=int(frames) if frames.isdigit() else 1,
        samples=values.number(0x00280002, 1),
        bits_allocated=bits,
        bits_stored=values.number(0x00280101, bits),
        signed=values.number(0x00280103) == 1,
        planar=values.number(PLANAR) == 1,
        photometric=values.text(PHOTOMETRIC),
        big=big,
        swapped=big and bits == 8 and by_tag[PIXEL_DATA].vr == "OW",
    )


def _changes(layout: Layout, masks: Sequence[Mask], voxels: VoxelMask | None) -> list[tuple[int, bytes]]:
    """Return what rectangles and voxels change, in order; nothing is said twice where they overlap."""
    found = patches(layout, masks)
    return sorted([*found, *voxel_patches(layout, voxels)], key=itemgetter(0)) if voxels else found


def mask_pixels(
    data: DataSet,
    by_tag: Mapping[int, Element],
    masks: Sequence[Mask],
    writer: Writer,
    voxels: VoxelMask | None = None,
    hidden: "Hidden | None" = None,
) -> Masked:
    """Return the pieces that replace the pixel data of *data*; raises `UnsupportedMaskError`."""
    if PIXEL_DATA not in by_tag:
        raise UnsupportedMaskError("There is a mask, but the file has no pixels to mask.", code="no_pixels")
    layout = layout_of(data, by_tag)
    marked: dict[int, Piece] = {BURNED_IN: writer.text(BURNED_IN, "CS", "NO")} if masks else {}
    frames = len({frame for mask in masks for frame in (mask.frames or range(layout.frames))})
    if voxels and not masks and not voxels.voxels.any():
        return Masked(marked, (), data.transfer_syntax, 0)
    if data.transfer_syntax in NATIVE:
        pixels = by_tag[PIXEL_DATA]
        if pixels.length < layout.frame_bytes * layout.frames:
            raise UnsupportedMaskError("The pixel data is shorter than its image, so it cannot be masked.")
        blocks = _cleared(data, by_tag, hidden)[0] if hidden else []
        parts = _patched(writer, pixels, _overlaid(blocks, _changes(layout, masks, voxels)))
        syntax = EXPLICIT_LITTLE if data.transfer_syntax == DEFLATED else data.transfer_syntax
        return Masked(marked | {PIXEL_DATA: parts}, (), syntax, frames)
    if data.transfer_syntax in LOSSY_SYNTAXES:
        marked[LOSSY] = writer.text(LOSSY, "CS", "01")
    head = writer.undefined_head(PIXEL_DATA, "OB")
    compressed = masked_in_syntax(
        data,
        by_tag[PIXEL_DATA],
        layout,
        lambda now: _changes(now, masks, voxels),
        head,
        hidden.segments if hidden else (),
    )
    if compressed is not None:
        return Masked(marked | {PIXEL_DATA: compressed}, OFFSET_TABLES, data.transfer_syntax, frames)
    described = _masked_decoded(data, layout, masks, writer, voxels)
    return Masked(marked | described, OFFSET_TABLES, EXPLICIT_LITTLE, frames, layout.frames)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What hides beside the image: in native pixel data in bits it does not use and behind *tail* (0: nowhere), in compressed
    data in *segments* of the buffer (start, end)."""

    bits: bool = False
    tail: int = 0
    segments: Sequence[tuple[int, int]] = ()


def cleared_pixels(
    data: DataSet, by_tag: Mapping[int, Element], writer: Writer, hidden: Hidden
) -> tuple[Parts | None, int]:
    """Return pixel data without what hides in it, and how many samples had unused bits set; `None` if nothing hides."""
    if PIXEL_DATA not in by_tag or (data.transfer_syntax not in NATIVE and not hidden.segments):
        return None, 0
    changes, count = _cleared(data, by_tag, hidden)
    return (_patched(writer, by_tag[PIXEL_DATA], changes) if changes else None), count


def _cleared(
    data: DataSet, by_tag: Mapping[int, Element], hidden: Hidden
) -> tuple[list[tuple[int, bytes]], int]:
    """Return the blocks of pixel data that change where nothing hides, and how many samples had hidden bits."""
    if hidden.segments:
        start = by_tag[PIXEL_DATA].start
        return [(first - start, bytes(last - first)) for first, last in hidden.segments], 0
    changes, count = _without_hidden_bits(data, by_tag) if hidden.bits else ([], 0)
    if hidden.tail:
        changes = _overlaid(changes, [(hidden.tail, bytes(by_tag[PIXEL_DATA].length - hidden.tail))])
    return changes, count


def _without_hidden_bits(data: DataSet, by_tag: Mapping[int, Element]) -> tuple[list[tuple[int, bytes]], int]:
    """Return the blocks that held hidden bits, without them, and how many samples had any."""
    values, layout = _Values(data, by_tag), layout_of(data, by_tag)
    high_bit = values.number(HIGH_BIT, layout.bits_stored - 1)
    padding = values.number(PADDING) if PADDING in by_tag else None
    if padding is not None and layout.signed and padding > 0x7FFF:
        padding -= 0x10000
    found = list(cleared_blocks(data.buffer, by_tag[PIXEL_DATA], layout, high_bit, padding))
    return [(offset, block) for offset, block, _samples in found], sum(samples for _o, _b, samples in found)


def _overlaid(blocks: list[tuple[int, bytes]], changes: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Return both as one list in order; where they overlap, *changes* win."""
    if not blocks:
        return changes
    held = [(offset, bytearray(block)) for offset, block in blocks]
    for offset, blank in changes:
        for start, block in held:
            first, last = max(offset, start), min(offset + len(blank), start + len(block))
            if first < last:
                block[first - start : last - start] = blank[first - offset : last - offset]
    return sorted([*changes, *((start, bytes(block)) for start, block in held)], key=itemgetter(0))


def _patched(writer: Writer, pixels: Element, changes: list[tuple[int, bytes]]) -> Parts:
    """Return the pieces of pixel data with *changes*; what lies between is copied from the source."""
    head = (
        writer.undefined_head(PIXEL_DATA, pixels.vr)
        if pixels.undefined
        else writer.head(PIXEL_DATA, pixels.vr, pixels.length)
    )
    parts: list[bytes | Copied] = [head]
    done = 0
    for offset, blank in changes:
        if offset > done:
            parts.append((b"", pixels.start + done, offset - done))
            done = offset
        if offset + len(blank) > done:
            parts.append(blank[done - offset :])
            done = offset + len(blank)
    parts.append((b"", pixels.start + done, pixels.length - done))
    return Parts(tuple(parts))


def _decoded(data: DataSet, layout: Layout) -> tuple[bytearray, Layout]:
    """Return all frames decoded, colours by pixel, with the layout they have now."""
    if layout.frame_bytes * layout.frames > LARGEST_DECODED:
        raise UnsupportedMaskError("The decoded image is too large to be masked.", code="too_large")
    pixels, now = bytearray(), layout
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(BytesIO(bytes(data.buffer)))
            for frame in iter_pixels(dataset):
                ordered = frame.astype(frame.dtype.newbyteorder("<"), copy=False)
                pixels += np.ascontiguousarray(ordered).tobytes()
                now = replace(layout, bits_allocated=frame.dtype.itemsize * 8, planar=False)
    except Exception as error:
        raise UnsupportedMaskError("The pixels cannot be decoded, so they cannot be masked.") from error
    return pixels, replace(now, photometric="RGB") if layout.photometric.startswith("YBR") else now


def _masked_decoded(
    data: DataSet, layout: Layout, masks: Sequence[Mask], writer: Writer, voxels: VoxelMask | None
) -> dict[int, Piece]:
    """Return compressed pixels decoded, masked and native, with the attributes that describe them."""
    pixels, now = _decoded(data, layout)
    if len(pixels) != now.frame_bytes * now.frames:
        raise UnsupportedMaskError("The pixels decode to another size than the header says.")
    for offset, blank in _changes(now, masks, voxels):
        pixels[offset : offset + len(blank)] = blank
    pixels += bytes(len(pixels) % 2)
    described: dict[int, Piece] = {
        PHOTOMETRIC: writer.text(PHOTOMETRIC, "CS", now.photometric),
        BITS_ALLOCATED: writer.element(BITS_ALLOCATED, "US", now.bits_allocated.to_bytes(2, "little")),
        PIXEL_DATA: writer.element(PIXEL_DATA, "OB" if now.bits_allocated == 8 else "OW", bytes(pixels)),
    }
    if now.samples > 1:
        described[PLANAR] = writer.element(PLANAR, "US", b"\0\0")
    return described
