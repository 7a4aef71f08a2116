"""Find what no detector proposes: lone letters that mark a side or a direction, and words of two to four letters, on anatomy, in
a frame or on a plate.

What a device or a technician draws is of one shade and stands free. Parts of a picture that do, side by side and of one
height, or one that stands apart, are read by themselves. What has the shape of one of the letters of Laterality (PS3.3
C.7.3.1) may be drawn less evenly than others. Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_lone import stands_apart
from deid.engine.finding.text_outlines import letter_of
from deid.engine.finding.text_reading import is_fence, read_alone, shared
from deid.engine.finding.text_shapes import contrast_of, groups_of

# A part stands out by so much, at one of two contrasts, as it may be run together with what is around it at the lower one.
CONTRASTS, MOST_PARTS = (26, 90), 600
# Letters are so high, so broad and so full (least and most, as shares of height and rectangle); a lone one is less broad.
LOWEST, TALLEST, NARROWEST, BROADEST, EMPTIEST, FULLEST, BROADEST_LONE = 7, 64, 0.3, 1.3, 0.15, 0.78, 1.15
# Letters of a word begin and end within this share of their height, reach so far into each other or stand so far apart at
# most, and are of one shade.
ALIGNED, KERNED, APART, SHADE, LONGEST = 0.12, 0.15, 0.6, 12.0, 4
# The strongest pixels of letters differ by no more from their shade, and no more of what is around them stands out as they do.
CORE, UNEVEN, UNEVEN_LONE, AROUND, BESIDE = 0.6, 0.12, 0.15, 0.4, 0.16
# In pictures of its colours their strongest pixels differ by no more from their shade there.
COLOURED = 10.0
# So much of what is around letters, in their height, is looked at, and so many words of a picture are read. Where more parts
# look like lone letters, as in flow in colour, none is one.
FREE, MOST, MOST_LONE = 0.25, 4, 2
# How surely a word and a lone letter must read to be masked, and either to be asked about.
SURE, SURE_LONE, DOUBTED = 0.90, 0.90, 0.75
# Letters that look alike large and small share their surety between both: a word of them only needs so much less.
ALIKE, SPLIT = frozenset("csvwxz"), 0.3
# Letters that mark a side or a direction in pictures: those of Patient Orientation (PS3.3 C.7.6.1.1.1), and the first ones of
# left and right in Latin, French, Spanish, Italian and Portuguese, but for I, as which vessels and rules read. They are so high
# at least and differ less from their shade; so many parts of a picture are read, the most even ones.
MARKS, LOWEST_ANY, UNEVEN_ANY, MOST_ANY, ANY = frozenset("RLAPHFSDGE"), 12, 0.08, 3, "?"
# What shares so much with a line that was found is a part of it.
KNOWN = 0.3
# What is so many times longer than high is a line, and no lone letter that was found before.
LINE = 1.6


@dataclass(frozen=True, slots=True)
class _Word:
    """Parts of a picture that could be a word: their rectangle, their ink with nothing of what is around it, which letter if
    there is one part only, and how uneven they are."""

    box: Box
    ink: Grey
    letter: str
    uneven: float


@dataclass(frozen=True, slots=True)
class _Marked:
    """What stands out of a picture: how much at each pixel, the number of the part that each pixel belongs to, and for each
    part that could be a letter its number and its rectangle."""

    shown: Grey
    contrast: Grey
    labels: NDArray[np.int32]
    numbers: NDArray[np.int64]
    boxes: NDArray[np.int64]


def short_words(
    picture: Grey, known: Sequence[Box], colours: Sequence[Grey] = ()
) -> Iterator[tuple[Box, float, bool]]:
    """Yield the rectangles of short words and of lone letters that mark a side or a direction on an 8-bit grey *picture* but for
    what is *known*, how surely each reads, and whether that is enough to mask it; what is not is doubted. *Colours* are
    pictures of the same frame that say of what colour it is."""
    every = sorted((w for w in _words(picture) if _is_of_one_shade(w, colours)), key=lambda word: word.uneven)
    found: list[Box] = []
    for box, score, sure in _words_and_sides(picture, every, known, colours):
        found.append(box)
        yield box, score, sure
    yield from _marks([picture, *colours], every, [*known, *found])


def _words_and_sides(
    picture: Grey, every: Sequence[_Word], known: Sequence[Box], colours: Sequence[Grey]
) -> Iterator[tuple[Box, float, bool]]:
    """Yield of *every* word those that read as several letters, or as the R or L whose shape they have."""
    lines = [box for box in known if max(_size(box)) > LINE * min(_size(box))]
    seen = [word for word in every if word.letter != ANY]
    lone = _apart(word.box for word in seen if word.letter and not _known(word.box, lines))
    found: list[Box] = []
    tried: set[Box] = set()
    for word in (word for word in seen if not _known(word.box, known)):
        if word.letter and len(lone) > MOST_LONE:
            continue
        if word.box in tried or _known(word.box, found):
            continue
        if len(tried) == MOST:
            return
        tried.add(word.box)
        text, score = read_alone(word.ink)
        letters = [character for character in text.lower() if character.isalnum()]
        fits = text == word.letter if word.letter else len(letters) > 1 and not is_fence(text, score)
        needed = SURE_LONE if word.letter else SURE - SPLIT * _mean(letter in ALIKE for letter in letters)
        if fits and score >= min(DOUBTED, needed):
            found.append(word.box)
            yield (
                word.box,
                score,
                score >= needed and (not word.letter or stands_apart([picture, *colours], word.box, known)),
            )


def _marks(
    pictures: Sequence[Grey], every: Sequence[_Word], known: Sequence[Box]
) -> Iterator[tuple[Box, float, bool]]:
    """Yield of *every* word what is evenly drawn, stands apart from anything like it and reads as one of the `MARKS`; none is
    masked, as vessels that are cut out of an image are drawn so too."""
    lines = [box for box in known if max(_size(box)) > LINE * min(_size(box))]
    even = [w for w in every if w.letter and w.uneven <= UNEVEN_ANY and _size(w.box)[1] >= LOWEST_ANY]
    others = _apart(w.box for w in even if _known(w.box, known) and not _known(w.box, lines))
    found: list[tuple[Box, float]] = []
    tried: set[Box] = set()
    for word in (w for w in even if not _known(w.box, known)):
        if word.box in tried or _known(word.box, [box for box, _score in found]):
            continue
        if len(tried) == MOST_ANY:
            break
        tried.add(word.box)
        text, score = read_alone(word.ink)
        found += [(word.box, score)] if text in MARKS and score >= SURE_LONE else []
    for box, score in found if len(found) + len(others) <= MOST_LONE else ():
        if stands_apart(pictures, box, known):
            yield box, score, False


def _size(box: Box) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


def _known(box: Box, known: Sequence[Box]) -> bool:
    return any(shared(box, other) > KNOWN for other in known)


def _apart(boxes: Iterable[Box]) -> list[Box]:
    """Return the rectangles without those that share their place with another."""
    kept: list[Box] = []
    for box in boxes:
        if not _known(box, kept):
            kept.append(box)
    return kept


def _mean(said: Iterable[bool]) -> float:
    values = list(said)
    return sum(values) / max(1, len(values))


def _words(picture: Grey) -> Iterator[_Word]:
    """Yield what stands free in a picture, is of one shade and could be letters side by side or one that marks a side."""
    for shown in (picture, 255 - picture):
        contrast = contrast_of(shown)
        for least in CONTRASTS:
            marked = _marked(shown, contrast, least)
            for group in groups_of(_side_by_side(marked.boxes)):
                word = _word(marked, group) if len(group) <= LONGEST else None
                if word:
                    yield word


def _marked(shown: Grey, contrast: Grey, least: int) -> _Marked:
    inked = (contrast > least).astype(np.uint8)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(inked, connectivity=8)
    left, top, width, height, area = (stats[:, n].astype(np.int64) for n in range(5))
    fits = (height >= LOWEST) & (height <= TALLEST)
    fits &= (width >= NARROWEST * height) & (width <= BROADEST * height)
    fits &= (area >= EMPTIEST * width * height) & (area <= FULLEST * width * height)
    numbers = np.flatnonzero(fits)
    numbers = numbers[np.argsort(-area[numbers], kind="stable")][:MOST_PARTS]
    boxes = np.stack([left, top, left + width, top + height], axis=1)[numbers]
    return _Marked(shown, contrast, np.asarray(labels, np.int32), numbers, boxes)


def _side_by_side(boxes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which pairs of parts stand side by side as the letters of a word do."""
    left, top, right, bottom = boxes.T
    height = np.maximum.outer(bottom - top, bottom - top)
    slack = np.maximum(1, ALIGNED * height)
    gap = np.maximum.outer(left, left) - np.minimum.outer(right, right)
    near: NDArray[np.bool_] = (gap >= -KERNED * height) & (gap <= APART * height)
    near &= np.abs(np.subtract.outer(top, top)) <= slack
    near &= np.abs(np.subtract.outer(bottom, bottom)) <= slack
    return near


