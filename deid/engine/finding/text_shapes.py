"""Find what is shaped like a line of text without reading it: strokes of one brightness, letters of one height in a row.

Devices write with one value and put letters side by side; anatomy does neither for long. Cheap enough for every slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

STROKE = 17
LEAST_CONTRAST = 26
# Letters on noise stand apart from it at a higher contrast, those a few greys off an even ground at a low one; where more is
# marked than letters would be, noise runs together. They must be more in a line, and look more like one.
CLEARER, FAINTER, MOST_MARKED = (80, 120, 160), 7, 0.12
MOST_AT_OTHERS, FEWEST_AT_OTHERS, LIKELY_AT_OTHERS = 250, 4, 0.55
LOWEST, TALLEST, WIDEST = 5, 64, 120
LEAST_FILL, MOST_LETTERS = 0.1, 900
FEWEST_IN_LINE = 3
GAP, OVERLAP, HEIGHT_RATIO, SHADE = 1.3, 0.5, 2.3, 20
# Letters that are set apart stand farther from each other; more of them must be of one shade and hardly differ in height.
WIDE_GAP, WIDE_OVERLAP, WIDE_RATIO, WIDE_SHADE, FEWEST_WIDE = 2.8, 0.8, 1.5, 8, 5
Picture = NDArray[np.uint8]
Boxes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Line:
    """A rectangle that is shaped like text: left, top, right, bottom, how many letters, and how much it looks so."""

    left: int
    top: int
    right: int
    bottom: int
    letters: int
    score: float


@dataclass(frozen=True, slots=True)
class _Marked:
    """What stands out of a picture, part by part: rectangles (left, top, right, bottom), pixels, brightness, contrast."""

    boxes: Boxes
    area: NDArray[np.int64]
    peaks: NDArray[np.float64]
    strength: NDArray[np.float64]


def _marked(picture: Picture, contrast: Picture, least: int) -> _Marked:
    marked = contrast > least
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(marked.astype(np.uint8), connectivity=8)
    left, top, width, height, area = (stats[:, n].astype(np.int64) for n in range(5))
    of = np.asarray(labels[marked], np.int64)
    peaks, strength = np.zeros(count), np.zeros(count)
    np.maximum.at(peaks, of, picture[marked].astype(np.float64))
    np.maximum.at(strength, of, contrast[marked].astype(np.float64))
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    return _Marked(boxes[1:], area[1:], peaks[1:], strength[1:])


def _letters(found: _Marked, most: int, *, standing: bool) -> tuple[Boxes, NDArray[np.float64]]:
    """Return the rectangles of what could be letters, at *most* so many, and the brightness of each; of *standing* lines as
    those of the picture with its rows and columns exchanged."""
    boxes = found.boxes[:, [1, 0, 3, 2]] if standing else found.boxes
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    good = (height >= LOWEST) & (height <= TALLEST) & (width <= WIDEST) & (width <= 8 * height)
    good &= (found.area >= 5) & (found.area >= LEAST_FILL * width * height)
    chosen = np.flatnonzero(good)
    chosen = chosen[np.argsort(-found.strength[chosen], kind="stable")][:most]
    return boxes[chosen], found.peaks[chosen]


def _neighbours(boxes: Boxes, peaks: NDArray[np.float64], *, wide: bool) -> NDArray[np.bool_]:
    """Say which pairs of letters could stand side by side in one line, *wide* apart or as usual."""
    most_gap, overlap, ratio, shade = (
        (WIDE_GAP, WIDE_OVERLAP, WIDE_RATIO, WIDE_SHADE) if wide else (GAP, OVERLAP, HEIGHT_RATIO, SHADE)
    )
    left, top, right, bottom = boxes.T
    height = (bottom - top).astype(np.float64)
    lower, higher = np.minimum.outer(height, height), np.maximum.outer(height, height)
    gap = np.maximum.outer(left, left) - np.minimum.outer(right, right)
    shared = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    near: NDArray[np.bool_] = (
        (gap < most_gap * higher)
        & (shared > overlap * lower)
        & (higher < ratio * lower)
        & (np.abs(np.subtract.outer(peaks, peaks)) <= shade)
    )
    return near


def groups_of(near: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the connected groups of a relation."""
    left, found = set(range(len(near))), []
    while left:
        waiting, group = [left.pop()], []
        while waiting:
            one = waiting.pop()
            group.append(one)
            reached = [int(n) for n in np.flatnonzero(near[one]) if int(n) in left]
            left.difference_update(reached)
            waiting.extend(reached)
        found.append(np.array(sorted(group)))
    return found


