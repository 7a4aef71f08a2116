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


def _letters(picture: Picture, contrast: Picture) -> tuple[Boxes, NDArray[np.float64]]:
    """Return the rectangles (left, top, right, bottom) of what could be letters, and the brightness of each."""
    marked = (contrast > LEAST_CONTRAST).astype(np.uint8)
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(marked, connectivity=8)
    left, top, width, height, area = (stats[:, n].astype(np.int64) for n in range(5))
    good = (height >= LOWEST) & (height <= TALLEST) & (width <= WIDEST) & (width <= 8 * height)
    good &= (area >= 5) & (area >= LEAST_FILL * width * height)
    good[0] = False
    chosen = np.flatnonzero(good)
    if not chosen.size:
        return np.zeros((0, 4), np.int64), np.zeros(0)
    peak = np.zeros(count)
    flat = np.asarray(labels, np.int64).ravel()
    np.maximum.at(peak, flat, picture.ravel())
    strength = np.zeros(count)
    np.maximum.at(strength, flat, contrast.ravel())
    chosen = chosen[np.argsort(-strength[chosen], kind="stable")][:MOST_LETTERS]
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    return boxes[chosen], peak[chosen]


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


def _groups(near: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
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


def _lines(picture: Picture) -> list[Line]:
    """Return the upright lines of bright letters."""
    kernel = np.ones((STROKE, STROKE), np.uint8)
    contrast = np.asarray(cv2.morphologyEx(picture, cv2.MORPH_TOPHAT, kernel), np.uint8)
    boxes, peaks = _letters(picture, contrast)
    if len(boxes) < FEWEST_IN_LINE:
        return []
    found: list[Line] = []
    for wide in (False, True):
        fewest = FEWEST_WIDE if wide else FEWEST_IN_LINE
        for group in _groups(_neighbours(boxes, peaks, wide=wide)):
            line = _line(boxes[group], peaks[group])
            heights = boxes[group][:, 3] - boxes[group][:, 1]
            one_line = line.bottom - line.top < 2.2 * float(np.median(heights)) + 2
            broad = line.right - line.left > 1.2 * (line.bottom - line.top)
            if len(group) >= fewest and one_line and broad and not _within(line, found):
                found.append(line)
    return found


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
        found += _lines(shown)
        if turned:
            standing = _lines(np.ascontiguousarray(shown.T))
            found += [Line(i.top, i.left, i.bottom, i.right, i.letters, i.score) for i in standing]
    return sorted(found, key=lambda line: -line.score)
