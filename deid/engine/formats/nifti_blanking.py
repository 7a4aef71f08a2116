"""Blank voxels of a NIfTI image on its way from source to target; every other byte stays the same."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from deid.engine.errors import UnsupportedMaskError
from deid.engine.pixels.voxel_masks import VoxelMask

SPATIAL = 3
WHOLE, FLOATING = {8: "u1", 16: "u2", 32: "u4", 64: "u8"}, {16: "f2", 32: "f4", 64: "f8"}


class Shape(Protocol):
    """What a NIfTI header says about the shape of the image."""

    @property
    def order(self) -> str: ...  # noqa: D102
    @property
    def dims(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def bits(self) -> int: ...  # noqa: D102


class Blanking:
    """Applies the mask of one volume to an image of that shape; the volumes of a fourth dimension alike."""

    def __init__(self, mask: VoxelMask) -> None:
        self._mask = mask
        self.count = int(mask.voxels.sum())

    def _blank(self, header: Shape) -> bytes:
        """Return the stored bytes of the blanking value."""
        value, floating = self._mask.blank, isinstance(self._mask.blank, float)
        kind = (FLOATING if floating else WHOLE).get(header.bits)
        planes, rows, columns = self._mask.voxels.shape
        dims = (*header.dims, 1, 1, 1)[:SPATIAL]
        if kind is None or dims != (columns, rows, planes):
            raise UnsupportedMaskError("The plan for removing the face is for an image of another shape.")
        if floating:
            return np.array(value, header.order + kind).tobytes()
        # A negative whole number in two's complement has the same bytes as an unsigned one.
        return np.array(int(value) % (1 << header.bits), header.order + kind).tobytes()

    def blanked(self, blocks: Iterator[bytes], header: Shape) -> Iterator[bytes]:
        """Yield *blocks*, the bytes of the image in order, with the voxels of the mask blanked."""
        blank = self._blank(header)
        pattern, size = np.frombuffer(blank, np.uint8), len(blank)
        voxels, place = self._mask.voxels.ravel(), 0
        for block in blocks:
            yield _with_blanks(block, voxels, pattern, place, size)
            place += len(block)


def _with_blanks(
    block: bytes, voxels: NDArray[np.bool_], pattern: NDArray[np.uint8], place: int, size: int
) -> bytes:
    """Return *block*, which begins *place* bytes into the image, with its part of the mask blanked."""
    where = place + np.arange(len(block))
    inside = voxels[where // size % voxels.size]
    if not inside.any():
        return block
    return np.where(inside, pattern[where % size], np.frombuffer(block, np.uint8)).tobytes()
