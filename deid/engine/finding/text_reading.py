"""Read what may be text, as it lies or as it is turned: a reading must fit its rectangle.

Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_running import engine

LONE, NARROWEST, BROADEST = 0.80, 0.22, 2.4
# A trace or a fence of strokes reads as one letter over and over, a little part of it as something else.
FENCE, EACH = 4, 0.8
# Rings read as zeros, staples as letters of humps; numbers of one digit read better than these.
RINGED, HUMPS = frozenset("10"), frozenset("mnru")
# The marks of a ruler, turned over, read as letters that are hardly more than strokes.
STROKES = frozenset("Il1|!ijmMnuHtr-_=.,:;'\"")
# Letters that are set apart take more room, and are read very well or not at all.
LEGIBLE, SPACED_OUT = 0.90, 3.6
# What reads less surely by more in one picture than in another has its ink in the other one.
AS_LEGIBLE = 0.2
# A lone letter is a mark of the side; what is larger, or a good part of a small picture, is a vertebra or an eye.
TALLEST_LONE, LONE_SHARE = 40, 1 / 8
View = Callable[[Grey], Grey]


def as_it_is(part: Grey) -> Grey:
    """Return what is read as it lies."""
    return part


def upside_down(part: Grey) -> Grey:
    """Return what is read turned by half a turn."""
    return np.rot90(part, 2)


def mirrored(part: Grey) -> Grey:
    """Return what is read from behind."""
    return part[:, ::-1]


def from_below(part: Grey) -> Grey:
    """Return what is read from behind, turned by half a turn."""
    return part[::-1]


@dataclass(slots=True)
class Proposal:
    """A rectangle (left, top, right, bottom) that may hold text, and which detectors said so; *view* is how it was read,
    *closely* says that the model saw it at a closer look only, *seen* what it saw before a shape was joined to it, *legible*
    are the numbers of the pictures in which it reads (none is any), *letters* how many it reads as."""

    box: Box
    model: bool
    shape: float
    view: View = as_it_is
    closely: bool = False
    seen: Box | None = None
    legible: tuple[int, ...] = ()
    letters: int = 0


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
    return width * height / min(area_of(one), area_of(other))


def area_of(box: Box) -> int:
    """Return how many pixels a rectangle takes."""
    return (box[2] - box[0]) * (box[3] - box[1])


def _around(box: Box, shape: tuple[int, ...]) -> Box:
    """Return the rectangle with a little around it, within a picture of this shape."""
    left, top, right, bottom = box
    pad = max(2, min(right - left, bottom - top) // 6)
    return max(0, left - pad), max(0, top - pad), min(shape[1], right + pad), min(shape[0], bottom + pad)


def _is_laid_down(around: Box) -> bool:
    """Say whether what stands in a rectangle is laid down to be read."""
    return around[3] - around[1] > 1.5 * (around[2] - around[0])


def _crop(picture: Grey, box: Box, view: View = as_it_is) -> Any:
    """Return what the recogniser reads: a little around the rectangle, standing text laid down, in full contrast, seen as
    *view* says."""
    around = _around(box, picture.shape)
    part = picture[around[1] : around[3], around[0] : around[2]]
    if _is_laid_down(around):
        part = np.rot90(part, -1)
    return _in_three(view(part))


def _in_three(part: Grey) -> Any:
    """Return a part of a picture in full contrast with three channels, as the recogniser takes it."""
    return np.ascontiguousarray(np.repeat(stretched(part)[..., None], 3, axis=2))


def _plausible(text: str, box: Box, score: float, shape: tuple[int, ...]) -> bool:
    """Say whether a reading fits its rectangle: letters have some width, and a lone big one is no text."""
    letters = len(text.replace(" ", ""))
    known = sum(character.isalnum() for character in text)
    short, long = sorted((box[2] - box[0], box[3] - box[1]))
    if not known or not short or is_fence(text, score):
        return False
    if known < 2:
        tallest = min(TALLEST_LONE, LONE_SHARE * min(shape))
        return score >= LONE and short <= tallest and long < 2.5 * short
    return NARROWEST <= long / short / letters <= (BROADEST if score < LEGIBLE else SPACED_OUT)


def is_fence(text: str, score: float) -> bool:
    """Say whether a reading is one letter over and over, or humps; numbers may be, of ones and zeros where they are read very
    well."""
    written = text.replace(" ", "")
    ((most, times),) = Counter(written).most_common(1)
    number = most.isdigit() and (most not in RINGED or score >= LEGIBLE)
    humps = sum(letter in HUMPS for letter in written)
    if humps >= EACH * len(written) and len(written) > 1 and (len(written) < FENCE or score < LEGIBLE):
        return True
    return len(text) >= FENCE and times >= EACH * len(text) and not number


class Reading(NamedTuple):
    """How surely a proposal reads as something plausible at best, as how many letters, and in which pictures nearly so."""

    best: float
    letters: int
    legible: tuple[int, ...] = ()


def readings(pictures: Sequence[Grey], proposals: Sequence[Proposal], view: View = as_it_is) -> list[Reading]:
    """Return how each proposal reads, in the picture in which it reads best."""
    crops = [_crop(picture, p.box, view) for p in proposals for picture in pictures]
    every = engine().text_rec(crops)[0] if crops else []
    found = []
    for number, proposal in enumerate(proposals):
        best, letters, scores = 0.0, 0, []
        for text, score in every[number * len(pictures) : (number + 1) * len(pictures)]:
            scores.append(float(score))
            marks = view is not as_it_is and STROKES.issuperset(text)
            if score > best and not marks and _plausible(text, proposal.box, float(score), pictures[0].shape):
                best, letters = float(score), sum(character.isalnum() for character in text)
        legible = tuple(n for n, score in enumerate(scores) if score >= best - AS_LEGIBLE)
        found.append(Reading(best, letters, legible))
    return found


def read_alone(picture: Grey) -> tuple[str, float]:
    """Return what a whole picture reads as, and how surely."""
    ((text, score),) = engine().text_rec([_in_three(picture)])[0]
    return str(text).strip(), float(score)


def letters_along(pictures: Sequence[Grey], box: Box, view: View = as_it_is) -> list[tuple[float, float]]:
    """Return where along a line, in pixels of the picture, the middle of each of its letters stands, and how surely each is
    read, in the picture in which the line reads best."""
    around = _around(box, pictures[0].shape)
    crops = [_crop(picture, box, view) for picture in pictures]
    every = engine().text_rec(crops, return_word_box=True)[0]
    text, _score, (columns, _words, places, _kinds, scores) = max(every, key=lambda one: float(one[1]))
    along = 1 if _is_laid_down(around) else 0
    first, length = around[along], around[along + 2] - around[along]
    backwards = (along == 1) != (view in (upside_down, mirrored))
    shares = [(place + 0.5) / columns for word in places for place in word]
    return [
        (first + length * (1 - share if backwards else share), float(sure))
        for letter, share, sure in zip(text, shares, scores, strict=False)  # nothing read has a score as well
        if letter.isalnum()
    ]
