"""How densely thin strokes stand on a slice, above all such as other slices do not have: writing does, anatomy hardly.

A few milliseconds a slice. It ranks the slices of a series, and says of none by itself that text is on it.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

# Of the range that the brightest few pixels leave aside; ink stands out of what it covers by so much.
LEAST_CONTRAST, BRIGHTEST = 0.25, 99.5
# A stroke is thinner than a body; columns and rows that a short word fills; what surrounds the stroke of a letter.
BODY = np.ones((5, 5), np.uint8)
WORD = (24, 9)
EVERYWHERE = 2
AROUND = np.ones((9, 9), np.uint8)
# Where strokes are compared over a series: in blocks of so many pixels, with the blocks next to each, on so many slices.
BLOCK, NEXT = 8, np.ones((3, 3), np.uint8)
FEWEST, NEARLY_ALL = 10, 90
Values = NDArray[np.float32]
Blocks = NDArray[np.float16]


def _range(values: Values) -> float:
    return max(float(np.percentile(values, BRIGHTEST) - values.min()), 1e-6)


def _densities(contrast: Values, least: float) -> Values:
    """Return from 0 to 1 how many edges of thin strokes lie around each pixel, along rows or along columns, above what lies
    everywhere: noise has no place."""
    marked = (contrast > least).astype(np.uint8)
    body = cv2.dilate(cv2.morphologyEx(marked, cv2.MORPH_OPEN, BODY), BODY)
    strokes = ((marked != 0) & (body == 0)).astype(np.float32)
    across, down = (np.abs(np.diff(strokes, axis=axis, prepend=0)) for axis in (1, 0))
    found = [
        cv2.blur(edges, size, borderType=cv2.BORDER_CONSTANT)
        for edges, size in ((across, WORD), (down, WORD[::-1]))
    ]
    above: Values = np.maximum.reduce([0 * across, *(dense - EVERYWHERE * dense.mean() for dense in found)])
    return above


def strokes_on(values: Values) -> Blocks:
    """Return from 0 to 1 how densely strokes stand in each block (of `BLOCK` × `BLOCK` pixels) of a slice, bright or dark,
    whatever stands on others; in half precision, because a series keeps those of all its slices."""
    bright = values - cv2.morphologyEx(values, cv2.MORPH_OPEN, AROUND)
    dark = cv2.morphologyEx(values, cv2.MORPH_CLOSE, AROUND) - values
    least = LEAST_CONTRAST * _range(values)
    dense = np.maximum(_densities(bright, least), _densities(dark, least))
    rows, columns = dense.shape
    whole = np.pad(dense, ((0, -rows % BLOCK), (0, -columns % BLOCK)))
    blocks: NDArray[np.float32] = whole.reshape(len(whole) // BLOCK, BLOCK, -1, BLOCK).max(axis=(1, 3))
    return blocks.astype(np.float16)


def strokes_beside(values: Values, others: list[Values]) -> float:
    """Return from 0 to 1 how densely strokes stand on a slice that none of the *others* beside it has; 0 without others."""
    if not others:
        return 0.0
    least = LEAST_CONTRAST * _range(values)
    bright, dark = values - np.maximum.reduce(others), np.minimum.reduce(others) - values
    return float(max(_densities(bright, least).max(), _densities(dark, least).max()))


def strokes_apart(slices: Sequence[Blocks]) -> list[float]:
    """Return for each of the slices of one size, of which the blocks of `strokes_on` are given, how much denser strokes
    stand somewhere on it than there or next to it on nearly all slices. Few slices have nothing to be compared with."""
    if len(slices) < FEWEST:
        return [float(one.max()) for one in slices]
    around = np.stack([cv2.dilate(one.astype(np.float32), NEXT).astype(np.float16) for one in slices])
    usual = np.stack(
        [
            np.percentile(around[:, row].astype(np.float32), NEARLY_ALL, axis=0)
            for row in range(around.shape[1])
        ]
    )
    return [float((one - usual).max()) for one in slices]
