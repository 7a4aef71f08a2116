"""Order masks for the burned-in text in the images of a tree, and tell a person what was not read or is in doubt."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deid.engine.command.orders import LOOKED, NOTHING, Order, Person, mask_on
from deid.engine.command.pools import LOOKING, Pools
from deid.engine.formats.kinds import Kind
from deid.engine.looking.reading import Boxes, lacks_announced, masks_and_doubts, text_on
from deid.engine.looking.surveying import Surveyed

# A mask over more of an image than writing takes is doubted as a reading of low confidence is.
SURE, MOST_COVERED = 0.6, 0.2


class TextLooker:
    """Looks at images in the children of its threads."""

    def __init__(self, pools: Pools, scratch: Path) -> None:
        self._pools, self._scratch = pools, scratch

    def look(self, together: Sequence[Surveyed]) -> dict[Path, Order]:
        """Return what to do to each of the images that are looked at *together*."""
        found = text_on(self._pools.of(LOOKING), together, self._scratch)
        return {
            image.path: _unread(image) if (boxes := found[image.path]) is None else _order(image, boxes)
            for image in together
        }


def _order(image: Surveyed, boxes: Boxes) -> Order:
    """Return the order for an image that was looked at.

    What stands on one frame of an image is masked on all on which it may stand as well: not every frame was read. Pages have
    nothing in common. In a volume nothing can be masked, so it does not leave with text on a slice.
    """
    masks, doubts = masks_and_doubts(boxes)
    lacking = lacks_announced(image, masks)
    why = (*([Person.TEXT_ANNOUNCED] if lacking else []), *([Person.TEXT_IN_DOUBT] if doubts else []))
    if not masks:
        return NOTHING.told(*why) if why else LOOKED
    if image.kind is Kind.NIFTI:
        surely = any(box["confidence"] >= SURE for box in masks)
        return Order(refused=Person.TEXT_NOT_MASKED if surely else None).told(
            Person.TEXT_NOT_MASKED if surely else Person.TEXT_IN_DOUBT
        )
    paged = image.kind is Kind.IMAGE
    ordered = (mask_on(box, run) for box in masks for run in _runs(box, paged=paged))
    order = Order(masks=tuple(ordered), inspected=True).told(*why)
    return order.told(Person.TEXT_IN_DOUBT) if _is_doubted(image, masks) else order


def _runs(box: Mapping[str, Any], *, paged: bool) -> Sequence[tuple[int, int] | None]:
    """Return the runs of frames (first and end) that a box is masked on; `None` for all."""
    if paged:
        return [(box["frame"], box["frame"] + 1)]
    return [None] if (runs := box.get("frames")) is None else [(first, end) for first, end in runs]


def _is_doubted(image: Surveyed, boxes: Boxes) -> bool:
    covered = sum(box["width"] * box["height"] for box in boxes)
    large = covered > MOST_COVERED * image.rows * image.columns > 0
    return large or any(box["confidence"] < SURE for box in boxes)


def _unread(image: Surveyed) -> Order:
    """Return the order for an image whose pixels could not be looked at; what is known to hold text may not leave."""
    if image.announces_text:
        return Order(refused=Person.TEXT_NOT_MASKED).told(Person.TEXT_NOT_MASKED)
    return NOTHING.told(Person.NOT_READ)
