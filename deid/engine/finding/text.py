"""Find text burned into pixels: by what the header says and by looking (PS3.15 E.3.1).

Two detectors propose lines, a text model and a classical one that knows only shapes; a recogniser reads each proposal, and
what reads as nothing is dropped. What stays is shrunk to its ink. Importing this module loads the models of
`rapidocr-onnxruntime`, so only the inspecting worker does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr_onnxruntime import RapidOCR

from deid.engine.errors import RefusedError
from deid.engine.finding.expecting import Expectation, expectation_of
from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_shapes import text_lines
from deid.engine.pixels.decoding import Pixels, frame_pixels, open_image, shown_frame
from deid.engine.pixels.pictures import frame_count

# The text model sees letters from about 10 pixels on; it costs 0.6 s for each million pixels.
MOST_PIXELS, MOST_SCALE, LARGEST = 1_050_000, 3.0, 8_000_000
TILE, LAP = 1024, 96
MARGIN, MOST_FRAMES, MOST_SHAPES = 3, 3, 10
SURE, PLAUSIBLE, LONE, BESIDE = 0.60, 0.45, 0.80, 0.5
# What only has the shape of text must be read better, most of all a syllable: speckle and vessels read as two letters.
SHAPED, SYLLABLE = 0.75, 0.90
# So must what reads upside down alone: a second try makes something out of more that is nothing.
TURNED, FEWEST_TURNED = 0.75, 4
# What reads so well by half may stand in a part of what was proposed; two proposals that share so much are of one line.
NEARLY, BAND, SAME = 0.40, 0.6, 0.5
NARROWEST, BROADEST = 0.22, 2.4
# A lone letter is a mark of the side; what is larger, or a good part of a small picture, is a vertebra or an eye.
TALLEST_LONE, LONE_SHARE = 40, 1 / 8
EXPECTED = 0.2
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TextBox:
    """A rectangle in pixels of one frame (counted from 0) that holds text, with a confidence from 0 to 1."""

    frame: int
    x: int
    y: int
    width: int
    height: int
    confidence: float


@dataclass(slots=True)
class _Proposal:
    """A rectangle (left, top, right, bottom) that may hold text, and which detectors said so."""

    box: tuple[int, int, int, int]
    model: bool
    shape: float
    picture: int = 0


@lru_cache(maxsize=1)
def _engine() -> Any:
    return RapidOCR(
        det_limit_side_len=32, print_verbose=False, intra_op_num_threads=1, inter_op_num_threads=1
    )


def _stretched(values: Pixels) -> Grey:
    low, high = float(values.min()), float(values.max())
    return ((values.astype(np.float32) - low) * (255 / max(high - low, 1e-6))).astype(np.uint8)


def _pictures(dataset: Any, frame: int) -> list[Grey]:
    """Return a frame in several greys: as people see it; stretched to its extremes, or how colourful it is."""
    shown = shown_frame(dataset, frame)
    if shown.ndim == 3:
        brightest, darkest = shown.max(axis=2), shown.min(axis=2)
        colourful = brightest - darkest
        return [brightest, colourful] if colourful.max() > 40 else [brightest]
    stored = np.asarray(frame_pixels(dataset, frame), dtype=np.float32)
    if stored.shape != shown.shape or not np.isfinite(stored).all():
        return [shown]
    stretched = _stretched(stored)
    if str(dataset.get("PhotometricInterpretation")) == "MONOCHROME1":
        stretched = 255 - stretched
    alike = np.abs(shown.astype(np.int16) - stretched).mean() < 6
    return [shown] if alike else [shown, stretched]


def _composite(pictures: Sequence[Grey]) -> tuple[Any, float]:
    """Return the greys as the channels of one picture, small ones enlarged, very large ones reduced."""
    first, last = pictures[0], pictures[-1]
    rows, columns = first.shape
    enlarged = min(MOST_SCALE, (MOST_PIXELS / (rows * columns)) ** 0.5)
    scale = max(enlarged, min(1.0, (LARGEST / (rows * columns)) ** 0.5))
    picture = np.stack([first, last, first], axis=2)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, (round(columns * scale), round(rows * scale)), interpolation=how), scale


def _tiles(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """Yield the top left corners of overlapping tiles; a picture hardly larger than one tile is one tile."""
    if rows * columns <= 1.2 * MOST_PIXELS:
        yield 0, 0
        return
    for top in range(0, max(1, rows - LAP), TILE - LAP):
        for left in range(0, max(1, columns - LAP), TILE - LAP):
            yield top, left


def _modelled(pictures: Sequence[Grey]) -> list[_Proposal]:
    """Return what the text model proposes."""
    picture, scale = _composite(pictures)
    proposals: list[_Proposal] = []
    whole = picture.shape[0] * picture.shape[1] <= 1.2 * MOST_PIXELS
    for down, across in _tiles(*picture.shape[:2]):
        tile = picture if whole else picture[down : down + TILE, across : across + TILE]
        if np.ptp(tile) < 12:
            continue
        found, _seconds = _engine().text_det(np.ascontiguousarray(tile))
        for corners in () if found is None else found:
            points = (np.asarray(corners) + np.array([across, down])) / scale
            left, top = (int(v) for v in np.floor(points.min(axis=0)))
            right, bottom = (int(v) for v in np.ceil(points.max(axis=0)))
            proposals.append(_Proposal((left, top, right, bottom), True, 0.0))
    return proposals


def _shared(one: Sequence[int], other: Sequence[int]) -> float:
    """Return how much of the smaller rectangle both share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))


