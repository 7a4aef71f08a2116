"""The letters of the words beside a line that no detector proposed: of its ink, in its rows, one behind the other."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text_ink import Box, Grey, Marked, is_noise

# How many heights beside a line further words of it are looked for, and how wide a gap between the letters of a word that is
# spaced out may be.
BESIDE, SPACED_OUT = 6, 1.3


def letters_beside(
    pictures: Sequence[Grey],
    marked_in: Callable[[Sequence[Grey], Box], Marked],
    line: Box,
    gap: float,
    least: float,
) -> NDArray[np.int64]:
    """Return the letters of the words beside a line that no detector proposed: of its height or *least* of
    it, *marked_in* its ink, and no farther than *gap* heights from the next."""
    rows, columns = pictures[0].shape
    height = line[3] - line[1]
    area = (
        max(0, line[0] - BESIDE * height),
        max(0, line[1] - height // 2),
        min(columns, line[2] + BESIDE * height),
        min(rows, line[3] + height // 2),
    )
    marked = marked_in(pictures, area).astype(np.uint8)
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(marked, connectivity=8)
    left, top, width, tall = stats[1:, :4].T.astype(np.int64)
    boxes = np.stack([left, top, left + width, top + tall], axis=1) + np.array([area[0], area[1]] * 2)
    like = (boxes[:, 1] >= line[1] - 2) & (boxes[:, 3] <= line[3] + 2)
    boxes = boxes[like & (tall >= least * height) & (width <= 3 * height)]
    behind, before = boxes[:, 2] > line[2], boxes[:, 0] < line[0]  # whole or in part
    after = _reached(line[2], boxes[behind][:, [0, 2]], height, gap)
    ahead = _reached(-line[0], -boxes[before][:, [2, 0]], height, gap)
    outside = behind | before
    found: NDArray[np.int64] = boxes[outside & (boxes[:, 2] <= after) & (boxes[:, 0] >= -ahead)]
    corner, after_line = np.array([area[0], area[1]] * 2), found[:, 2] > line[2]
    rows = line[1] - area[1], line[3] - area[1]
    kept = [
        one for one in (found[after_line], found[~after_line]) if not is_noise(marked, one - corner, rows)
    ]
    return np.concatenate([found[:0], *kept])


def _reached(end: int, letters: NDArray[np.int64], height: int, gap: float) -> int:
    """Return how far letters (start and stop) one behind the other continue a line that ends at *end*."""
    reached, whole, word = end, end, end
    for start, stop in letters[np.argsort(letters[:, 0])].tolist():
        if start - reached > gap * height:
            break
        near = start - reached <= SPACED_OUT * height
        word = word if near else start
        reached = max(reached, stop)
        # One thin stroke is no word, unless it is as near as letters are; small letters may run together into one.
        if near or reached - word >= height:
            whole = reached
    return whole
