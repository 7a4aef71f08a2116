"""Look for burned-in text in the images of a tree, each in a limited child, and order masks for what is found.

Whatever a device may draw on is read image by image. Scanners draw nothing on their slices as a rule, so of their series
every image is looked at and few are read, until text is found on one: then all are read.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deid.engine.command.orders import LOOKED, NOTHING, Order, Person, mask_on
from deid.engine.command.pools import LOOKING, Pools
from deid.engine.command.surveying import Surveyed
from deid.engine.errors import RefusedError
from deid.engine.formats.kinds import Kind
from deid.engine.sandbox.pool import Pool

# A mask over more of an image than writing takes is doubted as a reading of low confidence is.
SURE, MOST_COVERED = 0.6, 0.2
# With so many the first and the last frame are among those that are read.
READ_OF_MANY = 12
Boxes = Sequence[Mapping[str, Any]]


class TextLooker:
    """Looks at images in the children of its threads."""

    def __init__(self, pools: Pools, scratch: Path) -> None:
        self._pools, self._scratch = pools, scratch

    def look(self, together: Sequence[Surveyed]) -> dict[Path, Order]:
        """Return what to do to each of the images that are looked at *together*."""
        pool = self._pools.of(LOOKING)
        if len(together) == 1:
            return {image.path: self._alone(pool, image) for image in together}
        try:
            found = _in_series(pool, together)
        except RefusedError:  # one of them cannot be decoded; the others can
            return {image.path: self._alone(pool, image) for image in together}
        everywhere = [box for box in found if box["image"] is None]
        if len(everywhere) < len(found):
            return {image.path: self._alone(pool, image, everywhere) for image in together}
        return {image.path: _order(image, _of_size(image, everywhere)) for image in together}

    def _alone(self, pool: Pool, image: Surveyed, everywhere: Boxes = ()) -> Order:
        """Return what to do to one image that is read, with what was found *everywhere* in its series."""
        if not image.can_show_text:
            return _unread(image)
        try:
            found = self._read(pool, image)
        except RefusedError:
            return _unread(image)
        return _order(image, [*_of_size(image, everywhere), *found])

    def _read(self, pool: Pool, image: Surveyed) -> Boxes:
        found: Boxes
        if image.kind is Kind.IMAGE:
            found = pool.run("find_text_in_image", image.path, scratch=str(self._scratch))
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


def _order(image: Surveyed, boxes: Boxes) -> Order:
    """Return the order for an image that was looked at.

    What stands on one frame of an image is masked on all: not every frame was read. Pages have nothing in common.
    """
    if image.announces_text and not boxes:
        return NOTHING.told(Person.TEXT_ANNOUNCED)
    if not boxes:
        return LOOKED
    paged = image.kind is Kind.IMAGE
    masks = (mask_on(box, (box["frame"], box["frame"] + 1) if paged else None) for box in boxes)
    order = Order(masks=tuple(masks), inspected=True)
    return order.told(Person.TEXT_IN_DOUBT) if _is_doubted(image, boxes) else order


def _is_doubted(image: Surveyed, boxes: Boxes) -> bool:
    covered = sum(box["width"] * box["height"] for box in boxes)
    large = covered > MOST_COVERED * image.rows * image.columns > 0
    return large or any(box["confidence"] < SURE for box in boxes)


def _unread(image: Surveyed) -> Order:
    """Return the order for an image whose pixels could not be looked at; what is known to hold text may not leave."""
    if image.announces_text:
        return Order(refused=Person.TEXT_NOT_MASKED).told(Person.TEXT_NOT_MASKED)
    return NOTHING.told(Person.NOT_READ)
