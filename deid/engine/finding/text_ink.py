"""Tell the ink of a line from what lies under it: which picture shows it best, whether it is bright, and of what shade.

Strokes are thin, stand out of what is around them, and fill the line but not its surroundings. Ink is of one shade, the
smaller part of what is there, and most of it lies in letters that end within the line: the gaps between letters are thin and
of one shade too, but run together into what is around them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

WEAKEST, STROKE_LEVEL, FAINT_LEVEL, CORE_LEVEL, SHADES, NEAR = 20.0, 0.35, 0.2, 0.8, 0.7, 0.3
# Letters fill this much of a line at least; what outshines them is less of it.
PEAKS = (97, 88)
# From about this contrast on more of it says little.
PLAIN = 60
# Devices write bright far more often than dark.
BRIGHT = 1.4
THINNEST, THICKEST = 5, 31
# Ink is of one shade in every picture of a frame, within so much; what differs more from it in one of them is no ink: white
# letters are as bright as yellow flow, yet have no colour. What is left reaches nearly as far along the line.
SAME_SHADE, OTHER_SHADE, ALL_ALONG = 12, 48, 0.9
# A row with fewer pixels of the shade of the ink has no letter.
FEWEST = 2
# Noise is as inky above and below a line as on it, or nearly.
AS_INKY = 0.75
Box = tuple[int, int, int, int]
Grey = NDArray[np.uint8]
Marked = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ink:
    """How the strokes of a line look: in which picture, brighter or darker than around them, how much, of what shade; the width
    in pixels that none of them reaches; and of what shades they are in other pictures, by their number."""

    picture: int
    bright: bool
    contrast: float
    shade: float
    width: int
    elsewhere: tuple[tuple[int, float], ...] = ()

    def marked(self, pictures: Sequence[Grey], area: Box) -> Marked:
        """Return where such ink is in *area* (left, top, right, bottom)."""
        picture = pictures[self.picture]
        contrast = contrast_in(picture, area, self.width, bright=self.bright)
        marked = _marked(_of(picture, area), contrast, self.contrast, self.shade)
        return marked & self._of_its_shades(pictures, area)

    def faintly(self, pictures: Sequence[Grey], area: Box) -> Marked:
        """Return where something thin stands out in *area* as such ink does, more faintly and of any shade."""
        contrast = contrast_in(pictures[self.picture], area, self.width, bright=self.bright)
        marked: Marked = contrast > max(WEAKEST, FAINT_LEVEL * self.contrast)
        return marked

    def rows(self, pictures: Sequence[Grey], box: Box, body: tuple[int, int]) -> tuple[int, int]:
        """Return the first row and the end of what is plainly ink in a *box*, no less than the rows of the *body*."""
        near = self.could_hide(pictures, box)
        inked = np.flatnonzero(near.sum(axis=1) >= FEWEST) + box[1]
        first, end = (int(inked[0]), int(inked[-1]) + 1) if inked.size else body
        return min(max(first, box[1]), body[0]), max(min(end, box[3]), body[1])

    def could_hide(self, pictures: Sequence[Grey], area: Box) -> Marked:
        """Return where *area* is of the ink's own shade, so that nobody would see it there."""
        near = _away(_of(pictures[self.picture], area), self.shade) < NEAR * self.contrast
        return near & self._of_its_shades(pictures, area)

    def _of_its_shades(self, pictures: Sequence[Grey], area: Box) -> Marked:
        """Return where *area* is near the ink's shade in all other pictures."""
        of = np.ones((area[3] - area[1], area[2] - area[0]), bool)
        for number, shade in self.elsewhere:
            of &= _away(_of(pictures[number], area), shade) < OTHER_SHADE
        return of


def _of(picture: NDArray[Any], area: Box) -> NDArray[Any]:
    return picture[area[1] : area[3], area[0] : area[2]]


def _away(part: Grey, shade: float) -> NDArray[np.float32]:
    away: NDArray[np.float32] = np.abs(part.astype(np.float32) - np.float32(shade))
    return away


def _marked(part: Grey, contrast: Grey, peak: float, shade: float) -> Marked:
    marked: Marked = (contrast > STROKE_LEVEL * peak) & (_away(part, shade) < SHADES * peak)
    return marked


def contrast_in(picture: Grey, area: Box, width: int, *, bright: bool) -> Grey:
    """Return how much what is thinner than *width* stands out in *area*, judged with as much of its surroundings."""
    rows, columns = picture.shape
    left, top = max(0, area[0] - width), max(0, area[1] - width)
    part = picture[top : min(rows, area[3] + width), left : min(columns, area[2] + width)]
    found = cv2.morphologyEx(
        np.ascontiguousarray(part),
        cv2.MORPH_TOPHAT if bright else cv2.MORPH_BLACKHAT,
        np.ones((width, width), np.uint8),
        borderType=cv2.BORDER_REPLICATE,
    )
    return _of(np.asarray(found, np.uint8), (area[0] - left, area[1] - top, area[2] - left, area[3] - top))


