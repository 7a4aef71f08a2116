"""Clear what hides in bits of native pixels that no image uses (PS3.5 8.1.1): old overlays, or text drawn by a device.

A sample of 12 bits lies in 16; the other four must be zero, or repeat the sign. Values equal to Pixel Padding Value stay.
"""

import mmap
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deid.engine.pixels.patches import Layout
from deid.engine.reading.elements import Buffer, Element

BLOCK = 1 << 20
KINDS = {8: "1", 16: "2", 32: "4"}


def _expected(samples: NDArray[Any], layout: Layout, high_bit: int) -> NDArray[Any]:
    """Return the samples with only the bits that belong to them, the sign repeated where they are signed."""
    lowest = high_bit - layout.bits_stored + 1
    if layout.signed and lowest == 0:
        unused = layout.bits_allocated - layout.bits_stored
        extended: NDArray[Any] = np.right_shift(np.left_shift(samples, unused), unused)
        return extended
    allowed = ((1 << layout.bits_stored) - 1) << lowest
    kept: NDArray[Any] = samples.view(samples.dtype.str.replace("i", "u")) & allowed
    # Arithmetic gives the machine’s own byte order.
    return kept.astype(kept.dtype.newbyteorder(samples.dtype.byteorder)).view(samples.dtype)


def cleared_blocks(
    buffer: Buffer, pixels: Element, layout: Layout, high_bit: int, padding: int | None
) -> Iterator[tuple[int, bytes, int]]:
    """Yield (offset, bytes, samples changed) for each block of native pixel data that holds hidden bits.

    The data is looked at block by block, so that memory stays flat; nothing is yielded where nothing hides.
    """
    unused = layout.bits_allocated - layout.bits_stored
    if layout.bits_allocated not in KINDS or unused <= 0 or not 0 < layout.bits_stored <= high_bit + 1:
        return
    if high_bit >= layout.bits_allocated or layout.swapped:
        return
    size = layout.sample_bytes
    kind = (">" if layout.big else "<") + ("i" if layout.signed else "u") + KINDS[layout.bits_allocated]
    end = pixels.length - pixels.length % size
    for offset in range(0, end, BLOCK):
        count = min(BLOCK, end - offset) // size
        samples = np.frombuffer(buffer, kind, count, pixels.start + offset)
        expected = _expected(samples, layout, high_bit)
        # Negative samples whose unused bits are zero hide nothing either, though their sign is not repeated.
        plain = samples.view(kind.replace("i", "u")) < 1 << (high_bit + 1)
        hidden = (samples != expected) & ~(plain if layout.signed else np.False_)
        if padding is not None:
            hidden &= samples != padding
        if hidden.any():
            yield offset, np.where(hidden, expected, samples).astype(kind).tobytes(), int(hidden.sum())
        if isinstance(buffer, mmap.mmap):
            del samples
            start = pixels.start + offset
            buffer.madvise(mmap.MADV_DONTNEED, start - start % mmap.PAGESIZE, BLOCK)
