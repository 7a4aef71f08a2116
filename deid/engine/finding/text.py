"""Find text burned into pixels: by what the header says and by looking (PS3.15 E.3.1).

Two detectors propose lines, a text model and a classical one that knows only shapes; a recogniser reads each proposal, and
what reads as nothing is dropped. What stays is shrunk to its ink. Importing this module loads the models of
`rapidocr-onnxruntime`, so only the inspecting worker does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from deid.engine.errors import RefusedError
from deid.engine.finding.codes import codes_in
from deid.engine.finding.expecting import Expectation, expectation_of
from deid.engine.finding.text_boxes import TextBox, apart, with_margin
from deid.engine.finding.text_closer import closer_look
from deid.engine.finding.text_deciding import continues, read
from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_ink import Grey
from deid.engine.finding.text_lengthening import lengthened
from deid.engine.finding.text_reading import Proposal, engine, shared, stretched
from deid.engine.finding.text_shapes import Line, text_lines, text_lines_at_others
from deid.engine.finding.text_slanted import Slanted, boxes_of_slanted, slanted
from deid.engine.finding.text_stacked import read_stacked
from deid.engine.finding.text_trimming import trimmed
from deid.engine.pixels.decoding import frame_pixels, open_image, shown_frame
from deid.engine.pixels.pictures import frame_count

# The text model sees letters from about 10 pixels on; it costs 0.6 s for each million pixels.
MOST_PIXELS, MOST_SCALE, LARGEST = 1_050_000, 3.0, 8_000_000
TILE, LAP = 1024, 96
MOST_FRAMES, MOST_SHAPES, MOST_AT_OTHERS = 3, 10, 6
EXPECTED, COLOURFUL = 0.2, 40
# Letters a few greys off their ground are seen in parts of the picture, by so many each way, of so much raised contrast.
RAISED, PARTS = 8.0, 8
# What shares more with a part of a slanted line that was read is no line of its own.
COVERED = 0.5
# A line of so many letters, so much longer than what the model saw, is one that the model saw in pieces.
FEWEST_IN_PIECES, IN_PIECES = 5, 2.5


def _pictures(dataset: Any, frame: int) -> list[Grey]:
    """Return a frame in several greys: as people see it; stretched to its extremes, or how colourful it is, and how red
    against green."""
    shown = shown_frame(dataset, frame)
    if shown.ndim == 3:
        brightest, darkest = shown.max(axis=2), shown.min(axis=2)
        colourful = brightest - darkest
        if colourful.max() <= COLOURFUL:
            return [brightest]
        redness = (255 + shown[..., 0].astype(np.int16) - shown[..., 1]) // 2
        return [brightest, colourful, redness.astype(np.uint8)]
    stored = np.asarray(frame_pixels(dataset, frame), dtype=np.float32)
    if stored.shape != shown.shape or not np.isfinite(stored).all():
        return [shown]
    extremes = stretched(stored)
    if str(dataset.get("PhotometricInterpretation")) == "MONOCHROME1":
        extremes = 255 - extremes
    alike = np.abs(shown.astype(np.int16) - extremes).mean() < 6
    return [shown] if alike else [shown, extremes]


def _composite(pictures: Sequence[Grey]) -> tuple[Any, float]:
    """Return the greys as the channels of one picture, small ones enlarged, very large ones reduced.

    With fewer than three greys, the last channel shows what is faint where it stands.
    """
    first, second = pictures[0], pictures[min(1, len(pictures) - 1)]
    third = pictures[2] if len(pictures) > 2 else _evened(first)
    rows, columns = first.shape
    enlarged = min(MOST_SCALE, (MOST_PIXELS / (rows * columns)) ** 0.5)
    scale = max(enlarged, min(1.0, (LARGEST / (rows * columns)) ** 0.5))
    picture = np.stack([first, second, third], axis=2)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, (round(columns * scale), round(rows * scale)), interpolation=how), scale


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


def _modelled(pictures: Sequence[Grey]) -> tuple[list[Proposal], list[Slanted]]:
    """Return what the text model proposes, as upright rectangles, and what of it lies at an angle."""
    picture, scale = _composite(pictures)
    proposals: list[Proposal] = []
    at_angles: list[Slanted] = []
    whole = picture.shape[0] * picture.shape[1] <= 1.2 * MOST_PIXELS
    for down, across in _tiles(*picture.shape[:2]):
        tile = picture if whole else picture[down : down + TILE, across : across + TILE]
        if np.ptp(tile) < 12:
            continue
        found, _seconds = engine().text_det(np.ascontiguousarray(tile))
        for corners in () if found is None else found:
            points = (np.asarray(corners) + np.array([across, down])) / scale
            left, top = (int(v) for v in np.floor(points.min(axis=0)))
            right, bottom = (int(v) for v in np.ceil(points.max(axis=0)))
            proposals.append(Proposal((left, top, right, bottom), True, 0.0))
            at_angle = slanted(points)
            at_angles += [at_angle] if at_angle else []
    return proposals, at_angles


def _proposals(pictures: Sequence[Grey], modelled: Sequence[Proposal]) -> list[Proposal]:
    """Return what either detector proposes; a shape that the model saw as well only strengthens it."""
    found, fresh = list(modelled), 0
    for number, picture in enumerate(pictures):
        fresh += _joined(found, text_lines(picture), number, MOST_SHAPES - fresh)
    _joined(found, text_lines_at_others(pictures[0]), 0, MOST_AT_OTHERS)
    return found


def _joined(found: list[Proposal], lines: Sequence[Line], number: int, most: int) -> int:
    """Add to what was *found* the *lines* of picture *number*, at most so many that nobody proposed; return how many these
    were."""
    fresh = 0
    for line in lines:
        box = (line.left, line.top, line.right, line.bottom)
        known = next((p for p in found if shared(p.box, box) > 0.5), None)
        if known and not (line.letters >= FEWEST_IN_PIECES and _length(box) > IN_PIECES * _length(known.box)):
            known.shape = max(known.shape, line.score)
            if known.model and _joins(known.box, box):
                known.seen = known.seen or known.box
                known.box = _union(known.box, box)
        elif fresh < most:
            fresh += 1
            found.append(Proposal(box, False, line.score, number))
    return fresh


def _length(box: tuple[int, int, int, int]) -> int:
    return max(box[2] - box[0], box[3] - box[1])


def _union(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def _joins(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Say whether *other* only lengthens the line *one*: it lies within its height (or width, if *one* stands)."""
    across = 0 if one[3] - one[1] > one[2] - one[0] else 1
    slack = 0.15 * (one[across + 2] - one[across]) + 1
    return other[across] >= one[across] - slack and other[across + 2] <= one[across + 2] + slack