def _proposals(pictures: Sequence[Grey]) -> list[_Proposal]:
    """Return what either detector proposes; a shape that the model saw as well only strengthens it."""
    found, fresh = _modelled(pictures), 0
    for number, picture in enumerate(pictures):
        for line in text_lines(picture):
            box = (line.left, line.top, line.right, line.bottom)
            known = next((p for p in found if _shared(p.box, box) > 0.5), None)
            if known:
                known.shape = max(known.shape, line.score)
                if known.model and _joins(known.box, box):
                    known.box = _union(known.box, box)
            elif fresh < MOST_SHAPES:
                fresh += 1
                found.append(_Proposal(box, False, line.score, number))
    return found


def _union(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def _joins(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Say whether *other* only lengthens the line *one*: it lies within its height (or width, if *one* stands)."""
    across = 0 if one[3] - one[1] > one[2] - one[0] else 1
    slack = 0.15 * (one[across + 2] - one[across]) + 1
    return other[across] >= one[across] - slack and other[across + 2] <= one[across + 2] + slack


def _crop(picture: Grey, box: tuple[int, int, int, int], *, turned: bool = False) -> Any:
    """Return what the recogniser reads: a little around the rectangle, standing text laid down, in full contrast; *turned*
    upside down."""
    left, top, right, bottom = box
    pad = max(2, min(right - left, bottom - top) // 6)
    part = picture[max(0, top - pad) : bottom + pad, max(0, left - pad) : right + pad]
    if part.shape[0] > 1.5 * part.shape[1]:
        part = np.rot90(part, -1)
    if turned:
        part = np.rot90(part, 2)
    return np.ascontiguousarray(np.repeat(_stretched(part)[..., None], 3, axis=2))


def _plausible(text: str, box: tuple[int, int, int, int], score: float, shape: tuple[int, ...]) -> bool:
    """Say whether a reading fits its rectangle: letters have some width, and a lone big one is no text."""
    letters = len(text.replace(" ", ""))
    known = sum(character.isalnum() for character in text)
    short, long = sorted((box[2] - box[0], box[3] - box[1]))
    if not known or not short:
        return False
    if known < 2:
        tallest = min(TALLEST_LONE, LONE_SHARE * min(shape))
        return score >= LONE and short <= tallest and long < 2.5 * short
    return NARROWEST <= long / short / letters <= BROADEST


def _needed(proposal: _Proposal, letters: int) -> float:
    """Return how surely a proposal must read as so many letters."""
    if not proposal.model:
        return SHAPED if letters > 2 else SYLLABLE
    return PLAUSIBLE if proposal.shape > 0.2 else SURE


def _readings(
    pictures: Sequence[Grey], proposals: Sequence[_Proposal], *, turned: bool = False
) -> list[tuple[float, int]]:
    """Return for each proposal how surely it reads as something plausible at best, and as how many letters."""
    crops = [_crop(picture, p.box, turned=turned) for p in proposals for picture in pictures]
    readings = _engine().text_rec(crops)[0] if crops else []
    found = []
    for number, proposal in enumerate(proposals):
        best, letters = 0.0, 0
        for text, score in readings[number * len(pictures) : (number + 1) * len(pictures)]:
            if score > best and _plausible(text, proposal.box, float(score), pictures[0].shape):
                best, letters = float(score), sum(character.isalnum() for character in text)
        found.append((best, letters))
    return found


def _read(pictures: Sequence[Grey], proposals: Sequence[_Proposal]) -> list[tuple[_Proposal, float]]:
    """Return the proposals that read as something, with a confidence; what the model saw also closer and upside down."""
    kept: list[tuple[_Proposal, float]] = []
    unread, nearly = [], []
    for proposal, (best, letters) in zip(proposals, _readings(pictures, proposals), strict=True):
        both = proposal.model and proposal.shape > 0.2
        if best >= _needed(proposal, letters):
            kept.append((proposal, min(1.0, best + (0.15 if both else 0.0))))
        elif proposal.model or best >= PLAUSIBLE:
            unread.append(proposal)
            nearly += [proposal] if proposal.model and best >= NEARLY and letters >= FEWEST_TURNED else []
    doubtful = [p for p in unread if p.model]
    closer = [replace(p, box=part) for p in nearly for part in (fitted(pictures, p.box), *_bands(p.box))]
    for again, turned in ((closer, False), (doubtful, True)):
        readings = zip(again, _readings(pictures, again, turned=turned), strict=True)
        kept += [(p, best) for p, (best, letters) in readings if letters >= FEWEST_TURNED and best >= TURNED]
    unread = [p for p in unread if all(_shared(p.box, other.box) < SAME for other, _score in kept)]
    seen = [p.box for p, _score in kept if p.model]
    kept = [(p, score) for p, score in kept if p.model or all(_shared(p.box, box) < 0.15 for box in seen)]
    beside = [
        (one, BESIDE) for one in unread if any(_continues(one.box, other.box) for other, _score in kept)
    ]
    return kept + beside


def _bands(box: tuple[int, int, int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the upper, middle and lower part of a rectangle that may be too high for its line, or broad if it stands."""
    left, top, right, bottom = box
    height, width = bottom - top, right - left
    for part in (0.0, (1 - BAND) / 2, 1 - BAND):
        if height > width:
            yield left + int(part * width), top, left + int((part + BAND) * width), bottom
        else:
            yield left, top + int(part * height), right, top + int((part + BAND) * height)


def _continues(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Say whether a rectangle stands beside the line *other* in its direction, as high as it and not far away."""
    along = 0 if other[2] - other[0] >= other[3] - other[1] else 1
    across = 1 - along
    heights = (one[across + 2] - one[across], other[across + 2] - other[across])
    shared = min(one[across + 2], other[across + 2]) - max(one[across], other[across])
    gap = max(one[along], other[along]) - min(one[along + 2], other[along + 2])
    return shared > 0.6 * max(heights) and gap < 2.5 * max(heights)


def text_of_pictures(pictures: Sequence[Grey], frame: int = 0) -> list[TextBox]:
    """Return the text of one frame, given as one or more grey pictures of it in different contrasts."""
    rows, columns = pictures[0].shape
    boxes = []
    for proposal, score in _read(pictures, _proposals(pictures)):
        left, top, right, bottom = fitted(pictures, proposal.box)
        x, y = max(0, left - MARGIN), max(0, top - MARGIN)
        width, height = min(columns, right + MARGIN) - x, min(rows, bottom + MARGIN) - y
        boxes.append(TextBox(frame, x, y, width, height, round(score, 3)))
    return sorted(boxes, key=lambda box: (box.y, box.x))


def _boxes(dataset: Any, frame: int, expected: Expectation) -> list[TextBox]:
    """Return the text of one frame, surer where the header makes text likely."""
    return [
        replace(box, confidence=min(1.0, round(box.confidence + EXPECTED, 3)))
        if expected.likely or expected.outside_regions(box.x, box.y, box.width, box.height)
        else box
        for box in text_of_pictures(_pictures(dataset, frame), frame)
    ]


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
