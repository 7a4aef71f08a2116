"""Find text burned into pixels: by what the header says and by looking (PS3.15 E.3.1).

Two detectors propose lines, a text model and a classical one that knows only shapes; a recogniser reads each proposal, and
what reads as nothing is dropped. What stays is shrunk to its ink. Importing this module loads the models of
`rapidocr-onnxruntime`, so only the inspecting worker does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from deid.engine.errors import RefusedError
from deid.engine.finding.codes import codes_in
from deid.engine.finding.expecting import Expectation, expectation_of
from deid.engine.finding.text_boxes import TextBox, apart, with_margin
from deid.engine.finding.text_closer import closer_look
from deid.engine.finding.text_deciding import read
from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_lengthening import with_the_rest
from deid.engine.finding.text_lone import is_writing
from deid.engine.finding.text_marks import short_words
from deid.engine.finding.text_model import modelled
from deid.engine.finding.text_reading import Proposal, shared, stretched
from deid.engine.finding.text_shapes import Line, text_lines, text_lines_at_others
from deid.engine.finding.text_slanted import boxes_of_slanted
from deid.engine.finding.text_stacked import read_stacked
from deid.engine.finding.text_trimming import trimmed
from deid.engine.finding.text_views import other_views, text_of_view
from deid.engine.pixels.decoding import frame_pixels, open_image, shown_frame
from deid.engine.pixels.pictures import frame_count

MOST_FRAMES, MOST_SHAPES, MOST_AT_OTHERS = 3, 10, 6
EXPECTED, COLOURFUL = 0.2, 40
# What nearly reads is asked about if it is so sure, which it is more easily where the header makes text likely.
WORTH_ASKING = 0.6
# What shares more with a part of a slanted line that was read is no line of its own.
COVERED = 0.5
# What shares more with a line that is masked is not asked about.
ANSWERED = 0.3
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


def _colours(pictures: Sequence[Grey]) -> Sequence[Grey]:
    """Return which of the pictures of a frame say of what colour it is; of a grey frame none does."""
    return pictures[1:] if len(pictures) > 2 else ()


def _proposals(pictures: Sequence[Grey], seen: Sequence[Proposal]) -> list[Proposal]:
    """Return what either detector proposes; a shape that the model saw as well only strengthens it."""
    found, fresh = list(seen), 0
    for picture in pictures:
        fresh += _joined(found, text_lines(picture), MOST_SHAPES - fresh)
    _joined(found, text_lines_at_others(pictures[0]), MOST_AT_OTHERS)
    return found


def _joined(found: list[Proposal], lines: Sequence[Line], most: int) -> int:
    """Add to what was *found* the *lines* of a picture, at most so many that nobody proposed; return how many these
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
            found.append(Proposal(box, False, line.score))
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
    """Return the text of one frame, given as one or more grey pictures of it in different contrasts, and apart from it what is
    doubted; codes that machines read are text."""
    seen, at_angles = modelled(pictures)
    proposals = _proposals(pictures, seen)
    proposals += closer_look(pictures[0], [p.box for p in proposals if p.model])
    found = [(part, score) for parts, score in boxes_of_slanted(pictures, at_angles) for part in parts]
    slanting = [part for part, _score in found]
    kept, doubted = read(pictures, proposals)
    level = [
        (proposal, trimmed(pictures, fitted(pictures, proposal.box, proposal.legible), proposal), score)
        for proposal, score in kept
        if not any(shared(proposal.box, part) > COVERED for part in slanting)
    ]
    lines = [box for _proposal, box, _score in level]
    found += read_stacked(pictures, proposals, lines)
    asked: list[tuple[Box, float]] = []
    for proposal, box, score in level:
        others = [other for other in lines if other is not box]
        whole = with_the_rest(pictures, box, proposal.view, others)
        first = (*proposal.legible, 0)[0]
        in_turn = [pictures[first], *pictures[:first], *pictures[first + 1 :]]
        writing = is_writing(in_turn, whole, proposal.letters, others)
        (found if writing else asked).append((whole, score))
    found += [(box, 1.0) for box in codes_in(pictures[0])]
    known = [box for box, _score in (*found, *asked)]
    for box, score, sure in list(short_words(pictures[0], known, _colours(pictures))):
        (found if sure else asked).append((box, score))
    asked += [
        (proposal.box, score)
        for proposal, score in doubted
        if not any(shared(proposal.box, box) > ANSWERED for box, _score in found)
    ]
    masks, doubts = (_boxed(boxes, pictures[0].shape, frame) for boxes in (found, asked))
    return sorted(
        [*apart(masks), *(replace(box, doubted=True) for box in doubts)], key=lambda box: (box.y, box.x)
    )


def _boxed(found: Iterable[tuple[Box, float]], size: tuple[int, ...], frame: int) -> list[TextBox]:
    boxes = (with_margin(box, size, frame, score) for box, score in found)
    return [box for box in boxes if box]


def _boxes(dataset: Any, frame: int, expected: Expectation) -> list[TextBox]:
    """Return the text of one frame, surer where the header makes text likely; what is doubted only where it is so sure then."""
    pictures = _pictures(dataset, frame)
    boxes = text_of_pictures(pictures, frame)
    for view in other_views(dataset, frame, pictures[0]):
        known = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes]
        boxes += _boxed(text_of_view(view, known), view.shape, frame)
    found = [
        replace(box, confidence=min(1.0, round(box.confidence + EXPECTED, 3)))
        if expected.likely or expected.outside_regions(box.x, box.y, box.width, box.height)
        else box
        for box in boxes
    ]
    return [box for box in found if not box.doubted or box.confidence >= WORTH_ASKING]


def find_text(path: Path | str, frames: Iterable[int] | None = None) -> list[TextBox]:
    """Return the rectangles of text and of what is doubted in *frames* of the file (first, middle and last if none are named).

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