def text_of_pictures(pictures: Sequence[Grey], frame: int = 0) -> list[TextBox]:
    """Return the text of one frame, given as one or more grey pictures of it in different contrasts; codes that machines read
    are text."""
    modelled, at_angles = _modelled(pictures)
    proposals = _proposals(pictures, modelled)
    proposals += closer_look(pictures[0], [p.box for p in proposals if p.model])
    found = [(part, score) for parts, score in boxes_of_slanted(pictures, at_angles) for part in parts]
    slanting = [part for part, _score in found]
    level = [
        (
            proposal.view,
            trimmed(pictures, fitted(pictures, proposal.box), proposal),
            score,
        )
        for proposal, score in read(pictures, proposals)
        if not any(shared(proposal.box, part) > COVERED for part in slanting)
    ]
    lines = [box for _view, box, _score in level]
    found += read_stacked(pictures, proposals, lines)
    for view, box, score in level:
        others = [other for other in lines if not continues(other, box)]
        found.append((lengthened(pictures, box, view, others), score))
    found += [(box, 1.0) for box in codes_in(pictures[0])]
    boxes = (with_margin(box, pictures[0].shape, frame, score) for box, score in found)
    return sorted(apart([box for box in boxes if box]), key=lambda box: (box.y, box.x))


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
