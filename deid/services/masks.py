"""The masks that a curator signed off, as the engine takes them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from deid.models import Finding, FindingKind
from deid.states import FindingState
from portal.models import Instance, Series

SIGNED_OFF = [FindingState.ACCEPTED, FindingState.CHANGED]


def signed_off_masks(instance: Instance) -> list[dict[str, Any]]:
    """Return the rectangles to blank in *instance*; empty when a person found nothing to hide.

    A mask holds for every image of the series that has the size of the image in which it was drawn.
    """
    return [
        {name: box[name] for name in ("frames", "x", "y", "width", "height")}
        for box in _boxes(instance.series_id)
        if all(box.get(name) == instance.geometry.get(name) for name in ("rows", "columns"))
    ]


def has_masks(series: Series) -> bool:
    """Say whether a curator signed off a mask on *series*."""
    return bool(_boxes(series.pk))


def _boxes(series_id: UUID) -> list[dict[str, Any]]:
    finding = Finding.objects.filter(
        series=series_id, kind=FindingKind.BURNED_IN_TEXT, state__in=SIGNED_OFF
    ).first()
    return finding.boxes if finding else []
