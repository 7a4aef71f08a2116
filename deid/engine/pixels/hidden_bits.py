"""Clear what hides in bits of pixels that no image uses (PS3.5 8.1.1): old overlays, or text drawn by a device.

A sample of 12 bits lies in 16; the other four must be zero, or repeat the sign. Values equal to Pixel Padding Value stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deid.engine.pixels.codestreams import coded_bits
from deid.engine.pixels.patches import Layout
from deid.engine.pixels.reencoding import recompressed
from deid.engine.reading.elements import Buffer, DataSet, Element, let_go

BLOCK = 1 << 20
KINDS = {8: "1", 16: "2", 32: "4"}


@dataclass(frozen=True, slots=True)
class UnusedBits:
    """How samples lie in memory whose image does not use all their bits, and the padding value that may have them set."""

    layout: Layout
    high_bit: int
    padding: int | None = None


def unused_bits(layout: Layout, high_bit: int, padding: int | None) -> UnusedBits | None:
    """Return the unused bits of a layout; `None` where there are none, or where the header makes no sense."""
    unused = layout.bits_allocated - layout.bits_stored
    told = 0 < layout.bits_stored <= high_bit + 1 <= layout.bits_allocated
    return (
        UnusedBits(layout, high_bit, padding)
        if layout.bits_allocated in KINDS and unused > 0 and told
        else None
    )


def _expected(samples: NDArray[Any], bits: UnusedBits) -> NDArray[Any]:
    """Return the samples with only the bits that belong to them, the sign repeated where they are signed."""
    layout = bits.layout
    lowest = bits.high_bit - layout.bits_stored + 1
    if layout.signed and lowest == 0:
        unused = layout.bits_allocated - layout.bits_stored
        extended: NDArray[Any] = np.right_shift(np.left_shift(samples, unused), unused)
        return extended
    allowed = ((1 << layout.bits_stored) - 1) << lowest
    kept: NDArray[Any] = samples.view(samples.dtype.str.replace("i", "u")) & allowed
    # Arithmetic gives the machine’s own byte order.
    return kept.astype(kept.dtype.newbyteorder(samples.dtype.byteorder)).view(samples.dtype)


def _cleared(samples: NDArray[Any], bits: UnusedBits) -> tuple[NDArray[Any], int]:
    """Return samples without hidden bits, and how many had any; the same samples where none had."""
    expected = _expected(samples, bits)
    # Negative samples whose unused bits are zero hide nothing either, though their sign is not repeated.
    plain = samples.view(samples.dtype.str.replace("i", "u")) < 1 << (bits.high_bit + 1)
    hidden = (samples != expected) & ~(plain if bits.layout.signed else np.False_)
    if bits.padding is not None:
        hidden &= samples != bits.padding
    count = int(hidden.sum())
    return (np.where(hidden, expected, samples).astype(samples.dtype) if count else samples), count


def cleared_frame(frame: NDArray[Any], bits: UnusedBits) -> NDArray[Any]:
    """Return a decoded frame without hidden bits; the same one where nothing hides."""
    return _cleared(frame, bits)[0]


def cleared_frames(data: DataSet, frames: Sequence[bytes], bits: UnusedBits) -> tuple[list[bytes], int]:
    """Return compressed frames without hidden bits, and how many samples had any; none where nothing hides.

    Only frames that are coded with more bits than the image has are decoded.
    """
    layout, counts = bits.layout, list[int]()
    wide = [n for n, one in enumerate(frames) if coded_bits(one, layout.bits_allocated) > bits.high_bit + 1]

    def edited(_number: int, frame: NDArray[Any]) -> NDArray[Any]:
        cleared, count = _cleared(frame, bits)
        counts.append(count)
        return cleared

    again = recompressed(data, layout, frames, wide, edited) if wide else []
    return (again, sum(counts)) if again and any(counts) else ([], 0)


def cleared_blocks(buffer: Buffer, pixels: Element, bits: UnusedBits) -> Iterator[tuple[int, bytes, int]]:
    """Yield (offset, bytes, samples changed) for each block of native pixel data that holds hidden bits.

    The data is looked at block by block, so that memory stays flat; nothing is yielded where nothing hides.
    """
    layout = bits.layout
    if layout.swapped:
        return
    size = layout.sample_bytes
    kind = (">" if layout.big else "<") + ("i" if layout.signed else "u") + KINDS[layout.bits_allocated]
    end = pixels.length - pixels.length % size
    for offset in range(0, end, BLOCK):
        count = min(BLOCK, end - offset) // size
        samples = np.frombuffer(buffer, kind, count, pixels.start + offset)
        cleared, changed = _cleared(samples, bits)
        if changed:
            yield offset, cleared.tobytes(), changed
        del samples, cleared
        let_go(buffer, pixels.start + offset, BLOCK)
