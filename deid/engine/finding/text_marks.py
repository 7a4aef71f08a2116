"""Find lone letters that mark a side, R and L: no detector proposes one letter alone over anatomy, in a frame or on a plate.

What a device or a technician draws is of one shade and stands free. A part of a picture that does and has the shape of one of
the two letters is read by itself. The letters are those of Laterality (PS3.3 C.7.3.1). Importing this module loads the models
of `rapidocr-onnxruntime`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text_ink import Box, Grey, Marked
from deid.engine.finding.text_reading import read_letter, shared
from deid.engine.finding.text_shapes import contrast_of

# A part stands out by so much, at one of two contrasts, as it may be run together with what is around it at the lower one.
CONTRASTS = (26, 90)
# Letters are so high, so broad and so full (least and most, as shares of height and rectangle).
LOWEST, TALLEST, NARROWEST, BROADEST, EMPTIEST, FULLEST = 7, 64, 0.3, 1.15, 0.15, 0.78
# The strongest pixels of a letter differ by no more from their shade, and no more of what is around it stands out as it does.
CORE, UNEVEN, AROUND, BESIDE = 0.6, 0.15, 0.4, 0.10
# So much of what is around a letter, in its heights, is looked at, and so many letters of a picture are read.
FREE, MOST = 0.25, 4
# How surely a letter must read to be masked, and to be asked about.
SURE, DOUBTED = 0.95, 0.75
# What shares so much with a line that was found is one of its letters.
KNOWN = 0.3
# The grid on which a shape is told (rows, columns).
GRID = (20, 15)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a picture that could be one letter: its rectangle, which letter, and how uneven its shade is."""

    box: Box
    letter: str
    uneven: float


def lone_letters(picture: Grey, known: Sequence[Box]) -> Iterator[tuple[Box, float, bool]]:
    """Yield the rectangles of lone R and L on an 8-bit grey *picture* but for what is *known*, how surely each reads, and
    whether that is enough to mask it; what is not is doubted."""
    parts: list[_Part] = []
    for part in sorted(_parts(picture), key=lambda part: part.uneven):
        others = (*known, *(other.box for other in parts))
        if len(parts) < MOST and all(shared(part.box, other) <= KNOWN for other in others):
            parts.append(part)
    for part in parts:
        letter, score = read_letter(picture, part.box)
        if letter == part.letter and score >= DOUBTED:
            yield part.box, score, score >= SURE


def _parts(picture: Grey) -> Iterator[_Part]:
    """Yield what stands free in a picture, is of one shade and has the shape of a letter that marks a side."""
    for shown in (picture, 255 - picture):
        contrast = contrast_of(shown)
        for least in CONTRASTS:
            marked = (contrast > least).astype(np.uint8)
            _count, labels, stats, _centres = cv2.connectedComponentsWithStats(marked, connectivity=8)
            width, height, area = (stats[:, n].astype(np.float64) for n in (2, 3, 4))
            fits = (height >= LOWEST) & (height <= TALLEST)
            fits &= (width >= NARROWEST * height) & (width <= BROADEST * height)
            fits &= (area >= EMPTIEST * width * height) & (area <= FULLEST * width * height)
            for number in np.flatnonzero(fits).tolist():
                part = _part(shown, contrast, labels, number, stats[number])
                if part:
                    yield part


def _part(
    shown: Grey, contrast: Grey, labels: NDArray[np.int32], number: int, stats: NDArray[np.int32]
) -> _Part | None:
    left, top, width, height, _area = (int(value) for value in stats)
    rows, columns = slice(top, top + height), slice(left, left + width)
    own = labels[rows, columns] == number
    strength = contrast[rows, columns]
    strongest = float(strength[own].max())
    core = own & (strength > CORE * strongest)
    letter = _letter(core)
    if letter is None:
        return None
    values = shown[rows, columns][core].astype(np.float32)
    uneven = float(np.abs(values - np.median(values)).mean()) / strongest
    if uneven > UNEVEN or _beside(contrast, (left, top, left + width, top + height), strongest) > BESIDE:
        return None
    return _Part((left, top, left + width, top + height), letter, uneven)


def _beside(contrast: Grey, box: Box, strongest: float) -> float:
    """Return how much of what is around a rectangle stands out as what is in it does."""
    left, top, right, bottom = box
    free = max(3, int(FREE * (bottom - top)))
    rows, columns = contrast.shape
    out = max(0, left - free), max(0, top - free), min(columns, right + free), min(rows, bottom + free)
    inked = contrast[out[1] : out[3], out[0] : out[2]] > AROUND * strongest
    around = np.ones(inked.shape, bool)
    around[top - out[1] : bottom - out[1], left - out[0] : right - out[0]] = False
    return float(inked[around].mean()) if around.any() else 1.0


def _letter(marked: Marked) -> str | None:
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
    return "R" if len(holes) == 1 and holes[0] < 0.62 and parted else None


def _holes(marked: Marked) -> list[float]:
    """Return how far down the middle of each hole of a shape is, as a share of its height."""
    ground = np.pad(~marked, 1, constant_values=True).astype(np.uint8)
    count, labels, _stats, centres = cv2.connectedComponentsWithStats(ground, connectivity=4)
    outside = labels[0, 0]
    return [float(centres[n][1]) / ground.shape[0] for n in range(1, count) if n != outside]
