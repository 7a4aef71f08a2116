"""Whether what the text model saw and nobody can read is drawn as writing is: other scripts read as nothing, and so do hands.

Writing is of one shade and ends within its line, which anatomy and parts of grids do not. Marks that are all alike, as
staples, are none.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text_ink import Box, Grey, Ink, Marked, contrast_in, ending_within, ink_of

# Lines are so many pixels high and so many times as long as high at least.
LOWEST, TALLEST, LONGER = 7, 64, 1.3
# Parts of so many pixels are as strong as each other but for this share of the ink's contrast. So much of the ink is in parts
# that end around the line, and so little lies outside of it; a line that has the shape of letters may run together with more
# around it. Ink fills no more of a line.
PIXELS, UNEVEN, STRONGEST, FULLEST = 8, 0.15, 90, 0.45
ENDING, OUTSIDE = (0.9, 0.4), (0.1, 0.2)
# Parts of this share of the height are compared, on a grid of so many rows and columns: more of them than this share differ by
# less from another one where marks are alike.
PART, GRID, DIFFERING, ALIKE = 0.35, 12, 0.15, 0.6


def looks_written(pictures: Sequence[Grey], box: Box, *, shaped: bool) -> bool:
    """Say whether what is in a *box* (left, top, right, bottom) of 8-bit grey *pictures* of a frame is drawn as a line of
    writing is, whatever it says; *shaped* says that it has the shape of letters."""
    if box[3] - box[1] > box[2] - box[0]:
        return looks_written([p.T for p in pictures], (box[1], box[0], box[3], box[2]), shaped=shaped)
    rows, columns = pictures[0].shape
    left, top, right, bottom = max(0, box[0]), max(0, box[1]), min(columns, box[2]), min(rows, box[3])
    height = bottom - top
    if not LOWEST <= height <= TALLEST or right - left < LONGER * height:
        return False
    pad = max(4, height // 3)
    area = max(0, left - pad), max(0, top - pad), min(columns, right + pad), min(rows, bottom + pad)
    ink = ink_of(pictures, (left, top, right, bottom), area)
    if ink is None:
        return False
    marked = ink.marked(pictures, area)
    inside = marked[top - area[1] : bottom - area[1], left - area[0] : right - area[0]]
    outside = 1 - float(inside.sum()) / max(1.0, float(marked.sum()))
    drawn = (
        0 < inside.mean() <= FULLEST
        and ending_within(marked) >= ENDING[shaped]
        and outside <= OUTSIDE[shaped]
    )
    return drawn and _unevenness(pictures, ink, marked, area) <= UNEVEN and not _are_alike(inside)


def _unevenness(pictures: Sequence[Grey], ink: Ink, marked: Marked, area: Box) -> float:
    """Return by how much of its contrast the parts of the ink in *area* differ in strength."""
    contrast = contrast_in(pictures[ink.picture], area, ink.width, bright=ink.bright)
    count, labels = cv2.connectedComponents(marked.astype(np.uint8), connectivity=8)
    parts = (contrast[labels == number] for number in range(1, count))
    strengths = [float(np.percentile(part, STRONGEST)) for part in parts if part.size >= PIXELS]
    return float(np.std(strengths)) / ink.contrast if strengths else 1.0


def _are_alike(marked: Marked) -> bool:
    """Say whether most parts of the ink of a line have a twin, three of them at least."""
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(
        marked.astype(np.uint8), connectivity=8
    )
    shapes: list[NDArray[np.float32]] = []
    for number in range(1, len(stats)):
        left, top, width, height, _pixels = stats[number].tolist()
        if height >= PART * len(marked):
            shape = (labels[top : top + height, left : left + width] == number).astype(np.float32)
            shapes.append(cv2.resize(shape, (GRID, GRID), interpolation=cv2.INTER_AREA))
    if len(shapes) < 3:
        return False
    apart = np.array([[float(np.abs(one - other).mean()) for other in shapes] for one in shapes])
    np.fill_diagonal(apart, 1.0)
    return float((apart.min(axis=1) < DIFFERING).mean()) > ALIKE
