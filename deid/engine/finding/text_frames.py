"""On which frames of an image the text stands that was read on one of them: where its strokes are, or others as strong.

Few frames are read. A frame goes without the mask only where its place on it is plainly empty of strokes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text_boxes import TextBox

# Strokes are thinner than this. Ink stands out like the strongest of a box; strokes of so much of it count as some.
THICKEST, STRONGEST, ALIKE = 15, 95, 0.4
# Letters that fade are thinner ink than that, in the same places: so much of what they stood out where they were read is enough,
# and so many times what chance makes of strokes elsewhere in the box.
FADED, BY_CHANCE = 0.03, 3.0
# With this share of what the frame that was read has more than the emptiest one, there may be text on another; what stands out
# by less of the range is no ink to go by.
STILL, FAINTEST = 0.2, 0.03
KERNEL = np.ones((THICKEST, THICKEST), np.uint8)
Values = NDArray[np.float32]
Ranges = tuple[tuple[int, int], ...]


def _strokes(values: Values, box: TextBox) -> Values:
    """Return how much what is thin stands out of its surroundings in a box, bright or dark."""
    top, left = max(0, box.y - THICKEST), max(0, box.x - THICKEST)
    part = np.ascontiguousarray(
        values[top : box.y + box.height + THICKEST, left : box.x + box.width + THICKEST]
    )
    found = np.maximum(
        *(cv2.morphologyEx(part, how, KERNEL) for how in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT))
    )
    return np.asarray(found[box.y - top :, box.x - left :][: box.height, : box.width], np.float32)


def frames_with(
    boxes: Sequence[TextBox], frames: Iterable[Values], read: Mapping[int, Values]
) -> list[Ranges | None]:
    """Return for each of the *boxes* the frames (first and end of each run of them) on which its text may stand, `None` for
    all.

    *read* are the pixels of the frames that the boxes were found on, *frames* those of all.
    """
    signs = [_Signs(_strokes(read[box.frame], box), read[box.frame]) for box in boxes]
    seen = np.array(
        [
            [sign.on(_strokes(values, box)) for box, sign in zip(boxes, signs, strict=True)]
            for values in frames
        ]
    )
    return [
        tuple(_runs(_written(seen[:, at], box.frame))) if signs[at].least else None
        for at, box in enumerate(boxes)
    ]


class _Signs:
    """What tells the text of a box, as it was read in *strokes* of a frame with these *values*, on other frames."""

    def __init__(self, strokes: Values, values: Values) -> None:
        strongest = float(np.percentile(strokes, STRONGEST))
        self.least = ALIKE * strongest if strongest > FAINTEST * float(np.ptp(values)) else 0.0
        self._letters = strokes > self.least
        inside = int(np.count_nonzero(self._letters))
        self._counts = 1 / max(inside, 1) + 1 / max(strokes.size - inside, 1)

    def on(self, strokes: Values) -> tuple[float, float, float]:
        """Return how much of a frame's *strokes* is ink, how far they stand out where the letters were, and how far by chance."""
        letters = self._letters
        apart = (
            float(strokes[letters].mean() - strokes[~letters].mean())
            if 0 < letters.sum() < letters.size
            else 0.0
        )
        chance = float(strokes.std()) * self._counts**0.5
        return float(np.count_nonzero(strokes > self.least)), apart, chance


def _written(seen: Values, frame: int) -> NDArray[Any]:
    """Return the frames on which as much is *inky* as where text is, rather than as where least is: noise has strokes too."""
    inky, apart, chance = seen.T
    least = inky.min()
    alike = inky >= least + STILL * (inky[frame] - least)
    lowest = apart.min()
    faded = (apart > lowest + FADED * (apart[frame] - lowest)) & (apart > lowest + BY_CHANCE * chance)
    found: NDArray[Any] = np.flatnonzero(alike | faded)
    return found


def _runs(numbers: NDArray[Any]) -> Iterator[tuple[int, int]]:
    """Yield the first and the end of each run of consecutive *numbers*."""
    breaks: NDArray[Any] = np.flatnonzero(np.diff(numbers) > 1) + 1
    for run in np.split(numbers, breaks):
        yield int(run[0]), int(run[-1]) + 1
