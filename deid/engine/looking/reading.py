"""Look for burned-in text in images, each in a limited child.

Whatever a device may draw on is read image by image. Scanners draw nothing on their slices as a rule, so of their series
every image is looked at and few are read, until text is found on one: then all are read.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deid.engine.errors import RefusedError
from deid.engine.formats.kinds import Kind
from deid.engine.looking.surveying import Surveyed
from deid.engine.sandbox.pool import Pool

# With so many the first and the last frame are among those that are read.
READ_OF_MANY = 12
# Where text is announced, there are a name, a number and a date as a rule; with fewer lines some may have been overlooked.
FEWEST_ANNOUNCED = 3
Boxes = Sequence[Mapping[str, Any]]


def text_on(pool: Pool, together: Sequence[Surveyed], scratch: Path) -> dict[Path, Boxes | None]:
    """Return the boxes of text on each of the images that are looked at *together*, `None` where one could not be looked at.

    A box has `x`, `y`, `width`, `height` in pixels, `confidence` from 0 to 1, and the `frame` from 0 on which it was seen.
    One with `image` `None` was seen on all of them, one that is `doubted` is no mask (`masks_and_doubts`).
    """
    if len(together) == 1:
        return {image.path: _alone(pool, image, scratch) for image in together}
    try:
        found = _in_series(pool, together)
    except RefusedError:  # one of them cannot be decoded; the others can
        return {image.path: _alone(pool, image, scratch) for image in together}
    everywhere = [box for box in found if box["image"] is None]
    if any(box["image"] is not None for box in masks_and_doubts(found)[0]):
        return {image.path: _alone(pool, image, scratch, everywhere) for image in together}
    return {
        image.path: _of_size(image, [box for box in found if box["image"] in (None, number)])
        for number, image in enumerate(together)
    }


def masks_and_doubts(boxes: Boxes) -> tuple[Boxes, Boxes]:
    """Return which of the boxes on an image are text to be masked, and which only nearly read as text, so that a person has to
    look at them."""
    masks = [box for box in boxes if not box.get("doubted")]
    return masks, [box for box in boxes if box.get("doubted")]


def lacks_announced(image: Surveyed, masks: Boxes) -> bool:
    """Say whether the header of an image announces text of which little or nothing was found."""
    return image.announces_text and len(masks) < FEWEST_ANNOUNCED


def _alone(pool: Pool, image: Surveyed, scratch: Path, everywhere: Boxes = ()) -> Boxes | None:
    """Return what is on one image that is read, with what was found *everywhere* in its series."""
    if not image.can_show_text:
        return None
    try:
        found = _read(pool, image, scratch)
    except RefusedError:
        return None
    return [*_of_size(image, everywhere), *found]


def _read(pool: Pool, image: Surveyed, scratch: Path) -> Boxes:
    found: Boxes
    if image.kind is Kind.IMAGE:
        found = pool.run("find_text_in_image", image.path, scratch=str(scratch))
    elif image.kind is Kind.NIFTI:
        found = pool.run("find_text_in_volume", image.path)
    elif image.frames > 1:
        found = _in_series(pool, [image])
    else:
        found = pool.run("find_text", image.path, [0])
    return [*found, *pool.run("find_writing_in_zones", image.path)] if image.has_zones else found


def _in_series(pool: Pool, images: Sequence[Surveyed]) -> Boxes:
    paths = [str(image.path) for image in images]
    found: Boxes = pool.run("find_text_in_series", paths, most_images=READ_OF_MANY)
    return found


def _of_size(image: Surveyed, boxes: Boxes) -> Boxes:
    """Return the boxes that were found on images of the same size."""
    return [box for box in boxes if (box["rows"], box["columns"]) == (image.rows, image.columns)]
