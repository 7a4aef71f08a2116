"""Tell by its outline alone whether a shape could be an R or an L, the letters of Laterality (PS3.3 C.7.3.1)."""

import cv2
import numpy as np

from deid.engine.finding.text_ink import Marked

# The grid on which a shape is told (rows, columns).
GRID = (20, 15)
# What takes more of a shape is no hole of a letter, but what a frame is drawn around.
WIDEST_HOLE = 0.35


def letter_of(marked: Marked) -> str | None:
    """Return which of the letters a shape could be, by where it is filled and how many holes it has."""
    grid = cv2.resize(marked.astype(np.float32), GRID[::-1], interpolation=cv2.INTER_AREA)
    left, foot, corner = grid[:, :6].max(axis=1), grid[-4:].max(axis=0), grid[:12, 9:]
    if float((left > 0.4).mean()) < 0.85:
        return None
    holes = _holes(marked)
    if not holes and float((foot > 0.4).mean()) > 0.8 and float(corner.mean()) < 0.15:
        return "L"
    legs = grid[-4:, :]
    parted = float(legs[:, 5:10].min(axis=1).mean()) < 0.5 and float(legs[:, 9:].max(axis=1).mean()) > 0.4
    closed = bool(holes) and holes[0][0] < 0.62 and sum(share for _middle, share in holes) < WIDEST_HOLE
    return "R" if closed and parted else None


def _holes(marked: Marked) -> list[tuple[float, float]]:
    """Return how far down the middle of each hole of a shape is and how much of it the hole takes, the highest one first."""
    ground = np.pad(~marked, 1, constant_values=True).astype(np.uint8)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(ground, connectivity=4)
    outside = labels[0, 0]
    holes = (n for n in range(1, count) if n != outside)
    return sorted((float(centres[n][1]) / ground.shape[0], float(stats[n][4]) / marked.size) for n in holes)
