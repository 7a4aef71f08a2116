"""A series that gets another image: no published version may grow, and no decision covers what nobody has seen."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from deid.engine import RefusedError
from deid.models import Finding, FindingKind, LookedAt
from deid.states import FindingMove, FindingState
from portal import ledger
from portal.models import Instance, Person, Series, SeriesState
from storage.models import SubmissionFile
from storage.states import SubmissionState


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


def make_room(series_id: UUID) -> None:
    """Take out of a series what its uploaders were sent back: what they bring instead takes its place, and never lies beside it.

    Images that a release names stay, as its record. Call it in the transaction that adds an image.
    """
    _findings, series = _locked(series_id)
    if series.state != SeriesState.WITHHELD:
        return
    returned = SubmissionFile.objects.filter(submission__state=SubmissionState.REJECTED)
    mine = Instance.objects.filter(series=series_id, released_files=None)
    gone = mine.filter(source_key__in=returned.exclude(object_key="").values("object_key"))
    images = list(gone.values_list("pk", "size"))
    LookedAt.objects.filter(instance__in=[pk for pk, _size in images]).delete()
    Instance.objects.filter(pk__in=[pk for pk, _size in images]).delete()
    Series.objects.filter(pk=series_id).update(
        instance_count=F("instance_count") - len(images),
        byte_count=F("byte_count") - sum(size for _pk, size in images),
    )


def locked_instances(series_id: UUID) -> list[UUID]:
    """Return the images of a series, which gets no other and of which nobody decides before the transaction ends."""
    _locked(series_id)
    return list(Instance.objects.filter(series=series_id).values_list("pk", flat=True))


def _locked(series_id: UUID) -> tuple[list[Finding], Series]:
    """Hold what is found in a series, then the series: whoever decides takes them in that order too."""
    findings = list(Finding.objects.select_for_update().filter(series=series_id).order_by("pk"))
    return findings, Series.objects.locked(series_id)
