"""Where the masked pixels of native pixel data lie, as patches over its bytes; nothing is decoded (PS3.5
8.1, Annex D)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from deid.engine.errors import UnsupportedMaskError
from deid.engine.pixels.voxel_masks import VoxelMask, runs
from deid.engine.results import Mask

BYTE = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """How native pixels are stored: shape, bits, colour, whether 8-bit pixels are swapped in big-endian words, and how many
    unused bits lie *below* those of a pixel."""

    rows: int
    columns: int
    frames: int
    samples: int
    bits_allocated: int
    bits_stored: int
    signed: bool
    planar: bool
    photometric: str
    big: bool = False
    swapped: bool = False
    below: int = 0

    @property
    def sample_bytes(self) -> int:
        """How many bytes one sample takes."""
        if self.bits_allocated % BYTE or not self.bits_allocated:
            raise UnsupportedMaskError("Pixels that do not fill whole bytes cannot be masked.")
        return self.bits_allocated // BYTE

    @property
    def subsampled(self) -> bool:
        """Whether two neighbours share their colour (YBR_FULL_422, PS3.3 C.7.6.3.1.2)."""
        return self.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422")

    @property
    def frame_bytes(self) -> int:
        """How many bytes one frame takes."""
        pixels = self.rows * self.columns
        return pixels * 2 if self.subsampled else pixels * self.samples * self.sample_bytes


def blank_sample(layout: Layout) -> bytes:
    """Return the sample that shows as black in a grey image: 0, or the largest value of MONOCHROME1."""
    value = 0
    if layout.photometric == "MONOCHROME1":
        value = ((1 << (layout.bits_stored - (1 if layout.signed else 0))) - 1) << layout.below
    return value.to_bytes(layout.sample_bytes, "big" if layout.big else "little")


def _segments(layout: Layout, first: int, last: int) -> list[tuple[int, int, bytes]]:
    """Return (offset in the row, stride over rows, bytes) for pixels *first* up to *last* of one row."""
    size, width = layout.sample_bytes, last - first
    if layout.subsampled:
        if layout.columns % 2:
            raise UnsupportedMaskError("Colours shared by two neighbours need an even width to be masked.")
        first, last = first - first % 2, last + last % 2
        return [(first * 2, layout.columns * 2, b"\0\0\x80\x80" * ((last - first) // 2))]
    blank = blank_sample(layout)
    colours = [blank] * layout.samples
    if layout.photometric.startswith("YBR") and layout.samples > 1:
        middle = (1 << (layout.bits_stored - 1)).to_bytes(size, "big" if layout.big else "little")
        colours[1:] = [middle] * (layout.samples - 1)
    if not layout.planar:
        pixel = b"".join(colours)
        return [(first * len(pixel), layout.columns * len(pixel), pixel * width)]
    plane = layout.rows * layout.columns * size
    return [
        (n * plane + first * size, layout.columns * size, colour * width) for n, colour in enumerate(colours)
    ]


def _clipped(mask: Mask, layout: Layout) -> tuple[range, range, range]:
    """Return the frames, rows and columns of a mask that lie in the image."""
    frames = range(layout.frames) if mask.frames is None else mask.frames
    rows = range(max(0, mask.y), min(layout.rows, mask.y + mask.height))
    columns = range(max(0, mask.x), min(layout.columns, mask.x + mask.width))
    inside = range(max(0, frames.start), min(layout.frames, frames.stop), max(1, frames.step))
    if not (rows and columns and inside):
        raise UnsupportedMaskError("A mask lies outside the image.", code="mask_outside")
    return inside, rows, columns


def patches(layout: Layout, masks: Sequence[Mask]) -> list[tuple[int, bytes]]:
    """Return (offset, bytes) over the pixel data for all *masks*, in order; they may overlap."""
    return sorted(patch for mask in masks for patch in _of_mask(layout, mask))


def _of_mask(layout: Layout, mask: Mask) -> Iterator[tuple[int, bytes]]:
    frames, rows, columns = _clipped(mask, layout)
    segments = _segments(layout, columns.start, columns.stop)
    for frame in frames:
        start = frame * layout.frame_bytes
        for offset, stride, blank in segments:
            for row in rows:
                place = start + row * stride + offset
                if layout.swapped:
                    yield from (((place + n) ^ 1, blank[n : n + 1]) for n in range(len(blank)))
                else:
                    yield place, blank


def voxel_patches(layout: Layout, mask: VoxelMask) -> list[tuple[int, bytes]]:
    """Return (offset, bytes) for each run of voxels that *mask* blanks; raises `UnsupportedMaskError`."""
    if mask.voxels.shape != (layout.frames, layout.rows, layout.columns):
        raise UnsupportedMaskError("The plan for removing the face is for an image of another shape.")
    if layout.samples != 1 or layout.swapped or not isinstance(mask.blank, int):
        raise UnsupportedMaskError("Only grey images can have a face removed.")
    order: Literal["big", "little"] = "big" if layout.big else "little"
    size = layout.sample_bytes
    blank = mask.blank.to_bytes(size, order, signed=mask.blank < 0)
    return [(first * size, blank * (end - first)) for first, end in runs(mask.voxels.ravel())]