def _word(marked: _Marked, group: NDArray[np.int64]) -> _Word | None:
    """Return the parts of a *group* as a word, if they are of one shade and stand free."""
    (left, top), (right, bottom) = marked.boxes[group, :2].min(axis=0), marked.boxes[group, 2:].max(axis=0)
    box, free = (int(left), int(top), int(right), int(bottom)), int(bottom - top) // 4 + 1
    ink = np.zeros((box[3] - box[1] + 2 * free, box[2] - box[0] + 2 * free), np.uint8)
    lone, letter = len(group) == 1, ""
    shades, most, strongest = [], 0.0, 0.0
    for part in group.tolist():
        left, top, right, bottom = marked.boxes[part].tolist()
        if lone and right - left > BROADEST_LONE * (bottom - top):
            return None
        rows, columns = slice(top, bottom), slice(left, right)
        own, strength = marked.labels[rows, columns] == marked.numbers[part], marked.contrast[rows, columns]
        peak = float(strength[own].max())
        core = own & (strength > CORE * peak)
        letter = (letter_of(core) or ANY) if lone else ""
        values = marked.shown[rows, columns][core].astype(np.float32)
        place = ink[top - box[1] + free :, left - box[0] + free :][: bottom - top, : right - left]
        np.copyto(place, strength, where=own)
        shades.append(float(np.median(values)))
        most = max(most, float(np.abs(values - shades[-1]).mean()) / peak)
        strongest = max(strongest, peak)
    least_even = UNEVEN_ANY if letter == ANY else UNEVEN_LONE if lone else UNEVEN
    if most > least_even or max(shades) - min(shades) > SHADE:
        return None
    return _Word(box, ink, letter, most) if _beside(marked.contrast, box, strongest) <= BESIDE else None


def _is_of_one_shade(word: _Word, colours: Sequence[Grey]) -> bool:
    """Say whether the ink of a word is of one shade in pictures of its *colours* as well: flow is as bright, but of many."""
    left, top, right, bottom = word.box
    free = (word.ink.shape[0] - (bottom - top)) // 2
    core = word.ink[free:, free:][: bottom - top, : right - left] > CORE * float(word.ink.max())
    shown = (other[top:bottom, left:right][core].astype(np.float32) for other in colours)
    return all(float(np.abs(values - np.median(values)).mean()) <= COLOURED for values in shown)


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
