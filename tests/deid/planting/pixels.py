"""Whether pixels are blank where they must be and the same everywhere else, decoded."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pixel_array

Rectangle = tuple[int, int, int, int]
# Masks are wider than letters. What lies this near to a word, in pixels and in heights of it, is not asked about.
NEAR, NEAR_HEIGHTS = 8, 0.5


def written(rectangles: list[Rectangle]) -> str:
    """Return rectangles (left, top, right, bottom) as a check holds them."""
    return ";".join(",".join(map(str, rectangle)) for rectangle in rectangles)


def rectangles_of(value: str) -> list[Rectangle]:
    """Return the rectangles that a check holds."""
    return [tuple(map(int, part.split(","))) for part in value.split(";")]  # type: ignore[misc]


def frames_of(ds: Dataset) -> NDArray[Any]:
    """Return the stored values of a data set as frames × rows × columns × samples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = pixel_array(ds, raw=True)
    return values.reshape(-1, ds.Rows, ds.Columns, ds.SamplesPerPixel)


def is_hidden(after: Dataset, value: str) -> bool:
    """Say whether each rectangle holds one value only, in each frame and sample."""
    frames = frames_of(after)
    for left, top, right, bottom in rectangles_of(value):
        inside = frames[:, top:bottom, left:right]
        if (inside != inside[:, :1, :1]).any():
            return False
    return True


def is_retained(before: Dataset, after: Dataset, value: str) -> bool:
    """Say whether all pixels are the same bytes, or with rectangles, the same values away from them."""
    if not value:
        return bool(before.PixelData == after.PixelData)
    old, new = frames_of(before), frames_of(after)
    if old.shape != new.shape:
        return False
    far = np.ones(old.shape[1:3], bool)
    for left, top, right, bottom in rectangles_of(value):
        near = NEAR + round(NEAR_HEIGHTS * min(bottom - top, right - left))
        far[max(0, top - near) : bottom + near, max(0, left - near) : right + near] = False
    return bool((old[:, far] == new[:, far]).all())
