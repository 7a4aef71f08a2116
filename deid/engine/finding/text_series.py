"""Find burned-in text in a whole series: every image is looked at cheaply, the suspicious ones and a few more are read.

What is written by a device stays where it is from slice to slice while the patient changes, so what is equal on all images
of one size is looked at as a picture of its own. Importing this module loads the text models.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, groupby, pairwise, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.strokes import Blocks, strokes_apart, strokes_beside, strokes_on
from deid.engine.finding.text import find_text, text_of_pictures
from deid.engine.finding.text_boxes import TextBox
from deid.engine.finding.text_frames import Ranges, frames_with
from deid.engine.finding.text_reading import shared
from deid.engine.finding.text_shapes import text_lines
from deid.engine.pixels.decoding import frame_pixels, open_image
from deid.engine.pixels.pictures import frame_count

FEWEST_ALIKE, SUSPICIOUS, LONG_LINE = 4, 0.35, 4
MOST_INK = 0.1
ENOUGH = 8
# Two boxes that share so much of the smaller one are of one place.
SAME_PLACE = 0.5
Values = NDArray[np.float32]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """What makes a frame worth reading: its most text-like line and the strokes that the frames beside it do not have, both
    from 0 to 1, and where its strokes stand, in blocks."""

    line: float
    beside: float
    strokes: Blocks


@dataclass(frozen=True, slots=True)
class SeriesBox:
    """Text on one image of a series (its number in the list that was given) or, with `image` `None`, on all images of
    that size; `frame` `None` means all frames. It may stand on *frames* (first and end of each run), `None` for all of them.
    The rest is as in `TextBox`; what is doubted is so on several of the frames that were read, or on all."""

    image: int | None
    frame: int | None
    x: int
    y: int
    width: int
    height: int
    confidence: float
    rows: int
    columns: int
    frames: Ranges | None = None
    doubted: bool = False


@dataclass(slots=True)
class _Alike:
    """The smallest and the largest value each pixel had over the frames of one size, and how many these were."""

    lowest: Values
    highest: Values
    count: int = 1


def _grey(pixels: NDArray[Any]) -> Values:
    return np.asarray(pixels.max(axis=2) if pixels.ndim == 3 else pixels, np.float32)


def _frames(paths: Sequence[Path]) -> Iterator[tuple[Place, Values]]:
    for number, path in enumerate(paths):
        dataset = open_image(path)
        if "Rows" in dataset and "PixelData" in dataset:
            for frame in range(frame_count(dataset)):
                yield (number, frame), _grey(frame_pixels(dataset, frame))


def beside(frames: Iterator[tuple[Place, Values]]) -> Iterator[tuple[Place, Values, list[Values]]]:
    """Yield each frame with those of its size before and after it."""
    before: Values | None = None
    for here, after in pairwise(chain(frames, (None,))):
        if here is not None:
            place, values = here
            others = (before, after[1] if after else None)
            yield place, values, [one for one in others if one is not None and one.shape == values.shape]
            before = values


def _eight_bits(values: Values) -> NDArray[np.uint8]:
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255 / max(high - low, 1e-6))).astype(np.uint8)


def suspicion(values: Values) -> float:
    """Return from 0 to 1 how much a frame looks as if text were on it, without reading: its most text-like line."""
    lines = [line for line in text_lines(_eight_bits(values), turned=False) if line.letters >= LONG_LINE]
    return max((line.score for line in lines), default=0.0)


def marks_of(values: Values, others: list[Values]) -> Marks:
    """Return what marks a frame among those of its size before and after it."""
    return Marks(suspicion(values), strokes_beside(values, others), strokes_on(values))


def _looked_at(paths: Sequence[Path]) -> tuple[dict[Place, Marks], dict[tuple[int, ...], _Alike]]:
    """Return what marks each (image, frame), and what stays equal over the frames of each size."""
    marks: dict[Place, Marks] = {}
    sizes: dict[tuple[int, ...], _Alike] = {}
    for place, values, others in beside(_frames(paths)):
        marks[place] = marks_of(values, others)
        held = sizes.setdefault(values.shape, _Alike(values.copy(), values.copy(), 0))
        np.minimum(held.lowest, values, out=held.lowest)
        np.maximum(held.highest, values, out=held.highest)
        held.count += 1
    return marks, sizes


def _background(values: Values, same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of the one value that fills more of the image than writing could."""
    found, counts = np.unique(values[same], return_counts=True)
    if not counts.size or counts.max() < MOST_INK * values.size:
        return np.zeros(values.shape, bool)
    filled: NDArray[np.bool_] = values == found[int(counts.argmax())]
    return filled


