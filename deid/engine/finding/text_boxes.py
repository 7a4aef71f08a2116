"""The rectangles of text on a frame: with a margin around the letters, each line once, several of what lies at an angle."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from deid.engine.finding.text_ink import Box

MARGIN = 2
# The length, in heights, that one rectangle of the row covers; small lines count as so high.
STEP, LOWEST = 0.4, 16


@dataclass(frozen=True, slots=True)
class TextBox:
    """A rectangle in pixels of one frame (counted from 0) that holds text, with a confidence from 0 to 1.

    One that is *doubted* nearly read as text: it is no mask, but a person looks at it.
    """

    frame: int
    x: int
    y: int
    width: int
    height: int
    confidence: float
    doubted: bool = False


def apart(boxes: Sequence[TextBox]) -> list[TextBox]:
    """Return the boxes that lie in no other; one that reaches a little out of another is joined with it."""
    kept: list[TextBox] = []
    for box in sorted(boxes, key=lambda box: (-box.width * box.height, -box.confidence)):
        place = next((n for n, other in enumerate(kept) if _lies_in(box, other)), None)
        if place is None:
            kept.append(box)
        else:
            kept[place] = _around(kept[place], box)
    return kept


def _lies_in(box: TextBox, other: TextBox) -> bool:
    """Say whether a box lies in another but for a margin."""
    return (
        other.x <= box.x + MARGIN
        and other.y <= box.y + MARGIN
        and other.x + other.width + MARGIN >= box.x + box.width
        and other.y + other.height + MARGIN >= box.y + box.height
    )


def _around(one: TextBox, other: TextBox) -> TextBox:
    x, y = min(one.x, other.x), min(one.y, other.y)
    right, bottom = (
        max(one.x + one.width, other.x + other.width),
        max(one.y + one.height, other.y + other.height),
    )
    return replace(one, x=x, y=y, width=right - x, height=bottom - y)


def with_margin(box: Box, size: tuple[int, ...], frame: int, score: float) -> TextBox | None:
    """Return a rectangle with a margin, cut to the picture; `None` where it lies beside it."""
    x, y = max(0, box[0] - MARGIN), max(0, box[1] - MARGIN)
    width, height = min(size[1], box[2] + MARGIN) - x, min(size[0], box[3] + MARGIN) - y
    return TextBox(frame, x, y, width, height, round(score, 3)) if width > 0 and height > 0 else None


def covering(box: Box, turn: Any) -> Iterator[Box]:
    """Yield upright rectangles that together cover a rectangle of the level picture."""
    left, top, right, bottom = box
    count = max(1, round((right - left) / (STEP * max(LOWEST, bottom - top))))
    for first, last in pairwise(np.linspace(left, right, count + 1)):
        corners = np.array([(x, y, 1.0) for x in (first, last) for y in (top, bottom)]) @ np.asarray(turn).T
        start, end = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
        yield int(start[0]), int(start[1]), int(end[0]), int(end[1])
