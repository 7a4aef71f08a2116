"""What the text model proposes in a frame: rectangles that may hold text, upright ones and those that lie at an angle.

Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np

from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_reading import Proposal
from deid.engine.finding.text_running import engine
from deid.engine.finding.text_slanted import Slanted, slanted

# The text model sees letters from about 10 pixels on; it costs 0.3 s for each million pixels.
MOST_PIXELS, MOST_SCALE, LARGEST = 1_050_000, 3.0, 8_000_000
TILE, LAP = 1024, 96
# Letters a few greys off their ground are seen in parts of the picture, by so many each way, of so much raised contrast.
RAISED, PARTS = 8.0, 8
# Nothing is written in rows and columns whose greys differ by no more; so much of them is looked at around the others.
EVEN, AROUND = 2, 24


def _composite(pictures: Sequence[Grey], drawn: Box) -> tuple[Any, float]:
    """Return the greys of the *drawn* part as the channels of one picture, small ones enlarged, very large ones reduced.

    With fewer than three greys, the last channel shows what is faint where it stands.
    """
    first, second = pictures[0], pictures[min(1, len(pictures) - 1)]
    third = pictures[2] if len(pictures) > 2 else _evened(first)
    rows, columns = first.shape
    enlarged = min(MOST_SCALE, (MOST_PIXELS / (rows * columns)) ** 0.5)
    scale = max(enlarged, min(1.0, (LARGEST / (rows * columns)) ** 0.5))
    left, top, right, bottom = drawn
    picture = np.stack([grey[top:bottom, left:right] for grey in (first, second, third)], axis=2)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    return cv2.resize(picture, size, interpolation=how), scale


def _drawn(pictures: Sequence[Grey]) -> Box:
    """Return the part of a frame in which anything is drawn, with a little around it: scanners leave much of it even."""
    sides = []
    for axis in (0, 1):
        uneven = [np.ptp(picture, axis=axis) > EVEN for picture in pictures]
        found = np.flatnonzero(np.any(uneven, axis=0))
        end = pictures[0].shape[1 - axis]
        sides.append(
            (max(0, int(found[0]) - AROUND), min(end, int(found[-1]) + 1 + AROUND))
            if found.size
            else (0, end)
        )
    (left, right), (top, bottom) = sides
    return left, top, right, bottom


def _evened(picture: Grey) -> Grey:
    """Return a grey picture with the contrast of each of its parts raised."""
    raised = cv2.createCLAHE(clipLimit=RAISED, tileGridSize=(PARTS, PARTS))
    return np.asarray(raised.apply(np.ascontiguousarray(picture)), np.uint8)


def _tiles(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """Yield the top left corners of overlapping tiles; a picture hardly larger than one tile is one tile."""
    if rows * columns <= 1.2 * MOST_PIXELS:
        yield 0, 0
        return
    for top in range(0, max(1, rows - LAP), TILE - LAP):
        for left in range(0, max(1, columns - LAP), TILE - LAP):
            yield top, left


def modelled(pictures: Sequence[Grey]) -> tuple[list[Proposal], list[Slanted]]:
    """Return what the text model proposes, as upright rectangles, and what of it lies at an angle."""
    drawn = _drawn(pictures)
    picture, scale = _composite(pictures, drawn)
    proposals: list[Proposal] = []
    at_angles: list[Slanted] = []
    whole = picture.shape[0] * picture.shape[1] <= 1.2 * MOST_PIXELS
    for down, across in _tiles(*picture.shape[:2]):
        tile = picture if whole else picture[down : down + TILE, across : across + TILE]
        if np.ptp(tile) < 12:
            continue
        found, _seconds = engine().text_det(np.ascontiguousarray(tile))
        for corners in () if found is None else found:
            points = (np.asarray(corners) + np.array([across, down])) / scale + np.array(drawn[:2])
            left, top = (int(v) for v in np.floor(points.min(axis=0)))
            right, bottom = (int(v) for v in np.ceil(points.max(axis=0)))
            proposals.append(Proposal((left, top, right, bottom), True, 0.0))
            at_angle = slanted(points)
            at_angles += [at_angle] if at_angle else []
    return proposals, at_angles