def _static(sizes: dict[tuple[int, ...], _Alike]) -> list[SeriesBox]:
    """Return the text in what is equal on all frames of one size and is not background."""
    found = []
    for (rows, columns), held in sizes.items():
        if held.count < FEWEST_ALIKE:
            continue
        same = held.lowest == held.highest
        drawn = same & ~_background(held.lowest, same)
        for box in text_of_pictures([(drawn * 255).astype(np.uint8)]) if drawn.any() else ():
            place = box.x, box.y, box.width, box.height
            found.append(SeriesBox(None, None, *place, box.confidence, rows, columns, doubted=box.doubted))
    return found


def _apart(marks: dict[Place, Marks]) -> dict[Place, float]:
    """Return for each frame how densely strokes stand on it where the other frames of its size have none."""
    sizes: dict[tuple[int, ...], list[Place]] = {}
    for place, mark in marks.items():
        sizes.setdefault(mark.strokes.shape, []).append(place)
    found: dict[Place, float] = {}
    for places in sizes.values():
        found.update(zip(places, strokes_apart([marks[place].strokes for place in places]), strict=True))
    return found


def chosen(marks: dict[Place, Marks], most: int) -> list[Place]:
    """Return the frames to read: the middle one, with time enough the first and the last, and in turn those on which one
    of the marks is highest."""
    places = sorted(marks)
    always = (
        [places[len(places) // 2], *((places[0], places[-1]) if most >= ENOUGH else ())] if places else []
    )
    apart = _apart(marks)
    ranked = (
        sorted(places, key=lambda p: -marks[p].beside),
        sorted(places, key=lambda p: -apart[p]),
        sorted((p for p in places if marks[p].line >= SUSPICIOUS), key=lambda p: -marks[p].line),
    )
    in_turn = (place for turn in zip_longest(*ranked) for place in turn if place is not None)
    return sorted(list(dict.fromkeys((*always, *in_turn)))[: max(most, 1)])


def find_text_in_series(paths: Sequence[Path | str], *, most_images: int = 12) -> list[SeriesBox]:
    """Return the text on the images of a series; at most *most_images* frames are read, all are looked at.

    Raises `RefusedError` where the pixels of an image cannot be decoded.
    """
    files = [Path(path) for path in paths]
    marks, sizes = _looked_at(files)
    found = _static(sizes)
    read = list(_read(files, chosen(marks, most_images)))
    doubts = _standing([one for one in read if one[1].doubted])
    for number, boxes in groupby((one for one in read if not one[1].doubted), key=lambda one: one[0]):
        dataset = open_image(files[number])
        rows, columns = int(dataset.Rows), int(dataset.Columns)
        everywhere = [other for other in found if other.image is None and other.rows == rows]
        own = [box for _number, box in boxes if not any(_covered(box, other) for other in everywhere)]
        for box, ranges in zip(own, _standing_on(dataset, own), strict=True):
            found.append(SeriesBox(number, *_values_of(box), rows, columns, ranges))
    for number, box in doubts:
        dataset = open_image(files[number])
        rows, columns = int(dataset.Rows), int(dataset.Columns)
        found.append(SeriesBox(number, *_values_of(box), rows, columns, doubted=True))
    return found


def _standing(doubts: Sequence[tuple[int, TextBox]]) -> list[tuple[int, TextBox]]:
    """Return what is doubted in one place on several frames: writing stays where it is while the patient changes."""
    return [
        (number, box)
        for number, box in doubts
        if any(_alike(box, other) and (number, box.frame) != (n, other.frame) for n, other in doubts)
    ]


def _alike(one: TextBox, other: TextBox) -> bool:
    boxes = ((box.x, box.y, box.x + box.width, box.y + box.height) for box in (one, other))
    return shared(*boxes) > SAME_PLACE


def _read(files: Sequence[Path], places: Sequence[Place]) -> Iterator[tuple[int, TextBox]]:
    for number, frame in places:
        for box in find_text(files[number], [frame]):
            yield number, box


def _values_of(box: TextBox) -> tuple[int, int, int, int, int, float]:
    return box.frame, box.x, box.y, box.width, box.height, box.confidence


def _standing_on(dataset: Any, boxes: Sequence[TextBox]) -> Sequence[Ranges | None]:
    """Return on which frames of an image the text may stand that was read on some of them."""
    count = frame_count(dataset)
    if count == 1 or not boxes:
        return [None] * len(boxes)
    read = {box.frame: _grey(frame_pixels(dataset, box.frame)) for box in boxes}
    return frames_with(boxes, (_grey(frame_pixels(dataset, n)) for n in range(count)), read)


def _covered(box: TextBox, other: SeriesBox) -> bool:
    return (
        other.x <= box.x + 2
        and other.y <= box.y + 2
        and other.x + other.width >= box.x + box.width - 2
        and other.y + other.height >= box.y + box.height - 2
    )


def find_text_in_series_json(paths: list[str], *, most_images: int = 12) -> list[dict[str, Any]]:
    """Return `find_text_in_series` as dictionaries."""
    return [asdict(box) for box in find_text_in_series(paths, most_images=most_images)]
