"""Blank rectangles and voxels in the pixels of an instance; every other pixel stays the same (PS3.15 E.3.1).

Native data is patched where it is copied. Compressed data is compressed again as it was where an encoder is at hand (see
`reencoding`); else it comes out native.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from operator import itemgetter

import numpy as np
import pydicom
from pydicom.pixels.utils import iter_pixels

from deid.engine.errors import UnsupportedMaskError
from deid.engine.pixels.describing import (
    BITS_ALLOCATED,
    NO_PIXELS,
    PHOTOMETRIC,
    PIXEL_DATA,
    PLANAR,
    layout_of,
)
from deid.engine.pixels.hidden_bits import cleared_frame
from deid.engine.pixels.patches import Layout, patches, voxel_patches
from deid.engine.pixels.reencoding import compressed_frames, masked_in_syntax, parts_of
from deid.engine.pixels.unhiding import (
    OFFSET_TABLES,
    Hidden,
    bits_of,
    frames_without_hidden_bits,
    native_changes,
    overlaid,
    patched,
)
from deid.engine.pixels.voxel_masks import VoxelMask
from deid.engine.reading.elements import DataSet, Element
from deid.engine.reading.encoding import DEFLATED, EXPLICIT_LITTLE, NATIVE
from deid.engine.results import Mask
from deid.engine.writing.elements import Writer
from deid.engine.writing.stream import Piece

BURNED_IN, LOSSY = 0x00280301, 0x00282110
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
    hidden: Hidden | None = None,
) -> Masked:
    """Return the pieces that replace the pixel data of *data*; raises `UnsupportedMaskError`."""
    if PIXEL_DATA not in by_tag:
        raise UnsupportedMaskError("There is a mask, but the file has no pixels to mask.", code=NO_PIXELS)
    layout = layout_of(data, by_tag)
    marked: dict[int, Piece] = {BURNED_IN: writer.text(BURNED_IN, "CS", "NO")} if masks else {}
    frames = len({frame for mask in masks for frame in (mask.frames or range(layout.frames))})
    if voxels and not masks and not voxels.voxels.any():
        return Masked(marked, (), data.transfer_syntax, 0)
    if data.transfer_syntax in NATIVE:
        pixels = by_tag[PIXEL_DATA]
        if pixels.length < layout.frame_bytes * layout.frames:
            raise UnsupportedMaskError("The pixel data is shorter than its image, so it cannot be masked.")
        blocks = native_changes(data, by_tag, hidden)[0] if hidden else []
        parts = patched(writer, pixels, overlaid(blocks, _changes(layout, masks, voxels)))
        syntax = EXPLICIT_LITTLE if data.transfer_syntax == DEFLATED else data.transfer_syntax
        return Masked(marked | {PIXEL_DATA: parts}, (), syntax, frames)
    if data.transfer_syntax in LOSSY_SYNTAXES:
        marked[LOSSY] = writer.text(LOSSY, "CS", "01")
    compressed = _masked_compressed(
        data, by_tag, layout, lambda now: _changes(now, masks, voxels), hidden or Hidden()
    )
    if compressed:
        parts = parts_of(writer.undefined_head(PIXEL_DATA, "OB"), compressed)
        return Masked(marked | {PIXEL_DATA: parts}, OFFSET_TABLES, data.transfer_syntax, frames)
    described = _masked_decoded(data, layout, masks, writer, voxels)
    return Masked(marked | described, OFFSET_TABLES, EXPLICIT_LITTLE, frames, layout.frames)


def _masked_compressed(
    data: DataSet,
    by_tag: Mapping[int, Element],
    layout: Layout,
    changes_of: Callable[[Layout], list[tuple[int, bytes]]],
    hidden: Hidden,
) -> list[bytes]:
    """Return the frames masked and compressed as before, without what hides in them; none where that cannot be done."""
    bits = bits_of(data, by_tag, layout) if hidden.bits else None
    frames, _count = frames_without_hidden_bits(data, by_tag, layout, hidden)
    frames = frames or compressed_frames(data, by_tag[PIXEL_DATA], layout, hidden.segments)
    return masked_in_syntax(
        data, frames, layout, changes_of, (lambda frame: cleared_frame(frame, bits)) if bits else None
    )


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
