"""How densely thin strokes stand on a slice, above all such as the slices beside it do not have: writing does, anatomy hardly.

A few milliseconds a slice. It ranks the slices of a series, and says of none by itself that text is on it.
"""

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
Values = NDArray[np.float32]


def _range(values: Values) -> float:
    return max(float(np.percentile(values, BRIGHTEST) - values.min()), 1e-6)


def _density(contrast: Values, least: float) -> float:
    """Return from 0 to 1 how many edges of thin strokes lie where they lie densest, along rows or along columns, above what
    lies everywhere: noise has no place."""
    marked = (contrast > least).astype(np.uint8)
    body = cv2.dilate(cv2.morphologyEx(marked, cv2.MORPH_OPEN, BODY), BODY)
    strokes = ((marked != 0) & (body == 0)).astype(np.float32)
    across, down = (np.abs(np.diff(strokes, axis=axis, prepend=0)) for axis in (1, 0))
    found = []
    for edges, size in ((across, WORD), (down, WORD[::-1])):
        dense = cv2.blur(edges, size, borderType=cv2.BORDER_CONSTANT)
        found.append(float(dense.max()) - EVERYWHERE * float(dense.mean()))
    return max(0.0, *found)


def strokes_alone(values: Values) -> float:
    """Return from 0 to 1 how densely strokes stand on a slice, bright or dark, whatever stands on others."""
    bright = values - cv2.morphologyEx(values, cv2.MORPH_OPEN, AROUND)
    dark = cv2.morphologyEx(values, cv2.MORPH_CLOSE, AROUND) - values
    least = LEAST_CONTRAST * _range(values)
    return max(_density(bright, least), _density(dark, least))


def strokes_beside(values: Values, others: list[Values]) -> float:
    """Return from 0 to 1 how densely strokes stand on a slice that none of the *others* beside it has; 0 without others."""
    if not others:
        return 0.0
    least = LEAST_CONTRAST * _range(values)
    bright, dark = values - np.maximum.reduce(others), np.minimum.reduce(others) - values
    return max(_density(bright, least), _density(dark, least))
