"""The masks that a curator signed off, as the engine takes them, and those that are proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from deid.models import Finding, FindingKind
from deid.states import FindingState
from portal.models import Instance, Series

SIGNED_OFF = [FindingState.ACCEPTED, FindingState.CHANGED]


def signed_off_masks(instance: Instance) -> list[dict[str, Any]]:
    """Return the rectangles to blank in *instance*; empty when a person found nothing to hide.

    A mask holds for every image of the series that has the size of the image in which it was drawn, unless it goes to one image
    alone, or to all but some.
    """
    return [
        {name: box[name] for name in ("frames", "x", "y", "width", "height")}
        for box in _boxes(instance.series_id, SIGNED_OFF)
        if goes_to(box, instance.geometry, instance.pk)
    ]


def goes_to(
    box: Mapping[str, Any], size: Mapping[str, Any], instance_id: UUID | None, frame: int | None = None
) -> bool:
    """Say whether *box* goes to an image of that size (`rows` and `columns`), and to its *frame* (from 0) where one is given.

    Without *instance_id* only what goes to all images of a size does.
    """
    if any(box.get(name) != size.get(name) for name in ("rows", "columns")):
        return False
    if box.get("instance") and box["instance"] != str(instance_id):
        return False
    if str(instance_id) in box.get("except", ()):
        return False
    return frame is None or box.get("frames") is None or frame in range(*box["frames"])


def masks_to_come(series: Series) -> list[dict[str, Any]]:
    """Return the boxes that were signed off, or those proposed while nobody has decided; of all sizes."""
    return _boxes(series.pk, [*SIGNED_OFF, FindingState.OPEN])


def has_masks(series: Series) -> bool:
    """Say whether a curator signed off a mask on *series*."""
    return bool(_boxes(series.pk, SIGNED_OFF))


def _boxes(series_id: UUID, states: list[FindingState]) -> list[dict[str, Any]]:
    finding = Finding.objects.filter(
        series=series_id, kind=FindingKind.BURNED_IN_TEXT, state__in=states
    ).first()
    return finding.boxes if finding else []
