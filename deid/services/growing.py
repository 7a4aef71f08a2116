"""A series that gets another image: no published version may grow, and no decision covers what nobody has seen."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from deid.engine import RefusedError
from deid.models import Finding, FindingKind
from deid.states import FindingMove, FindingState
from portal import ledger
from portal.models import Person, Series, SeriesState


def grow_series(series_id: UUID, size: int) -> None:
    """Count one more image of *size* bytes in a series, which is to be inspected again; what was decided is open again.

    Raises `RefusedError` where the series is part of a published version. Call it in the transaction that adds the image.
    """
    findings = list(Finding.objects.select_for_update().filter(series=series_id).order_by("pk"))
    series: Series = Series.objects.locked(series_id)
    if series.is_published:
        raise RefusedError(
            "Its series is part of a published version, which never changes. "
            "Withdraw each version that holds it first, or give the image a Series Instance UID of its own.",
            code="series_published",
        )
    Series.objects.filter(pk=series_id).update(
        instance_count=F("instance_count") + 1,
        byte_count=F("byte_count") + size,
        state=SeriesState.INDEXED,
    )
    for finding in findings:
        # Private elements are nobody's decision.
        if finding.state != FindingState.OPEN and finding.kind != FindingKind.PRIVATE_ELEMENTS:
            finding.move(FindingMove.REOPEN, decided_by=None, decided_at=None, plan_key="")
            ledger.record(Person.system(), "finding: opened again by another image", finding)