def _line(boxes: Boxes, peaks: NDArray[np.float64]) -> Line:
    left, top, right, bottom = (int(v) for v in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)))
    even = 1.0 - float(np.std(boxes[:, 3] - boxes[:, 1])) / max(
        1.0, float(np.mean(boxes[:, 3] - boxes[:, 1]))
    )
    same = 1.0 - float(np.std(peaks)) / SHADE
    return Line(
        left, top, right, bottom, len(boxes), max(0.0, even) * max(0.0, same) * min(1.0, len(boxes) / 6)
    )


def contrast_of(picture: Picture) -> Picture:
    """Return how much what is thin and bright stands out of an 8-bit grey picture."""
    kernel = np.ones((STROKE, STROKE), np.uint8)
    return np.asarray(cv2.morphologyEx(picture, cv2.MORPH_TOPHAT, kernel), np.uint8)


def _lines(found: _Marked, most: int, *, standing: bool, wide: Sequence[bool]) -> list[Line]:
    """Return the lines of letters, upright or *standing*."""
    boxes, peaks = _letters(found, most, standing=standing)
    if len(boxes) < FEWEST_IN_LINE:
        return []
    lines: list[Line] = []
    for apart in wide:
        fewest = FEWEST_WIDE if apart else FEWEST_IN_LINE
        for group in groups_of(_neighbours(boxes, peaks, wide=apart)):
            line = _line(boxes[group], peaks[group])
            heights = boxes[group][:, 3] - boxes[group][:, 1]
            one_line = line.bottom - line.top < 2.2 * float(np.median(heights)) + 2
            broad = line.right - line.left > 1.2 * (line.bottom - line.top)
            if len(group) >= fewest and one_line and broad and not _within(line, lines):
                lines.append(line)
    return [Line(i.top, i.left, i.bottom, i.right, i.letters, i.score) for i in lines] if standing else lines


def _within(line: Line, others: Sequence[Line]) -> bool:
    """Say whether a line is no longer than one of the *others* that it shares its place with."""
    return any(
        other.left <= line.left
        and line.right <= other.right
        and other.top < line.bottom
        and line.top < other.bottom
        for other in others
    )


def text_lines(picture: Any, *, turned: bool = True) -> Sequence[Line]:
    """Return what is shaped like text in an 8-bit grey picture, bright and dark, upright and (*turned*) standing."""
    found: list[Line] = []
    for shown in (picture, 255 - picture):
        marked = _marked(shown, contrast_of(shown), LEAST_CONTRAST)
        for standing in (False, True) if turned else (False,):
            found += _lines(marked, MOST_LETTERS, standing=standing, wide=(False, True))
    return sorted(found, key=lambda line: -line.score)


def text_lines_at_others(picture: Any) -> Sequence[Line]:
    """Return what is shaped like a line of several letters at other contrasts than `text_lines` looks at: on noise, or
    faintly on an even ground."""
    found: list[Line] = []
    for shown in (picture, 255 - picture):
        contrast = contrast_of(shown)
        for least in (FAINTER, *CLEARER):
            if np.count_nonzero(contrast > least) > MOST_MARKED * contrast.size:
                continue
            marked = _marked(shown, contrast, least)
            for standing in (False, True):
                found += _lines(marked, MOST_AT_OTHERS, standing=standing, wide=(False,))
    found = [line for line in found if line.letters >= FEWEST_AT_OTHERS and line.score >= LIKELY_AT_OTHERS]
    return sorted(found, key=lambda line: -line.score)
