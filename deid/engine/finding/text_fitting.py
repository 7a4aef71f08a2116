"""Fit a rectangle of text to its letters: smaller where it is loose, larger where it cuts one, whatever lies under it.

Strokes are thin, stand out of what is around them, and fill the line but not its surroundings; the letters of a line have
about its height. An outline of the body that runs through a line is none of its letters, so it does not widen the mask.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

WEAKEST, STROKE_LEVEL, CORE_LEVEL, SHADES, NEAR, SMALLEST = 20.0, 0.35, 0.8, 0.7, 0.3, 3
# Rows that more than this share of the fullest one's ink crosses are the body of a line; letters may be twice as high.
BODY, TALLEST = 0.3, 2.0
# Devices write bright far more often than dark.
BRIGHT = 1.4
# How many heights beside a line further words of it are looked for, and how wide a gap between two may be.
BESIDE, WORD_GAP = 6, 1.6
Box = tuple[int, int, int, int]
Grey = NDArray[np.uint8]
Ink = NDArray[np.bool_]


def fitted(pictures: Sequence[Grey], box: Box) -> Box:
    """Return the rectangle (left, top, right, bottom) around the letters in *box*, in a frame given as one or more greys."""
    if box[3] - box[1] > box[2] - box[0]:
        left, top, right, bottom = fitted(
            [picture.T for picture in pictures], (box[1], box[0], box[3], box[2])
        )
        return top, left, bottom, right
    rows, columns = pictures[0].shape
    box = max(0, box[0]), max(0, box[1]), min(columns, box[2]), min(rows, box[3])
    pad = max(3, (box[3] - box[1]) // 5)
    left, top = max(0, box[0] - pad), max(0, box[1] - pad)
    parts = [np.ascontiguousarray(p[top : box[3] + pad, left : box[2] + pad]) for p in pictures]
    inner = box[0] - left, box[1] - top, box[2] - left, box[3] - top
    letters = _letters(_strokes(parts, inner), inner)
    if letters is None:
        return box
    grow = max(2, (box[3] - box[1]) // 12)
    # Along the line the given ends stay: strokes that only another contrast shows would be cut off.
    found = (
        max(min(box[0], left + letters[0]), box[0] - 2 * grow, 0),
        max(top + letters[1], box[1] - grow, 0),
        min(max(box[2], left + letters[2]), box[2] + 2 * grow, columns),
        min(top + letters[3], box[3] + grow, rows),
    )
    return _continued(pictures, found)


def _continued(pictures: Sequence[Grey], box: Box) -> Box:
    """Return a line with the words beside it that no detector proposed: letters of its height and shade."""
    columns = pictures[0].shape[1]
    height = box[3] - box[1]
    top, left = max(0, box[1] - height // 2), max(0, box[0] - BESIDE * height)
    parts = [p[top : box[3] + height // 2, left : box[2] + BESIDE * height] for p in pictures]
    parts = [np.ascontiguousarray(part) for part in parts]
    ink = _strokes(parts, (box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    like = (stats[:, 1] >= box[1] - top - 2) & (stats[:, 1] + stats[:, 3] <= box[3] - top + 2)
    like &= (stats[:, 3] >= 0.5 * height) & (stats[:, 2] <= 3 * height)
    like[0] = False
    letters = [(left + int(one[0]), left + int(one[0] + one[2])) for one in stats[like]]
    right = _reached(box[2], [letter for letter in sorted(letters) if letter[0] >= box[2]], height)
    ahead = sorted((-end, -start) for start, end in letters if end <= box[0])
    return -_reached(-box[0], ahead, height), box[1], min(right, columns), box[3]


def _reached(end: int, letters: Sequence[tuple[int, int]], height: int) -> int:
    """Return how far letters one behind the other continue a line that ends at *end*."""
    reached, began = end, None
    for start, stop in letters:
        if start - reached > WORD_GAP * height:
            break
        began = start if began is None else began
        reached = max(reached, stop)
    # One thin stroke is no word; small letters may run together into one.
    return reached if began is not None and reached - began >= height else end


def _strokes(parts: Sequence[Grey], inner: Box) -> Ink:
    """Return the thin strokes, bright or dark, of the picture in which they most look like letters on a ground.

    Ink is of one shade, the smaller part of what is there, and most of it lies in letters that end within the part: the
    gaps between letters are thin and of one shade too, but run together into what is around the line.
    """
    size = min(max(5, (inner[3] - inner[1]) // 2), 31) | 1
    kernel = np.ones((size, size), np.uint8)
    best: Ink = np.zeros(parts[0].shape, bool)
    most = 0.0
    for part, how in product(parts, (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT)):
        contrast = cv2.morphologyEx(part, how, kernel)
        within = contrast[inner[1] : inner[3], inner[0] : inner[2]]
        peak = float(np.percentile(within, 97))
        if peak <= WEAKEST:
            continue
        shades = part[inner[1] : inner[3], inner[0] : inner[2]][within > CORE_LEVEL * peak].astype(np.float32)
        shade = float(np.median(shades))
        uneven = float(np.abs(shades - shade).mean())
        away = np.abs(part - shade)
        marked = (contrast > STROKE_LEVEL * peak) & (away < SHADES * peak)
        likeness = (peak - 2 * uneven) * float((away >= NEAR * peak).mean()) * _ending_within(marked) ** 0.5
        likeness *= BRIGHT if how == cv2.MORPH_TOPHAT else 1
        if likeness > most:
            most, best = likeness, marked
    return best


def _ending_within(ink: Ink) -> float:
    """Return how much of the ink belongs to parts that reach no edge."""
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    free = ~_at_edge(np.asarray(stats), ink.shape)
    free[0] = False
    return float(stats[free, 4].sum()) / max(1, int(np.count_nonzero(labels)))


def _at_edge(stats: NDArray[Any], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Say which components reach the upper or the lower edge."""
    reaches: NDArray[np.bool_] = (stats[:, 1] == 0) | (stats[:, 1] + stats[:, 3] == shape[0])
    return reaches


def _letters(ink: Ink, inner: Box) -> Box | None:
    """Return the rectangle around the parts of *ink* that are letters of the line in *inner*; `None` if there are none."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    inside = (
        (centres[:, 0] >= inner[0]) & (centres[:, 0] <= inner[2])
        & (centres[:, 1] >= inner[1]) & (centres[:, 1] <= inner[3])
        & (stats[:, 4] >= SMALLEST) & (np.arange(count) > 0)
    )  # fmt: skip
    if not inside.any():
        return None
    filled = np.isin(labels, np.flatnonzero(inside)).sum(axis=1)
    body = np.flatnonzero(filled >= BODY * filled.max())
    first, last = int(body[0]), int(body[-1]) + 1
    left, top, width, height = stats[inside][:, :4].T
    bottom = top + height
    # What grows together with something beyond the line counts as far as the line was said to go.
    grown = _at_edge(np.asarray(stats)[inside], ink.shape) | (height > TALLEST * (last - first))
    top, bottom = (
        np.where(grown, np.maximum(top, inner[1]), top),
        np.where(grown, np.minimum(bottom, inner[3]), bottom),
    )
    on_line = (top < last) & (bottom > first)
    if not on_line.any():
        return None
    right = left + width
    return (
        int(left[on_line].min()),
        min(first, int(top[on_line].min())),
        int(right[on_line].max()),
        max(last, int(bottom[on_line].max())),
    )
