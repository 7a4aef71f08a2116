"""Read what may be text: a reading must fit its rectangle, and what reads as nothing may be too high or upside down.

Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidocr_onnxruntime import RapidOCR

from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_ink import Box, Grey

SURE, PLAUSIBLE, LONE, BESIDE = 0.60, 0.45, 0.80, 0.5
# What only has the shape of text must be read better, most of all a syllable: speckle and vessels read as two letters.
SHAPED, SYLLABLE, FEW = 0.75, 0.90, 3
# So must what is read at a second try only, upside down or in a part of what was proposed.
AGAIN, AGAIN_SHAPED, FEWEST_AGAIN, MANY = 0.75, 0.85, 4, 8
# What reads so well by half may stand in a part of what was proposed; two proposals that share so much are of one line.
NEARLY, BAND, SAME, PIECE = 0.40, 0.6, 0.5, 2
NARROWEST, BROADEST = 0.22, 2.4
# Letters that are set apart take more room, and are read very well or not at all.
LEGIBLE, SPACED_OUT = 0.90, 3.6
# A lone letter is a mark of the side; what is larger, or a good part of a small picture, is a vertebra or an eye.
TALLEST_LONE, LONE_SHARE = 40, 1 / 8


@dataclass(slots=True)
class Proposal:
    """A rectangle (left, top, right, bottom) that may hold text, and which detectors said so."""

    box: Box
    model: bool
    shape: float
    picture: int = 0


@lru_cache(maxsize=1)
def engine() -> Any:
    """Return the models, loaded once."""
    return RapidOCR(
        det_limit_side_len=32, print_verbose=False, intra_op_num_threads=1, inter_op_num_threads=1
    )


def stretched(values: NDArray[Any]) -> Grey:
    """Return values as a grey picture in full contrast."""
    low, high = float(values.min()), float(values.max())
    return ((values.astype(np.float32) - low) * (255 / max(high - low, 1e-6))).astype(np.uint8)


def shared(one: Box, other: Box) -> float:
    """Return how much of the smaller rectangle both share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min(_area(one), _area(other))


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _crop(picture: Grey, box: Box, *, turned: bool = False) -> Any:
    """Return what the recogniser reads: a little around the rectangle, standing text laid down, in full contrast; *turned*
    upside down."""
    left, top, right, bottom = box
    pad = max(2, min(right - left, bottom - top) // 6)
    part = picture[max(0, top - pad) : bottom + pad, max(0, left - pad) : right + pad]
    if part.shape[0] > 1.5 * part.shape[1]:
        part = np.rot90(part, -1)
    if turned:
        part = np.rot90(part, 2)
    return np.ascontiguousarray(np.repeat(stretched(part)[..., None], 3, axis=2))


def _plausible(text: str, box: Box, score: float, shape: tuple[int, ...]) -> bool:
    """Say whether a reading fits its rectangle: letters have some width, and a lone big one is no text."""
    letters = len(text.replace(" ", ""))
    known = sum(character.isalnum() for character in text)
    short, long = sorted((box[2] - box[0], box[3] - box[1]))
    if not known or not short:
        return False
    if known < 2:
        tallest = min(TALLEST_LONE, LONE_SHARE * min(shape))
        return score >= LONE and short <= tallest and long < 2.5 * short
    return NARROWEST <= long / short / letters <= (BROADEST if score < LEGIBLE else SPACED_OUT)


def _needed(proposal: Proposal, letters: int) -> float:
    """Return how surely a proposal must read as so many letters."""
    if not proposal.model:
        return SHAPED if letters > 2 else SYLLABLE
    width, height = proposal.box[2] - proposal.box[0], proposal.box[3] - proposal.box[1]
    if letters <= FEW and min(width, height) > TALLEST_LONE:  # organs side by side read as two letters
        return SYLLABLE
    return PLAUSIBLE if proposal.shape > 0.2 else SURE


def _readings(
    pictures: Sequence[Grey], proposals: Sequence[Proposal], *, turned: bool = False
) -> list[tuple[float, int]]:
    """Return for each proposal how surely it reads as something plausible at best, and as how many letters."""
    crops = [_crop(picture, p.box, turned=turned) for p in proposals for picture in pictures]
    readings = engine().text_rec(crops)[0] if crops else []
    found = []
    for number, proposal in enumerate(proposals):
        best, letters = 0.0, 0
        for text, score in readings[number * len(pictures) : (number + 1) * len(pictures)]:
            if score > best and _plausible(text, proposal.box, float(score), pictures[0].shape):
                best, letters = float(score), sum(character.isalnum() for character in text)
        found.append((best, letters))
    return found


def read(pictures: Sequence[Grey], proposals: Sequence[Proposal]) -> list[tuple[Proposal, float]]:
    """Return the proposals that read as something, with a confidence; what may be too high or upside down at a second try."""
    kept: list[tuple[Proposal, float]] = []
    unread, nearly, turned = [], [], []
    for proposal, (best, letters) in zip(proposals, _readings(pictures, proposals), strict=True):
        both = proposal.model and proposal.shape > 0.2
        if best >= _needed(proposal, letters):
            kept.append((proposal, min(1.0, best + (0.15 if both else 0.0))))
            continue
        unread += [proposal] if proposal.model or best >= PLAUSIBLE else []
        nearly += [proposal] if proposal.model and best >= NEARLY and letters >= FEWEST_AGAIN else []
        turned += [proposal] if proposal.model or _stands(proposal.box) else []
    upside_down = zip(turned, _readings(pictures, turned, turned=True), strict=True)
    again = [*(_closer(pictures, p) for p in nearly), *((p, *reading) for p, reading in upside_down)]
    kept += [(p, best) for p, best, letters in again if best >= _needed_again(p, letters)]
    # A shape within what the model saw adds nothing, unless it is a line of which the model saw pieces only.
    seen = [p.box for p, _score in kept if p.model]
    found = [
        (p, score)
        for p, score in kept
        if p.model
        or not any(shared(p.box, box) >= 0.15 and _area(p.box) < PIECE * _area(box) for box in seen)
    ]
    unread = [p for p in unread if all(shared(p.box, other.box) < SAME for other, _score in found)]
    beside = [
        (one, BESIDE) for one in unread if any(_continues(one.box, other.box) for other, _score in found)
    ]
    return found + beside


def _closer(pictures: Sequence[Grey], proposal: Proposal) -> tuple[Proposal, float, int]:
    """Return the part of a proposal that reads best, how surely and as how many letters."""
    boxes = (fitted(pictures, proposal.box), *_bands(proposal.box))
    parts = [replace(proposal, box=box) for box in boxes]
    found = zip(_readings(pictures, parts), parts, strict=True)
    (best, letters), part = max(found, key=lambda one: one[0])
    return part, best, letters


def _stands(box: Box) -> bool:
    return box[3] - box[1] > box[2] - box[0]


def _needed_again(proposal: Proposal, letters: int) -> float:
    """Return how surely so many letters must be read at a second try: it makes something out of more that is nothing."""
    if letters < FEWEST_AGAIN:
        return inf
    if letters < MANY:
        return AGAIN if proposal.model else AGAIN_SHAPED
    return SURE if proposal.model else AGAIN


def _bands(box: Box) -> Iterator[Box]:
    """Yield the upper, middle and lower part of a rectangle that may be too high for its line, or broad if it stands."""
    left, top, right, bottom = box
    height, width = bottom - top, right - left
    for part in (0.0, (1 - BAND) / 2, 1 - BAND):
        if _stands(box):
            yield left + int(part * width), top, left + int((part + BAND) * width), bottom
        else:
            yield left, top + int(part * height), right, top + int((part + BAND) * height)


def _continues(one: Box, other: Box) -> bool:
    """Say whether a rectangle stands beside the line *other* in its direction, as high as it and not far away."""
    along = 0 if other[2] - other[0] >= other[3] - other[1] else 1
    across = 1 - along
    heights = (one[across + 2] - one[across], other[across + 2] - other[across])
    common = min(one[across + 2], other[across + 2]) - max(one[across], other[across])
    gap = max(one[along], other[along]) - min(one[along + 2], other[along + 2])
    return common > 0.6 * max(heights) and gap < 2.5 * max(heights)
