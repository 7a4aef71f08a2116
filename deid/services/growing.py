"""A series that gets another image: no published version may grow, and no decision covers what nobody has seen."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from deid.engine import RefusedError
from deid.models import Finding, FindingKind
from deid.states import FindingMove, FindingState
from portal import ledger
from portal.models import Instance, Person, Series, SeriesState


def grow_series(series_id: UUID, size: int) -> None:
    """Count one more image of *size* bytes in a series, which is to be inspected again; what was decided is open again.

    Raises `RefusedError` where the series is part of a published version. Call it in the transaction that adds the image.
    """
    findings, series = _locked(series_id)
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


def locked_instances(series_id: UUID) -> list[UUID]:
    """Return the images of a series, which gets no other and of which nobody decides before the transaction ends."""
    _locked(series_id)
    return list(Instance.objects.filter(series=series_id).values_list("pk", flat=True))


def _locked(series_id: UUID) -> tuple[list[Finding], Series]:
    """Hold what is found in a series, then the series: whoever decides takes them in that order too."""
    findings = list(Finding.objects.select_for_update().filter(series=series_id).order_by("pk"))
    return findings, Series.objects.locked(series_id)
