"""Text at an angle: the text model sees it as a slanted rectangle, which is laid level to be read and fitted like any line.

Masks have no angle, so a slanted line is covered by a row of small rectangles that follow it. Importing this module loads the
models of `rapidocr-onnxruntime`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from deid.engine.finding.text_boxes import covering
from deid.engine.finding.text_deciding import read_apart
from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_lengthening import with_the_rest
from deid.engine.finding.text_reading import Proposal
from deid.engine.finding.text_trimming import trimmed

# An upright rectangle around a slanted line is this much higher than the line, and a line this much longer than high.
TALLER, LONGEST_BLOB = 1.4, 1.5
# How far around a line, in its heights, it is laid level: words beside the proposed one are found there.
ALONG, ACROSS = 8.0, 1.5


@dataclass(frozen=True, slots=True)
class Slanted:
    """A rectangle at an angle: its centre in pixels, its length and height, and how far it is turned clockwise, in degrees."""

    x: float
    y: float
    length: float
    height: float
    degrees: float


def slanted(corners: Any) -> Slanted | None:
    """Return the rectangle of four *corners* if it lies at such an angle that an upright one would be no line."""
    points = np.asarray(corners, np.float64)
    along, down = points[1] - points[0], points[3] - points[0]
    length, height = float(np.hypot(*along)), float(np.hypot(*down))
    if length < height:
        along, length, height = down, height, length
    upright = float(np.ptp(points, axis=0).min())
    if height < 1 or upright < TALLER * height or length < LONGEST_BLOB * height:
        return None
    across, descent = along if along[0] >= 0 else -along
    centre = points.mean(axis=0)
    return Slanted(
        float(centre[0]), float(centre[1]), length, height, float(np.degrees(np.arctan2(descent, across)))
    )


def boxes_of_slanted(pictures: Sequence[Grey], lines: Sequence[Slanted]) -> Iterator[tuple[list[Box], float]]:
    """Yield for each of the slanted *lines* that reads as text the upright rectangles that cover it, and how surely it reads."""
    for line in lines:
        level, turn, box = _laid_level(pictures, line)
        found = read_apart(level, Proposal(box, True, 0.0))
        if found:
            read, score = found
            letters = trimmed(level, fitted(level, box, read.legible), read)
            yield list(covering(with_the_rest(level, letters, read.view), turn)), score


def _laid_level(pictures: Sequence[Grey], line: Slanted) -> tuple[list[Grey], Any, Box]:
    """Return what is around a line in each picture with the line level, how to turn points back, and where the line is."""
    beside, above = ALONG * line.height, ACROSS * line.height
    width, height = round(line.length + 2 * beside), round(line.height + 2 * above)
    turn = cv2.getRotationMatrix2D((line.x, line.y), line.degrees, 1.0)
    turn[:, 2] += np.array([width / 2 - line.x, height / 2 - line.y])
    level = [
        np.asarray(
            cv2.warpAffine(p, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            np.uint8,
        )
        for p in pictures
    ]
    left, top = int(beside), int(above)
    box = left, top, round(left + line.length), round(top + line.height)
    return level, cv2.invertAffineTransform(turn), box
