"""Fit rectangles to the letters of a line: smaller where what was proposed is loose, larger where it cuts a letter, each
word no higher than it is, whatever lies under it.

The letters of a line have about its height. An outline of the body that runs through a line is none of its letters, so it
does not widen the mask.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text_beside import letters_beside
from deid.engine.finding.text_ink import WEAKEST, Box, Grey, Ink, Marked, contrast_in, ink_of

SMALLEST = 3
# Rows that more than this share of the fullest one's ink crosses are the body of a line; letters may be twice as high.
BODY, TALLEST, FREE, LETTER = 0.3, 2.0, 0.3, 0.3
# How far letters reach above or below the body, as a share of it: those that keep to its lines, and what runs together with
# something else; and how broad a letter is.
LONGEST, REACHING, KEEPING, BROADEST = 0.7, 0.4, 0.2, 1.2
# Less of what was proposed is no line of letters.
FLATTEST = 0.25
# Where less of the height of what was proposed is left, it may be a script.
LOW = 0.5
# A stroke of another shade stands out by this share of the ink's contrast; one of the same hides where so much is like it.
OTHER, HIDING = 0.5, 0.5
# Where a line would be cut to less than this share of what was proposed, the faintest strokes count.
MOST_CUT = 0.8
# How wide a gap before a further word may be and how high its letters are at least, in heights of the line; and where they are
# faint.
FOLLOWING, MOST_WORDS, FAINTLY = (4.0, 0.6), 8, ((2.5, 0.9),)


@dataclass(frozen=True, slots=True)
class _Letters:
    """The parts of a line's ink, as columns of left, top, right and bottom in pixels of the frame, and the rows of its
    body."""

    boxes: NDArray[np.int64]
    first: int
    last: int

    @property
    def around(self) -> Box:
        """The rectangle around all of them, at least as high as the body."""
        left, top = self.boxes[:, :2].min(axis=0)
        right, bottom = self.boxes[:, 2:].max(axis=0)
        return int(left), min(self.first, int(top)), int(right), max(self.last, int(bottom))


def fitted(pictures: Sequence[Grey], box: Box, legible: Sequence[int] = ()) -> Box:
    """Return the rectangle (left, top, right, bottom) around the letters in *box*, in a frame given as one or more greys, of
    which the line was read in those with the numbers *legible* (none is any)."""
    if box[3] - box[1] > box[2] - box[0]:
        left, top, right, bottom = fitted(
            [picture.T for picture in pictures], (box[1], box[0], box[3], box[2]), legible
        )
        return top, left, bottom, right
    rows, columns = pictures[0].shape
    box = max(0, box[0]), max(0, box[1]), min(columns, box[2]), min(rows, box[3])
    pad = max(4, (box[3] - box[1]) // 3)
    area = max(0, box[0] - pad), max(0, box[1] - pad), min(columns, box[2] + pad), min(rows, box[3] + pad)
    ink = ink_of(pictures, box, area, legible)
    marked = ink.marked(pictures, area) if ink else None
    letters = _letters(marked, box, area) if marked is not None else None
    if not ink or marked is None or not letters:
        return box
    line = letters.around
    flat = line[3] - line[1] < FLATTEST * (box[3] - box[1])
    if flat or not line[1] < (box[1] + box[3]) / 2 < line[3]:  # a rule or an edge beside the letters
        return box
    left, right = _ends(pictures, ink, box, line)
    found = [letters.boxes, np.array([(left, line[1], right, line[3])])]
    faintly = iter(FAINTLY)
    for _word in range(MOST_WORDS):
        beside = letters_beside(pictures, ink.marked, (left, line[1], right, line[3]), *FOLLOWING)
        if not beside.size and (faint := next(faintly, None)):
            beside = letters_beside(pictures, ink.faintly, (left, line[1], right, line[3]), *faint)
        if not beside.size:
            break
        found.append(beside)
        left, right = min(left, int(beside[:, 0].min())), max(right, int(beside[:, 2].max()))
    around = replace(letters, boxes=np.concatenate(found)).around
    top, bottom = ink.rows(pictures, around, (letters.first, letters.last))
    if bottom - top < LOW * (box[3] - box[1]):
        first, last = _rows_of_free(marked, box, area)
        top, bottom = min(top, first), max(bottom, last)
    return around[0], top, around[2], bottom


def _rows_of_free(marked: Marked, box: Box, area: Box) -> tuple[int, int]:
    """Return the rows of the ink in *area* that has its middle in *box* and reaches no edge: the letters of a script run
    together and rise far above its body."""
    _count, _labels, stats, centres = cv2.connectedComponentsWithStats(
        marked.astype(np.uint8), connectivity=8
    )
    left, top, width, height = stats[1:, :4].T.astype(np.int64)
    middle = centres[1:] + np.array(area[:2])
    free = (left > 0) & (top > 0) & (left + width < area[2] - area[0]) & (top + height < area[3] - area[1])
    free &= (middle[:, 0] >= box[0]) & (middle[:, 0] <= box[2])
    free &= (middle[:, 1] >= box[1]) & (middle[:, 1] <= box[3]) & (height >= SMALLEST)
    if not free.any():
        return box[3], box[1]
    return int(top[free].min()) + area[1], int((top + height)[free].max()) + area[1]


def _letters(marked: Marked, box: Box, area: Box) -> _Letters | None:
    """Return the parts of the ink in *area* that are letters of the line in *box*; `None` if there are none."""
    inner = box[0] - area[0], box[1] - area[1], box[2] - area[0], box[3] - area[1]
    count, labels, stats, centres = cv2.connectedComponentsWithStats(marked.astype(np.uint8), connectivity=8)
    inside = (
        (centres[:, 0] >= inner[0]) & (centres[:, 0] <= inner[2])
        & (centres[:, 1] >= inner[1]) & (centres[:, 1] <= inner[3])
        & (stats[:, 4] >= SMALLEST) & (np.arange(count) > 0)
    )  # fmt: skip
    if not inside.any():
        return None
    first, last = _body(labels, stats, inside, inner)
    left, top, width, height = stats[inside][:, :4].T.astype(np.int64)
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    on_line = (boxes[:, 1] < last) & (boxes[:, 3] > first)
    if not on_line.any():
        return None
    parts = [labels == label for label in np.flatnonzero(inside)[on_line]]
    boxes = _within_line(boxes[on_line], parts, first, last, inner) + np.array([area[0], area[1]] * 2)
    return _Letters(boxes, first + area[1], last + area[1])


def _body(
    labels: NDArray[Any], stats: NDArray[Any], inside: NDArray[np.bool_], inner: Box
) -> tuple[int, int]:
    """Return the rows that most letters fill; where most of the ink runs out of the part, only rows of the line."""
    free = inside & (stats[:, 1] > 0) & (stats[:, 1] + stats[:, 3] < labels.shape[0])
    tall = free & (stats[:, 3] >= LETTER * (inner[3] - inner[1]))
    free = tall if tall.any() else free
    enough = bool(stats[free, 4].sum() >= FREE * stats[inside, 4].sum())
    filled = np.isin(labels, np.flatnonzero(free if enough else inside)).sum(axis=1)
    if not enough:
        filled[: inner[1]] = filled[inner[3] :] = 0
    body = np.flatnonzero(filled >= BODY * filled.max())
    return int(body[0]), int(body[-1]) + 1


def _within_line(
    boxes: NDArray[np.int64], parts: Sequence[Marked], first: int, last: int, inner: Box
) -> NDArray[np.int64]:
    """Return the *parts* of a line's ink with what has grown together with something else cut to what letters reach.

    Letters that rise above the body stand on its lower line, those that go below it begin at its upper one or where the risen
    ones do.
    """
    body, (left, top, right, bottom) = last - first, boxes.T
    slack = max(1.5, KEEPING * body)
    free = (top > 0) & (bottom < len(parts[0])) & (bottom - top <= TALLEST * body)
    free &= (right - left <= BROADEST * (bottom - top)) | ((top >= first) & (bottom <= last))
    free &= (top >= first - LONGEST * body) & (bottom <= last + LONGEST * body)
    rises, sinks = top < first, bottom > last
    standing = free & (~rises | (np.abs(bottom - last) <= slack))
    highest = int(top[standing].min()) if standing.any() else first
    keeping = standing & (~sinks | (top >= first - slack))
    keeping |= free & sinks & (np.abs(top - highest) <= slack)
    upper = int(top[keeping].min()) if keeping.any() else first
    lower = int(bottom[keeping].max()) if keeping.any() else last
    cut = boxes.copy()
    cut[~keeping, 0], cut[~keeping, 2] = (
        np.maximum(left, inner[0])[~keeping],
        np.minimum(right, inner[2])[~keeping],
    )
    for number in np.flatnonzero(~keeping):
        above, below = parts[int(number)][:first][::-1], parts[int(number)][last:]
        cut[number, 1] = max(top[number], min(upper, first - _ending(above, body)))
        cut[number, 3] = min(bottom[number], max(lower, last + _ending(below, body)))
    return cut


def _ending(beyond: Marked, body: int) -> int:
    """Return how many rows the strokes take that begin in the first row of *beyond* and are no more than a letter."""
    if not beyond.size:
        return 0
    ink = np.ascontiguousarray(beyond, np.uint8)
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    _left, top, width, height, _filled = stats[1:].T
    ends = height[
        (top == 0) & (height <= REACHING * body + 0.5) & (height < len(ink)) & (width <= BROADEST * body)
    ]
    return int(ends.max()) if ends.size else 0


def _ends(pictures: Sequence[Grey], ink: Ink, box: Box, line: Box) -> tuple[int, int]:
    """Return where a line ends: at its letters, or farther out in *box* where strokes of another shade stand or where
    bright or dark anatomy could hide some; where little were left, at the faintest strokes."""
    area = box[0], line[1], box[2], line[3]
    hidden = ink.could_hide(pictures, area).mean(axis=0) > HIDING
    for least in (OTHER * ink.contrast, WEAKEST):
        visible = hidden | _strokes(pictures, ink, area, least)
        kept = np.flatnonzero(visible)
        outer = (area[0] + int(kept[0]), area[0] + int(kept[-1]) + 1) if kept.size else (line[0], line[2])
        left, right = min(line[0], outer[0]), max(line[2], outer[1])
        if right - left >= MOST_CUT * (box[2] - box[0]):
            break
    return left, right


def _strokes(pictures: Sequence[Grey], ink: Ink, area: Box, least: float) -> Marked:
    """Return in which columns of *area* something thin stands out by more than *least*, bright or dark."""
    visible = np.zeros(area[2] - area[0], bool)
    for picture in pictures:
        for bright in (True, False):
            visible |= (contrast_in(picture, area, ink.width, bright=bright) > least).any(axis=0)
    return visible
