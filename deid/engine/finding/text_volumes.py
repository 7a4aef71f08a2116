"""Find text in the slices of a volume: screens are saved as NIfTI too, and scanners' own pages are converted along.

A volume may be stored mirrored, which no reader of text expects: each slice is read as it is drawn and mirrored. Importing
this module loads the text models.
"""

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.text import text_of_pictures
from deid.engine.finding.text_boxes import TextBox
from deid.engine.finding.text_series import Marks, Place, beside, chosen, marks_of
from deid.engine.pixels.volumes import volume_pictures

# So many pictures are looked at, so many of them are read.
MOST_PICTURES, READ = 600, 6
NO_MASK = "Text cannot be blanked in a volume."
Picture = NDArray[np.uint8]


def find_text_in_volume(path: Path | str) -> list[TextBox]:
    """Return the text on the slices of the NIfTI file at *path*; `frame` is the number of the slice, pixels are those of its
    picture (`volume_picture`).

    All slices are looked at, those that look most like writing are read. Raises `UnreadableError`.
    """
    numbers: list[int] = []
    marks: dict[Place, Marks] = {}
    for place, values, others in beside(_slices(path, numbers)):
        marks[place] = marks_of(values, others)
    wanted = set(chosen(marks, READ))
    found: dict[TextBox, None] = {}
    for place, values in _slices(path, []):
        if place in wanted:
            found |= dict.fromkeys(_text_on(values.astype(np.uint8), numbers[place[0]]))
    return list(found)


def find_text_in_volume_json(path: str) -> list[dict[str, Any]]:
    """Return `find_text_in_volume` as dictionaries."""
    return [asdict(box) for box in find_text_in_volume(path)]


def can_mask_volume(_path: str) -> str:
    """Return the reason why text in a volume cannot be masked."""
    return NO_MASK


def _slices(path: Path | str, numbers: list[int]) -> Iterator[tuple[Place, NDArray[np.float32]]]:
    """Yield the pictures in their order; which slices they are goes to *numbers*."""
    for place, (number, picture) in enumerate(volume_pictures(path, MOST_PICTURES)):
        numbers.append(number)
        yield (place, 0), np.asarray(picture, np.float32)


def _text_on(picture: Picture, number: int) -> list[TextBox]:
    """Return what reads as text on one slice; where nothing does, what does in its mirror."""
    found = text_of_pictures([picture], number)
    if any(not box.doubted for box in found):
        return found
    mirror = np.ascontiguousarray(picture[::-1])
    behind = text_of_pictures([mirror], number)
    return [*found, *(replace(box, y=len(picture) - box.y - box.height) for box in behind)]
