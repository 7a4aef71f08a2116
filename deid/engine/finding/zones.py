"""Find writing where the header says that devices write, without reading it: thin strokes in lines (PS3.15 E.3.1).

Ultrasound devices state the regions of their images (PS3.3 C.8.5.5); what is written around them is about the patient and
the settings, in letters that no recogniser may know.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.expecting import expectation_of
from deid.engine.finding.layouts import Rectangle
from deid.engine.pixels.decoding import Pixels, open_image, shown_frame
from deid.engine.pixels.pictures import frame_count

STROKE, ACROSS, LEAST_CONTRAST, MARGIN = 15, 9, 40, 2
LOWEST, TALLEST, NARROWEST = 5, 48, 6
FULLEST = 0.85
CERTAINTY = 0.7


def _lines(strokes: NDArray[np.uint8]) -> Iterator[Rectangle]:
    """Yield the rectangles (left, top, right, bottom) of what is as high as letters when strokes are joined sideways."""
    joined = cv2.dilate(strokes, np.ones((1, ACROSS), np.uint8))
    count, _labels, stats, _centres = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for left, top, width, height, _area in stats[1:count]:
        inside = strokes[top : top + height, left : left + width]
        columns = np.flatnonzero(inside.any(axis=0))
        broad, full = columns[-1] - columns[0] + 1 >= NARROWEST, inside.mean() > FULLEST
        if LOWEST <= height <= TALLEST and broad and not full:
            yield int(left + columns[0]), int(top), int(left + columns[-1]) + 1, int(top + height)


def written_lines(grey: NDArray[np.uint8]) -> Iterator[Rectangle]:
    """Yield the rectangles (left, top, right, bottom) of lines of thin strokes, bright or dark, in an 8-bit grey picture."""
    kernel = np.ones((STROKE, STROKE), np.uint8)
    for how in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT):
        yield from _lines((cv2.morphologyEx(grey, how, kernel) > LEAST_CONTRAST).astype(np.uint8))


def _grey(shown: Pixels) -> NDArray[np.uint8]:
    return np.ascontiguousarray(shown.max(axis=2) if shown.ndim == 3 else shown)


def find_writing_in_zones(path: str) -> list[dict[str, Any]]:
    """Return the lines that are written in the zones of the DICOM file at *path*, as `find_text_json` does.

    First, middle and last frame are looked at. Raises `RefusedError` where the pixels cannot be decoded.
    """
    dataset = open_image(Path(path))
    zones, count = expectation_of(dataset).zones, frame_count(dataset)
    found: dict[tuple[int, ...], dict[str, Any]] = {}
    for frame in sorted({0, count // 2, count - 1}) if zones else ():
        grey = _grey(shown_frame(dataset, frame))
        for left, top, right, bottom in zones:
            for line in written_lines(grey[top:bottom, left:right]):
                box = _box(line, (left, top), (right, bottom))
                found.setdefault(tuple(box.values()), {"frame": frame, **box, "confidence": CERTAINTY})
    return list(found.values())


def _box(line: Rectangle, corner: tuple[int, int], end: tuple[int, int]) -> dict[str, int]:
    """Return a line of a zone in pixels of the image, with a margin that stays in the zone."""
    x, y = (max(corner[n], corner[n] + line[n] - MARGIN) for n in (0, 1))
    right, bottom = (min(end[n], corner[n] + line[n + 2] + MARGIN) for n in (0, 1))
    return {"x": x, "y": y, "width": right - x, "height": bottom - y}
