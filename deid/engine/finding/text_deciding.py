"""Decide which proposals are text by how surely they read; what reads as nothing may be too high, upside down or from behind.

Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf
from typing import TypeAlias

from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_reading import (
    TALLEST_LONE,
    Proposal,
    View,
    area_of,
    as_it_is,
    from_below,
    mirrored,
    readings,
    shared,
    upside_down,
)
from deid.engine.finding.text_unread import looks_written

SURE, PLAUSIBLE, BESIDE = 0.60, 0.45, 0.5
# What only has the shape of text must be read better, most of all a syllable: speckle and vessels read as two or three letters.
SHAPED, SYLLABLE, FEW = 0.75, 0.90, 3
# What the model saw at a closer look must read better than what it saw at once, and as so many letters.
CLOSELY, MANY_CLOSELY = 0.68, 5
# So must what is read at a second try only, upside down or in a part of what was proposed.
AGAIN, AGAIN_SHAPED, FEWEST_AGAIN, MANY = 0.75, 0.85, 4, 8
# What reads so well by half may stand in a part of what was proposed; two proposals that share so much are of one line.
NEARLY, BAND, SAME, PIECE = 0.40, 0.6, 0.5, 2
# A shape of this score says that the classical detector saw what the model saw.
BOTH = 0.2
# Lines so many times longer than high are read from behind; what is so many times longer is a ruler, and takes seconds.
LINE, LONGEST = 2.0, 60.0
# What reads so surely, as letters that are not too few, may be text: a person is asked. So is a person about what reads as
# nothing and is drawn as writing is, which counts as this sure.
DOUBTED, DRAWN = 0.5, 0.6
Read: TypeAlias = tuple[Proposal, float]


def _needed(proposal: Proposal, letters: int) -> float:
    """Return how surely a proposal must read as so many letters."""
    if proposal.closely and letters >= MANY_CLOSELY:
        return CLOSELY
    if not proposal.model:
        return SHAPED if letters > FEW else SYLLABLE
    width, height = proposal.box[2] - proposal.box[0], proposal.box[3] - proposal.box[1]
    if letters <= FEW and min(width, height) > TALLEST_LONE:  # organs side by side read as two letters
        return SYLLABLE
    if letters < FEW:  # crosses and flow in colour read as two
        return SHAPED
    return PLAUSIBLE if proposal.shape > BOTH else SURE


def read(pictures: Sequence[Grey], proposals: Sequence[Proposal]) -> tuple[list[Read], list[Read]]:
    """Return the proposals that read as something, with a confidence, and those that nearly do as they lie, with how surely;
    what may be too high or upside down is read at a second try."""
    kept: list[Read] = []
    unread, nearly, turned, doubted = [], [], [], []
    for proposal, (best, letters, legible) in zip(proposals, readings(pictures, proposals), strict=True):
        both = proposal.model and proposal.shape > BOTH
        if best >= _needed(proposal, letters):
            as_read = replace(proposal, legible=legible, letters=letters)
            kept.append((as_read, min(1.0, best + (0.15 if both else 0.0))))
            continue
        doubted += [(proposal, best)] if best >= DOUBTED and letters >= FEW else []
        unread += [proposal] if proposal.model or best >= PLAUSIBLE else []
        nearly += [proposal] if proposal.model and best >= NEARLY and letters >= FEWEST_AGAIN else []
        turned += [proposal] if proposal.model or _stands(proposal.box) else []
    again = [*(_closer(pictures, p) for p in nearly), *_otherwise(pictures, turned)]
    kept += [(p, best) for p, best, letters in again if best >= _needed_again(p, letters)]
    # A shape within what the model saw adds nothing, unless it is a line of which the model saw pieces only.
    seen = [p.box for p, _score in kept if p.model]
    found = [
        (p, score)
        for p, score in kept
        if p.model
        or not any(shared(p.box, box) >= 0.15 and area_of(p.box) < PIECE * area_of(box) for box in seen)
    ]
    unread = [p for p in unread if all(shared(p.box, other.box) < SAME for other, _score in found)]
    beside = [
        (one, BESIDE)
        for one in unread
        if any(other.model and continues(one.box, other.box) for other, _score in found)
    ]
    drawn = [
        (one, DRAWN)
        for one in proposals
        if (one.model or one.closely)
        and all(shared(one.box, other.box) < SAME for other, _score in (*found, *beside))
        and looks_written(pictures, one.box, shaped=one.shape > BOTH)
    ]
    return found + beside, _apart([*doubted, *drawn])


def _apart(doubted: Sequence[Read]) -> list[Read]:
    """Return what nearly reads without what shares its place with what reads better."""
    kept: list[Read] = []
    for proposal, best in sorted(doubted, key=lambda one: -one[1]):
        if all(shared(proposal.box, other.box) < SAME for other, _best in kept):
            kept.append((proposal, best))
    return kept


def _otherwise(
    pictures: Sequence[Grey], proposals: Sequence[Proposal]
) -> Iterator[tuple[Proposal, float, int]]:
    """Yield how proposals read upside down, and lines of the model also as films that are read from behind."""
    short = [p for p in proposals if _length(p.box) <= LONGEST]
    lines = [p for p in short if p.model and _length(p.box) >= LINE]
    for view, seen in ((upside_down, short), (mirrored, lines), (from_below, lines)):
        for proposal, reading in zip(seen, readings(pictures, seen, view), strict=True):
            read = replace(proposal, view=view, legible=reading.legible, letters=reading.letters)
            yield read, reading.best, reading.letters


def read_apart(
    pictures: Sequence[Grey], proposal: Proposal, views: Sequence[View] = (as_it_is, upside_down)
) -> Read | None:
    """Return what no detector saw as it is, as it reads as a line in one of the *views*, and how surely; `None` where that is
    not enough."""
    for view in views:
        ((best, letters, legible),) = readings(pictures, [proposal], view)
        if best >= (SYLLABLE if 1 < letters < FEWEST_AGAIN else _needed_again(proposal, letters)):
            return replace(proposal, view=view, legible=legible, letters=letters), best
    return None


def _length(box: Box) -> float:
    """Return how many times longer than high a rectangle is, standing or lying."""
    short, long = sorted((box[2] - box[0], box[3] - box[1]))
    return long / max(short, 1)


def _closer(pictures: Sequence[Grey], proposal: Proposal) -> tuple[Proposal, float, int]:
    """Return the part of a proposal that reads best, how surely and as how many letters."""
    boxes = (fitted(pictures, proposal.box), *_bands(proposal.box))
    parts = [replace(proposal, box=box) for box in boxes]
    found = zip(readings(pictures, parts), parts, strict=True)
    reading, part = max(found, key=lambda one: one[0].best)
    read = replace(part, legible=reading.legible, letters=reading.letters)
    return read, reading.best, reading.letters


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


def continues(one: Box, other: Box) -> bool:
    """Say whether a rectangle stands beside the line *other* in its direction, as high as it and not far away."""
    along = 0 if other[2] - other[0] >= other[3] - other[1] else 1
    across = 1 - along
    heights = (one[across + 2] - one[across], other[across + 2] - other[across])
    common = min(one[across + 2], other[across + 2]) - max(one[across], other[across])
    gap = max(one[along], other[along]) - min(one[along + 2], other[along + 2])
    return common > 0.6 * max(heights) and gap < 2.5 * max(heights)