def ink_of(pictures: Sequence[Grey], line: Box, area: Box, legible: Sequence[int] = ()) -> Ink | None:
    """Return the ink of what most looks like letters on a ground in the *line* within *area*, in one of the pictures with the
    numbers *legible* (none is any); `None` if nothing does."""
    width = min(max(THINNEST, (line[3] - line[1]) // 2), THICKEST) | 1
    inner = line[0] - area[0], line[1] - area[1], line[2] - area[0], line[3] - area[1]
    best, most = None, 0.0
    for number, bright in product(legible or range(len(pictures)), (True, False)):
        part, contrast = (
            _of(pictures[number], area),
            contrast_in(pictures[number], area, width, bright=bright),
        )
        for peak in np.percentile(_of(contrast, inner), PEAKS).tolist() if contrast.size else ():
            found = _likeness(part, contrast, inner, peak)
            if not found or found[0] * (BRIGHT if bright else 1) <= most:
                continue
            ink = Ink(number, bright, peak, found[1], width)
            likeness = found[0] * (BRIGHT if bright else 1) * _evenness(pictures, ink, line, area) ** 2
            if likeness > most:
                best, most = ink, likeness
    return replace(best, elsewhere=tuple(_elsewhere(pictures, best, line, area))) if best else None


def _elsewhere(pictures: Sequence[Grey], ink: Ink, line: Box, area: Box) -> Iterator[tuple[int, float]]:
    """Yield in which other pictures of *area* the ink of a *line* is of one shade all along it, and of which."""
    inner = line[0] - area[0], line[1] - area[1], line[2] - area[0], line[3] - area[1]
    marked = ink.marked(pictures, area)
    least = ALL_ALONG * _along(marked, inner)
    for number, values in _in_others(pictures, ink, line, area):
        shown, shades = _of(pictures[number], area), _commonest(values)
        own = {shade: marked & (_away(shown, shade) < OTHER_SHADE) for shade in shades}
        along = [shade for shade in shades if _along(own[shade], inner) >= least]
        if along:
            yield number, max(along, key=lambda shade: ending_within(own[shade]))


def _evenness(pictures: Sequence[Grey], ink: Ink, line: Box, area: Box) -> float:
    """Return how much of the ink of a *line* is of one shade in the picture of *area* in which least is: gaps are of many."""
    shares = [1.0]
    for _number, values in _in_others(pictures, ink, line, area):
        shares.append(float((_away(values, _commonest(values)[0]) <= SAME_SHADE).mean()))
    return min(shares)


def _in_others(pictures: Sequence[Grey], ink: Ink, line: Box, area: Box) -> Iterator[tuple[int, Grey]]:
    """Yield the number of each other picture and the greys there of what is plainly ink in a *line*."""
    inner = line[0] - area[0], line[1] - area[1], line[2] - area[0], line[3] - area[1]
    core = _of(ink.marked(pictures, area) & ink.could_hide(pictures, area), inner)
    for number, picture in enumerate(pictures):
        if number != ink.picture and core.any():
            yield number, _of(picture, line)[core]


def _commonest(values: Grey) -> list[int]:
    """Return the commonest shade and the commonest of those that are not near it."""
    counts = np.convolve(np.bincount(values, minlength=256), np.ones(2 * SAME_SHADE + 1), "same")
    first = int(counts.argmax())
    counts[max(0, first - OTHER_SHADE) : first + OTHER_SHADE + 1] = 0
    return [first, int(counts.argmax())] if counts.any() else [first]


def _along(marked: Marked, inner: Box) -> float:
    """Return how much of the length of a line has ink within its height."""
    columns = np.asarray(_of(marked, inner).any(axis=0), dtype=np.uint8)
    return float(cv2.dilate(columns, np.ones(inner[3] - inner[1], np.uint8)).mean()) if columns.size else 0.0


def _likeness(part: Grey, contrast: Grey, inner: Box, peak: float) -> tuple[float, float] | None:
    """Return how much what stands out by *peak* looks like letters on a ground, and of what shade it is."""
    if peak <= WEAKEST:
        return None
    core = _of(part, inner)[_of(contrast, inner) > CORE_LEVEL * peak].astype(np.float32)
    shade = float(np.median(core))
    uneven = float(np.abs(core - shade).mean())
    marked, unlike = _marked(part, contrast, peak, shade), _away(part, shade) >= NEAR * peak
    own = 1 - float(unlike[marked].mean()) if marked.any() else 0.0
    ground = float(_of(unlike, inner).mean())
    clear = (1 - 2 * uneven / peak) * peak / (peak + PLAIN)
    return clear * ground * own * ending_within(marked) ** 0.5 * _along(marked, inner), shade


def ending_within(marked: Marked) -> float:
    """Return how much of the ink belongs to parts that reach no edge."""
    rows, columns = marked.shape
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(
        marked.astype(np.uint8), connectivity=8
    )
    left, top, width, height, filled = stats[1:].T
    free = (left > 0) & (top > 0) & (left + width < columns) & (top + height < rows)
    return float(filled[free].sum()) / max(1, int(np.count_nonzero(labels)))


def is_noise(marked: NDArray[np.uint8], letters: NDArray[np.int64], rows: tuple[int, int]) -> bool:
    """Say whether the ink that is *marked* goes on above and below the *rows* of a line, where *letters* (left, top, right and
    bottom, in pixels of it) would continue the line."""
    if not letters.size:
        return True
    beside = marked[:, int(letters[:, 0].min()) : int(letters[:, 2].max())] != 0
    around = np.concatenate((beside[: rows[0]], beside[rows[1] :]))
    return bool(around.size and float(around.mean()) > AS_INKY * float(beside[slice(*rows)].mean()))
