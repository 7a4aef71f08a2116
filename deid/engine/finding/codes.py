"""Find codes that machines read, one line of bars or a field of dots: the label of a patient or a specimen says in one who it is.

Codes of ISO/IEC 15417 (Code 128), 16388 (Code 39), 15438 (PDF417), 16022 (Data Matrix), 18004 (QR Code), 24778 (Aztec) and
others. One counts where it can be read, as all have a check of their own. The reader knows them upright and lying, and few of
them at an angle: what is striped in another direction is laid level for it, and each way up.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from deid.engine.finding.text_boxes import covering
from deid.engine.finding.text_ink import Grey

MOST_CODES, WHITE = 16, 255
# What is striped is looked for in blocks of so many pixels, with edges of so many greys on the average.
BLOCK, DENSE, FEWEST_BLOCKS, MOST_STRIPED = 8, 150.0, 9, 6
# Around a code there is so much white, or a little more, as the reader wants. What is striped is a code and nothing else where it
# is not so many times larger than what is read of it.
QUIET, MORE = 16, 8.0
# Stripes that are turned by less are upright or lie, as the reader knows them.
UPRIGHT = 3.0
# So much of the edges in what has stripes, and not dots, runs one way.
STRIPED = 0.3
# Bars are read along one line and reach as far beside it as the lines there are like it, but for a few that are torn.
ALIKE, TORN = 0.5, 3
Box = tuple[int, int, int, int]
Points = NDArray[np.float64]


def codes_in(picture: Grey) -> Iterator[Box]:
    """Yield left, top, right and bottom of each code in a grey picture, of one at an angle those of rectangles that cover it;
    what still reads beside one that was found counts too."""
    left = np.array(picture)
    for boxes in _each(left):
        yield from boxes
        for box in boxes:
            left[box[1] : box[3], box[0] : box[2]] = WHITE


def _each(left: Grey) -> Iterator[list[Box]]:
    """Yield what covers one code after the other; who takes them whitens each in *left* before the next."""
    yield from _laid_level(left, askew=True)
    for _ in range(MOST_CODES):
        found = zxingcpp.read_barcode(left)
        if found is None:
            break
        yield [_around(left, found.position)]
    yield from _laid_level(left, askew=False)


def _laid_level(left: Grey, *, askew: bool) -> Iterator[list[Box]]:
    """Yield what covers each code that is read in a striped part of the picture when that is laid level: where the stripes are
    *askew*, or in any."""
    for points, degrees in list(_striped(left)):
        if not askew or abs((degrees + 45) % 90 - 45) > UPRIGHT:
            boxes = _covered(left, points, degrees)
            if boxes:
                yield boxes


def _striped(picture: Grey) -> Iterator[tuple[Points, float]]:
    """Yield the corners of the blocks of each part of a picture that is full of edges, the largest part first, and how its
    stripes are turned, in degrees."""
    across, down = (cv2.Sobel(picture, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    size = picture.shape[1] // BLOCK, picture.shape[0] // BLOCK
    if min(size) < 1:
        return
    squares = (across * across, down * down, across * down)
    xx, yy, xy = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in squares)
    dense = (xx + yy > DENSE * DENSE).astype(np.uint8)
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(dense, connectivity=8)
    ranked = sorted(range(1, count), key=lambda label: -int(stats[label, 4]))[:MOST_STRIPED]
    for label in ranked:
        if stats[label, 4] < FEWEST_BLOCKS:
            return
        here = labels == label
        turned = 2 * float(xy[here].sum()), float((xx[here] - yy[here]).sum())
        if np.hypot(*turned) < STRIPED * float((xx + yy)[here].sum()):
            continue
        corners = np.argwhere(here)[:, None, ::-1] + np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
        yield corners.reshape(-1, 2) * float(BLOCK), float(np.degrees(np.arctan2(*turned))) / 2


def _covered(picture: Grey, points: Points, degrees: float) -> list[Box]:
    """Return the rectangles that cover what is around *points* if, turned back by *degrees*, a code is read there; else none."""
    first, last = points.min(axis=0), points.max(axis=0)
    left, top = (max(0, int(value) - QUIET) for value in first)
    part = picture[top : int(last[1]) + QUIET, left : int(last[0]) + QUIET]
    side = int(np.hypot(*part.shape)) + 1
    turn = cv2.getRotationMatrix2D((part.shape[1] / 2, part.shape[0] / 2), degrees, 1.0)
    turn[:, 2] += (side - part.shape[1]) / 2, (side - part.shape[0]) / 2
    level = cv2.warpAffine(np.ascontiguousarray(part), turn, (side, side), borderMode=cv2.BORDER_REPLICATE)
    there = (points - (left, top)) @ turn[:, :2].T + turn[:, 2]
    first, last = there.min(axis=0), there.max(axis=0)
    read = _area_read(np.asarray(level, np.uint8))
    if float(np.prod(last - first)) > MORE * read:
        return []
    (x, y), (right, bottom) = (np.rint(corner).astype(int).tolist() for corner in (first, last))
    boxes = covering((x, y, right, bottom), cv2.invertAffineTransform(turn))
    return [
        (max(0, one[0] + left), max(0, one[1] + top), max(0, one[2] + left), max(0, one[3] + top))
        for one in boxes
    ]


def _area_read(level: Grey) -> float:
    """Return how many pixels a code takes that is read in a picture, whichever way up; 0 if none is."""
    for quarters in range(4):
        seen = np.ascontiguousarray(np.rot90(level, quarters))
        found = zxingcpp.read_barcode(seen)
        if found is not None:
            left, top, right, bottom = _around(seen, found.position)
            return float((right - left) * (bottom - top))
    return 0.0


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
    return max(0, int(first[0])), max(0, int(first[1])), int(last[0]) + 1, int(last[1]) + 1


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
