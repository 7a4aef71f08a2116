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

PIXELS = (0x7FE00010,)
PLACE = "(7FE0,0010)"


def _pixel_bytes(seen: Sequence[Seen]) -> bytes | None:
    return next((one.value for one in seen if one.path == PIXELS), None)


def _frames(content: bytes) -> NDArray[Any]:
    """Return all frames as (frames, rows, columns, samples)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(BytesIO(content))
        frames = int(dataset.get("NumberOfFrames") or 1)
        pixels: NDArray[Any] = dataset.pixel_array.reshape((frames, dataset.Rows, dataset.Columns, -1))
    return pixels


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
        same = _pixel_bytes(seen_before) == _pixel_bytes(seen_after)
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
