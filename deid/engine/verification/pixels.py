"""Compare pixels before and after: the same bytes without a mask, the same values outside masks with one."""

import warnings
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray

from deid.engine.results import Mask
from deid.engine.verification.search import Hit
from deid.engine.verification.voxels import Bits
from deid.engine.verification.walker import Seen

# Pixel Data, Float and Double Float Pixel Data (PS3.3 C.7.6.3, C.7.6.24, C.7.6.25).
PIXELS = frozenset({(0x7FE00010,), (0x7FE00008,), (0x7FE00009,)})
PLACE = "(7FE0,0010)"


def _pixel_bytes(seen: Sequence[Seen]) -> dict[tuple[int, ...], bytes]:
    return {one.path: one.value for one in seen if one.path in PIXELS}


def _frames(content: bytes) -> NDArray[Any]:
    """Return all frames as (frames, rows, columns, samples)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(BytesIO(content))
        frames, stored, high = (
            int(dataset.get(name) or default)
            for name, default in (("NumberOfFrames", 1), ("BitsStored", 0), ("HighBit", 0))
        )
        if stored and not dataset.file_meta.TransferSyntaxUID.is_compressed:
            # The decoder takes the lowest bits for the image, whatever High Bit says: it shall give all of them.
            dataset.BitsStored = dataset.BitsAllocated
        pixels: NDArray[Any] = dataset.pixel_array.reshape((frames, dataset.Rows, dataset.Columns, -1))
    return _image_bits(pixels, stored, high)


def _image_bits(pixels: NDArray[Any], stored: int, high: int) -> NDArray[Any]:
    """Return integer samples with only the bits of the image: what hides in the others may go (PS3.5 8.1.1)."""
    lowest = high - stored + 1
    if pixels.dtype.kind not in "iu" or stored < 1 or not 0 <= lowest <= high < pixels.dtype.itemsize * 8:
        return pixels
    samples: NDArray[Any] = pixels.view(pixels.dtype.str.replace("i", "u"))
    kept: NDArray[Any] = samples & samples.dtype.type(((1 << stored) - 1) << lowest)
    return kept


def _same_image(before: bytes, after: bytes) -> bool:
    """Say whether two files show the same image although their pixel bytes differ: beside it nothing may be left."""
    try:
        old, new = _frames(before), _frames(after)
    except (AttributeError, ValueError, NotImplementedError):
        return False
    return old.shape == new.shape and bool((old == new).all())


def compare_pixels(
    before: bytes,
    seen_before: Sequence[Seen],
    after: bytes,
    seen_after: Sequence[Seen],
    masks: Sequence[Mask],
    blanked: Bits | None = None,
) -> list[Hit]:
    """Return a hit where pixels changed that should not have, or did not where they should.

    *blanked* are the voxels (frames, rows, columns) that a plan to remove a face blanks.
    """
    if not masks and blanked is None:
        same = _pixel_bytes(seen_before) == _pixel_bytes(seen_after) or _same_image(before, after)
        return [] if same else [Hit(PLACE, "pixels changed")]
    old, new = _frames(before), _frames(after)
    if old.shape != new.shape:
        return [Hit(PLACE, "pixels changed")]
    outside = np.ones(old.shape[:3], dtype=bool)
    if blanked is not None:
        if blanked.shape != outside.shape or np.unique(new[blanked]).size > 1:
            return [Hit(PLACE, "mask not applied")]
        outside &= ~blanked
    for mask in masks:
        frames = (
            slice(None)
            if mask.frames is None
            else slice(mask.frames.start, mask.frames.stop, mask.frames.step)
        )
        area = (
            frames,
            slice(max(0, mask.y), mask.y + mask.height),
            slice(max(0, mask.x), mask.x + mask.width),
        )
        outside[area] = False
        inside = new[area] if blanked is None else new[area][~blanked[area]][None]
        if inside.size and (inside != inside.reshape(-1, inside.shape[-1])[0]).any():
            return [Hit(PLACE, "mask not applied")]
    if (old[outside] != new[outside]).any():
        return [Hit(PLACE, "pixels changed")]
    return []
