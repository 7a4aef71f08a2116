"""Letters one under another: they are laid side by side to be read, as no recogniser reads downwards.

Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import cv2
import numpy as np

from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_reading import STROKES, Proposal, is_fence, shared, stretched
from deid.engine.finding.text_running import engine

# A stack is so many times higher than broad, its letters are so high at least and differ by no more from the usual one.
STACK, LOWEST, UNEVEN = 1.4, 5, 1.6
# Rows with less ink than this share of the width part two letters; around a stack so much is looked at.
GAP, MARGIN = 0.06, 2
# How surely so many letters must read, from this number on.
NEEDED = ((6, 0.60), (4, 0.75), (3, 0.85), (2, 0.95))
# What shares so much with a line that was read is no stack.
KNOWN = 0.5


def read_stacked(
    pictures: Sequence[Grey], proposals: Sequence[Proposal], known: Sequence[Box]
) -> Iterator[tuple[Box, float]]:
    """Yield which of the standing *proposals*, but for what shares its place with the *known*, read as letters one under
    another, and how surely."""
    for proposal in proposals:
        left, top, right, bottom = proposal.box
        stands = bottom - top >= STACK * (right - left) and right - left >= LOWEST
        if (
            not stands
            or not (proposal.model or proposal.closely)
            or any(shared(proposal.box, other) > KNOWN for other in known)
        ):
            continue
        rows, columns = max(0, top - MARGIN), max(0, left - MARGIN)
        score = _as_stack(pictures[0][rows : bottom + MARGIN, columns : right + MARGIN])
        if score:
            yield proposal.box, score


def _as_stack(part: Grey) -> float:
    """Return how surely a part of a picture reads from top to bottom; 0 where that is not enough."""
    laid = {tuple(runs): _side_by_side(part, runs) for runs in _stacks(part)}
    readings = engine().text_rec(list(laid.values()))[0] if laid else ()
    best = 0.0
    for runs, (text, score) in zip(laid, readings, strict=True):
        letters = sum(character.isalnum() for character in text)
        needed = next((least for fewest, least in NEEDED if letters >= fewest), 1.0)
        fits = abs(letters - len(runs)) <= (len(runs) > min(n for n, _least in NEEDED))
        if fits and score >= needed and not STROKES.issuperset(text) and not is_fence(text, float(score)):
            best = max(best, float(score))
    return best


def _stacks(part: Grey) -> Iterator[list[tuple[int, int]]]:
    """Yield the rows (first and end) of letters of about one height, by several guesses of what is ink."""
    width = max(5, part.shape[1] // 2 | 1)
    for shown, thin in product((part, 255 - part), (False, True)):
        strokes = (
            cv2.morphologyEx(shown, cv2.MORPH_TOPHAT, np.ones((width, width), np.uint8)) if thin else shown
        )
        usual, _marked = cv2.threshold(np.ascontiguousarray(strokes), 0, 255, cv2.THRESH_OTSU)
        for least in (usual, (usual + float(strokes.max())) / 2):
            inked = (strokes > least).sum(axis=1) > GAP * part.shape[1]
            edges = np.flatnonzero(np.diff(np.concatenate(([0], inked.astype(np.int8), [0]))))
            runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= LOWEST]
            heights = [end - first for first, end in runs]
            usual_height = float(np.median(heights)) if heights else 0.0
            even = all(height <= UNEVEN * usual_height <= UNEVEN**2 * height for height in heights)
            if len(runs) >= NEEDED[-1][0] and even:
                yield runs


def _side_by_side(part: Grey, runs: Sequence[tuple[int, int]]) -> Grey:
    """Return the letters in these rows side by side, as the recogniser reads them."""
    most = max(end - first for first, end in runs) + 2
    letters = []
    for first, end in runs:
        letter = part[max(0, first - 1) : end + 1]
        letters.append(np.pad(letter, ((0, max(0, most - len(letter))), (0, 0)), mode="edge")[:most])
    return np.ascontiguousarray(np.repeat(stretched(np.concatenate(letters, axis=1))[..., None], 3, axis=2))
