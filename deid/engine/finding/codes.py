"""Find codes that machines read, one line of bars or a field of dots: the label of a patient or a specimen says in one who it is.

Codes of ISO/IEC 15417 (Code 128), 16388 (Code 39), 15438 (PDF417), 16022 (Data Matrix), 18004 (QR Code), 24778 (Aztec) and
others. One counts where it can be read, as all have a check of their own.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from deid.engine.finding.text_ink import Grey

MOST_CODES, WHITE = 16, 255
# Bars are read along one line and reach as far beside it as the lines there are like it, but for a few that are torn.
ALIKE, TORN = 0.5, 3
Box = tuple[int, int, int, int]
Points = NDArray[np.float64]


def codes_in(picture: Grey) -> Iterator[Box]:
    """Yield left, top, right and bottom of each code in a grey picture; what still reads beside one that was found counts too."""
    left = np.array(picture)
    for _ in range(MOST_CODES):
        found = zxingcpp.read_barcode(left)
        if found is None:
            return
        box = _around(left, found.position)
        yield box
        left[box[1] : box[3], box[0] : box[2]] = WHITE


def _around(picture: Grey, position: Any) -> Box:
    """Return what is around a code: its corners, and all that its bars cover on both sides of the line that was read."""
    corners = [
        np.array((one.x, one.y), np.float64)
        for one in (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    ]
    line = _line((corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2)
    along = line[-1] - line[0]
    beside = np.array((-along[1], along[0])) / max(1.0, float(np.hypot(*along)))
    covered = np.concatenate((corners, *(_reached(picture, line, side * beside) for side in (-1, 1))))
    first, last = np.floor(covered.min(axis=0)).astype(int), np.ceil(covered.max(axis=0)).astype(int)
    return max(0, first[0]), max(0, first[1]), last[0] + 1, last[1] + 1


def _line(start: Points, end: Points) -> Points:
    steps = max(2, round(float(np.hypot(*(end - start)))))
    return start + np.linspace(0, 1, steps)[:, None] * (end - start)


def _reached(picture: Grey, line: Points, step: Points) -> list[Points]:
    """Return the ends of the last line beside *line*, in the direction of *step*, along which the picture is alike."""
    read, moved, missed, reached = _values(picture, line), line, 0, line
    while missed <= TORN:
        moved = moved + step
        values = _values(picture, moved)
        if read is None or values is None:
            break
        missed = 0 if _alike(read, values) else missed + 1
        reached = reached if missed else moved
    return [reached[0], reached[-1]]


def _values(picture: Grey, line: Points) -> Points | None:
    """Return the picture along a line; nothing where that leaves it."""
    columns, rows = np.rint(line).astype(int).T
    if (
        min(rows.min(), columns.min()) < 0
        or rows.max() >= picture.shape[0]
        or columns.max() >= picture.shape[1]
    ):
        return None
    values: Points = picture[rows, columns].astype(np.float64)
    return values


def _alike(one: Points, other: Points) -> bool:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return size > 0 and float((one * other).sum()) / size > ALIKE
