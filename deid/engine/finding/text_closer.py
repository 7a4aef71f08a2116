"""Where a picture is worth a closer look: small letters, and letters on noise, which the text model does not see in the whole.

The few places where thin strokes stand densest, against what is usual around them, are enlarged side by side into one picture,
with what lies below (and above) the usual brightness of each left out. Importing this module loads the models of
`rapidocr-onnxruntime`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_reading import Proposal, shared
from deid.engine.finding.text_running import engine

# A place is so long and high, stands or lies, and is enlarged so many times; so many are looked at, each so far from others, or
# fewer where more would cover a small picture several times.
LONG, HIGH, SCALE, MOST, FEWEST, BETWEEN = 192, 72, 2, 4, 2, 12
# Small letters are thinner than this, and a short word of them takes so many columns and rows; what is usual is so far around.
STROKE, WORD, USUAL = np.ones((5, 5), np.uint8), (28, 9), 201
# Strokes that stand out by less are none; a place where they are less dense than so many times the usual is not worth a look.
FAINTEST, WORTH, EVEN = 6.0, 1.2, 2.0
# What is as dark as its place is on average shows as black, and what is brighter so much brighter.
CLEARED = 1.6
# What shares so much with what was proposed already is no news.
KNOWN = 0.3


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of a picture, whether writing would stand in it, and whether it would be bright."""

    left: int
    top: int
    right: int
    bottom: int
    standing: bool
    bright: bool


def closer_look(picture: Grey, known: Sequence[Box]) -> list[Proposal]:
    """Return what the text model proposes in the places of an 8-bit grey *picture* that are worth a closer look, but for what
    is *known*."""
    places = list(_places(picture, known))
    if not places:
        return []
    rows = [(LONG + BETWEEN) * SCALE * (n % 2) for n in range(len(places))]
    lines = [(HIGH + BETWEEN) * SCALE * (n // 2) for n in range(len(places))]
    height, width = lines[-1] + HIGH * SCALE, (2 * LONG + BETWEEN) * SCALE
    shown = np.zeros((height, width, 3), np.uint8)
    for place, x, y in zip(places, rows, lines, strict=True):
        part = _enlarged(picture, place)
        shown[y : y + part.shape[0], x : x + part.shape[1]] = part
    found, _seconds = engine().text_det(shown)
    proposals = []
    for corners in () if found is None else found:
        points = np.asarray(corners, np.float64)
        centre = points.mean(axis=0)
        number = next(
            (
                n
                for n, (x, y) in enumerate(zip(rows, lines, strict=True))
                if x <= centre[0] < x + LONG * SCALE and y <= centre[1] < y + HIGH * SCALE
            ),
            None,
        )
        if number is None:
            continue
        box = _back(points - np.array([rows[number], lines[number]]), places[number])
        if box[2] > box[0] and box[3] > box[1] and all(shared(box, other) <= KNOWN for other in known):
            proposals.append(Proposal(box, False, 0.0, closely=True))
    return proposals


def _back(points: NDArray[np.float64], place: _Place) -> Box:
    """Return the rectangle in the picture around *points* of a place that was enlarged."""
    x, y = points.T / SCALE
    if place.standing:  # it was laid down by a quarter of a turn
        x, y = y, (place.bottom - place.top) - x
    return (
        max(place.left, place.left + int(np.floor(x.min()))),
        max(place.top, place.top + int(np.floor(y.min()))),
        min(place.right, place.left + int(np.ceil(x.max()))),
        min(place.bottom, place.top + int(np.ceil(y.max()))),
    )


def _enlarged(picture: Grey, place: _Place) -> Grey:
    """Return a place enlarged, what stands laid down, with what is no brighter (or darker) than it is on average left out."""
    part = picture[place.top : place.bottom, place.left : place.right].astype(np.float32)
    away = (part - part.mean()) if place.bright else (part.mean() - part)
    shown = np.clip(away * min(CLEARED, 255 / max(float(away.max()), 1.0)), 0, 255).astype(np.uint8)
    shown = np.rot90(shown, -1) if place.standing else shown
    size = (shown.shape[1] * SCALE, shown.shape[0] * SCALE)
    large = cv2.resize(np.ascontiguousarray(shown), size, interpolation=cv2.INTER_CUBIC)
    return np.repeat(np.asarray(large, np.uint8)[..., None], 3, axis=2)


def _places(picture: Grey, known: Sequence[Box]) -> Iterator[_Place]:
    """Yield the places where bright or dark strokes stand densest that nobody proposed, the densest first."""
    rows, columns = picture.shape
    most = min(MOST, max(FEWEST, rows * columns // (LONG * HIGH) + 1))
    for bright in (True, False):
        lying, standing = _densities(picture, bright=bright)
        for left, top, right, bottom in known:
            for dense in (lying, standing):
                dense[max(0, top - 4) : bottom + 4, max(0, left - 4) : right + 4] = 0
        for _place in range(most):
            peaks = [cv2.minMaxLoc(dense)[1::2] for dense in (lying, standing)]
            upright = peaks[1][0] > peaks[0][0]
            value, (x, y) = peaks[upright]
            if value < WORTH:
                break
            width, height = (HIGH, LONG) if upright else (LONG, HIGH)
            left = max(0, min(columns - width, x - width // 2))
            top = max(0, min(rows - height, y - height // 2))
            right, bottom = min(columns, left + width), min(rows, top + height)
            yield _Place(left, top, right, bottom, bool(upright), bright)
            for dense in (lying, standing):
                dense[top:bottom, left:right] = 0


def _densities(picture: Grey, *, bright: bool) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how many times denser than usual around it thin strokes stand at each pixel, along rows and along columns."""
    strokes = cv2.morphologyEx(picture, cv2.MORPH_TOPHAT if bright else cv2.MORPH_BLACKHAT, STROKE).astype(
        np.float32
    )
    strokes = np.maximum(strokes - EVEN * cv2.blur(strokes, (USUAL, USUAL)) - FAINTEST, 0)
    usual = cv2.blur(strokes, (USUAL, USUAL)) + 1.0
    lying, standing = (
        cv2.blur(strokes, size, borderType=cv2.BORDER_CONSTANT) / usual for size in (WORD, WORD[::-1])
    )
    return np.asarray(lying, np.float32), np.asarray(standing, np.float32)
