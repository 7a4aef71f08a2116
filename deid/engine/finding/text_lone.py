"""Whether one letter or two stand by themselves: parts of grids, wires, screws and calcifications read as L, T or XX too.

What was written has ends: no stroke of a letter leaves its rectangle. And it is the only thing of its kind about: where more
strokes of its shade and about its size stand around it, and are no line of text, it is one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text_ink import Box, Grey, Marked
from deid.engine.finding.text_shapes import contrast_of

# A stroke stands out by this share of the strongest one of the letter; the letter may leave its rectangle by so much of its
# height, with so much of its ink.
STROKES, OUTSIDE, LEAVING = 0.5, 0.2, 0.25
# So many heights around a letter is looked; what stands there is of its kind if it is of its shade, as strong, and between so
# many times as large. A frame, an arrow or a second letter may be of its kind, more are not.
AROUND, SHADE, AS_STRONG, SMALLEST, LARGEST, MOST = 6, 12.0, 0.7, 0.25, 3.0, 2
# Two letters are so many times as long as high at most.
LONGEST = 2.5
# What lies so near a line of text belongs to it.
NEAR = 2


@dataclass(frozen=True, slots=True)
class _Strokes:
    """The strokes around a letter: number of the part at each pixel, contrast, picture, and a row of left, top, width, height
    and pixels for each part."""

    labels: NDArray[np.int32]
    contrast: Grey
    shown: Grey
    stats: NDArray[np.int64]


def is_writing(pictures: Sequence[Grey], box: Box, letters: int, lines: Sequence[Box]) -> bool:
    """Say whether a *box* of 8-bit grey *pictures* of a frame that reads as so many *letters* is writing rather than a part of
    something else that is drawn there; *lines* are the other lines of text. Of more letters than two, or of a longer line, it
    is."""
    short, long = sorted((box[2] - box[0], box[3] - box[1]))
    if letters not in (1, 2) or long > LONGEST * short:
        return True
    return has_ends(pictures[0], box) and (letters > 1 or stands_apart(pictures, box, lines))


def has_ends(picture: Grey, box: Box) -> bool:
    """Say whether the strokes in a *box* of an 8-bit grey *picture* end within it or hardly beyond it."""
    strokes, inner = _strokes(picture, box)
    left, top, right, bottom = inner
    number = _own(strokes, inner)
    own = strokes.labels == number
    slack = 1 + round(OUTSIDE * (bottom - top))
    outside = own.copy()
    outside[max(0, top - slack) : bottom + slack, max(0, left - slack) : right + slack] = False
    return bool(number and outside.sum() <= LEAVING * own.sum())


def stands_apart(pictures: Sequence[Grey], box: Box, lines: Sequence[Box]) -> bool:
    """Say whether hardly anything of the kind of what is in a *box* of 8-bit grey *pictures* of a frame stands around it, but for
    *lines* of text. What differs in shade in one of the pictures is of another kind."""
    strokes, inner = _strokes(pictures[0], box)
    own = _own(strokes, inner)
    if not own:
        return False
    corner = np.array([box[0] - inner[0], box[1] - inner[1]])
    shown = [_beneath(strokes, picture, corner) for picture in pictures[1:]]
    shades, peak = _shades(strokes, strokes.labels == own, shown)
    size = max(inner[2] - inner[0], inner[3] - inner[1])
    alike = 0
    for part in range(1, len(strokes.stats)):
        left, top, width, height, _pixels = strokes.stats[part].tolist()
        if part == own or not SMALLEST * size <= max(width, height) <= LARGEST * size:
            continue
        middle = corner + np.array([left + width / 2, top + height / 2])
        if any(_lies_in(middle, line) for line in (*lines, box)):
            continue
        its_shades, its_peak = _shades(strokes, strokes.labels == part, shown)
        alike += bool(np.abs(its_shades - shades).max() <= SHADE and its_peak >= AS_STRONG * peak)
        if alike > MOST:
            return False
    return True


def _strokes(picture: Grey, box: Box) -> tuple[_Strokes, Box]:
    """Return the strokes around a *box*, bright or dark as those in it are, and where the box is among them."""
    left, top, right, bottom = box
    reach = AROUND * max(right - left, bottom - top)
    rows, columns = picture.shape
    first, start = max(0, top - reach), max(0, left - reach)
    part = np.ascontiguousarray(
        picture[first : min(rows, bottom + reach), start : min(columns, right + reach)]
    )
    inner = left - start, top - first, right - start, bottom - first
    shown, contrast = max(
        ((one, contrast_of(one)) for one in (part, 255 - part)), key=lambda pair: _within(pair[1], inner)
    )
    marked = (contrast > STROKES * _strength(contrast, inner)).astype(np.uint8)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(marked, connectivity=8)
    return _Strokes(np.asarray(labels, np.int32), contrast, shown, stats.astype(np.int64)), inner


def _within(contrast: Grey, inner: Box) -> float:
    """Return how much more stands out in a rectangle than close around it, where the ground of a letter is."""
    left, top, right, bottom = inner
    rows, columns = (max(0, top - NEAR), bottom + NEAR), (max(0, left - NEAR), right + NEAR)
    around = contrast[slice(*rows), slice(*columns)].astype(np.float32)
    inside = contrast[top:bottom, left:right].astype(np.float32)
    if inside.size in (0, around.size):
        return float(inside.sum())
    ring = (float(around.sum()) - float(inside.sum())) / (around.size - inside.size)
    return float(inside.mean()) - ring


def _strength(contrast: Grey, inner: Box) -> float:
    part = contrast[inner[1] : inner[3], inner[0] : inner[2]]
    return max(1.0, float(np.percentile(part, 95))) if part.size else 1.0


def _own(strokes: _Strokes, inner: Box) -> int:
    """Return the number of the part with most ink within a rectangle; 0 where there is none."""
    inside = strokes.labels[inner[1] : inner[3], inner[0] : inner[2]]
    counts = np.bincount(inside[inside > 0])
    return int(counts.argmax()) if counts.size else 0


def _beneath(strokes: _Strokes, picture: Grey, corner: NDArray[np.int64]) -> Grey:
    """Return what another *picture* of the frame shows where the strokes were looked for, from their *corner* on."""
    rows, columns = strokes.shown.shape
    return picture[corner[1] : corner[1] + rows, corner[0] : corner[0] + columns]


def _shades(strokes: _Strokes, marked: Marked, others: Sequence[Grey]) -> tuple[NDArray[np.float64], float]:
    """Return the usual shade of the strongest pixels of what is *marked*, there and in *others*, and how strong these are."""
    strength = strokes.contrast[marked].astype(np.float32)
    peak = float(np.percentile(strength, 95))
    strongest = strength >= AS_STRONG * peak
    return np.array([float(np.median(shown[marked][strongest])) for shown in (strokes.shown, *others)]), peak


def _lies_in(point: NDArray[np.float64], line: Box) -> bool:
    return bool(line[0] - NEAR <= point[0] <= line[2] + NEAR and line[1] - NEAR <= point[1] <= line[3] + NEAR)
