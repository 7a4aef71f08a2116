"""Find text burned into pixels: by what the header says and by looking (PS3.15 E.3.1).

Importing this module loads the text models of `rapidocr-onnxruntime`, so only the inspecting worker does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rapidocr_onnxruntime import RapidOCR

from deid.engine.errors import RefusedError
from deid.engine.finding.expecting import Expectation, expectation_of
from deid.engine.pixels.decoding import Pixels, frame_pixels, open_image, shown_frame
from deid.engine.pixels.pictures import frame_count

SHORT_SIDE, LONG_SIDE = 736, 1600
MARGIN = 3
MOST_FRAMES = 3
LEAST_CONFIDENCE = 0.35


@dataclass(frozen=True, slots=True)
class TextBox:
    """A rectangle in pixels of one frame (counted from 0) that holds text, with a confidence from 0 to 1."""

    frame: int
    x: int
    y: int
    width: int
    height: int
    confidence: float


@lru_cache(maxsize=1)
def _engine() -> Any:
    return RapidOCR(det_limit_side_len=SHORT_SIDE, text_score=LEAST_CONFIDENCE, print_verbose=False)


def _versions(dataset: Any, frame: int) -> list[Pixels]:
    """Return a frame in several contrasts: as people see it, and stretched to where bright text stands
    out."""
    shown = shown_frame(dataset, frame)
    versions = [shown]
    if shown.ndim == 2:
        stored = np.asarray(frame_pixels(dataset, frame), dtype=np.float64)
        low, high = float(stored.min()), float(stored.max())
        if stored.shape == shown.shape and high > low:
            versions.append(((stored - low) * (255 / (high - low))).astype(np.uint8))
    return versions


def _read(version: Pixels) -> list[tuple[float, float, float, float, float]]:
    """Return (left, top, right, bottom, confidence) of each line of text in one picture."""
    picture = Image.fromarray(version).convert("RGB")
    scale = max(1.0, min(SHORT_SIDE / min(picture.size), LONG_SIDE / max(picture.size)))
    if scale > 1:
        size = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    found, _times = _engine()(np.asarray(picture)[:, :, ::-1], use_cls=False)
    lines = []
    for corners, text, score in found or ():
        if any(character.isalnum() for character in text):
            xs, ys = [c[0] / scale for c in corners], [c[1] / scale for c in corners]
            lines.append((min(xs), min(ys), max(xs), max(ys), float(score)))
    return lines


def _same_line(one: Sequence[float], other: Sequence[float]) -> bool:
    """Say whether two findings cover the same line: they share more than a third of the smaller one."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width > 0 and height > 0 and width * height > smaller / 3


def _boxes(dataset: Any, frame: int, expected: Expectation) -> list[TextBox]:
    """Return the text of one frame, overlapping findings of several contrasts joined."""
    joined: list[list[float]] = []
    for version in _versions(dataset, frame):
        for line in _read(version):
            for other in joined:
                if _same_line(line, other):
                    other[:2] = [min(line[0], other[0]), min(line[1], other[1])]
                    other[2:] = [max(line[i], other[i]) for i in (2, 3, 4)]
                    break
            else:
                joined.append(list(line))
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    boxes = []
    for left, top, right, bottom, score in joined:
        x, y = max(0, int(left) - MARGIN), max(0, int(top) - MARGIN)
        width, height = min(columns, int(right) + MARGIN + 1) - x, min(rows, int(bottom) + MARGIN + 1) - y
        confidence = round(min(1.0, score + (0.2 if expected.outside_regions(x, y, width, height) else 0)), 3)
        boxes.append(TextBox(frame, x, y, width, height, confidence))
    return sorted(boxes, key=lambda box: (box.y, box.x))


def find_text(path: Path | str, frames: Iterable[int] | None = None) -> list[TextBox]:
    """Return the rectangles of text in *frames* of the file (first, middle and last if none are named).

    Raises `RefusedError` where the pixels cannot be decoded.
    """
    dataset = open_image(path)
    if "Rows" not in dataset or "PixelData" not in dataset:
        return []
    count = frame_count(dataset)
    chosen: Sequence[int] = (
        sorted({0, count // 2, count - 1})[:MOST_FRAMES] if frames is None else list(frames)
    )
    if any(not 0 <= frame < count for frame in chosen):
        raise RefusedError("The file has no such frame.", code="no_such_frame")
    expected = expectation_of(dataset)
    return [box for frame in chosen for box in _boxes(dataset, frame, expected)]


def find_text_json(path: str, frames: list[int] | None = None) -> list[dict[str, Any]]:
    """Return `find_text` as dictionaries."""
    return [asdict(box) for box in find_text(path, frames)]
