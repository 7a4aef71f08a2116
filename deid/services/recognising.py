"""What shows by itself who somebody is and was kept knowingly: for committees, and in public without small counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from deid.models import Finding, FindingKind
from deid.states import FindingState
from portal.models import CollectionVersion, Series, SeriesKind, Subject
from portal.services.suppression import suppress

FACE_KEPT = "The face was not removed from these images of heads; whoever has them can render it."
FACE_IN_RAW = "Raw data that shows a head, or may, holds the face; whoever reconstructs it can render it."
NO_IDENTIFYING = "Nobody tries to find out whose images these are, by comparing them with other pictures or by any program."
NO_RENDERING = (
    "Nobody renders, reconstructs or shows a face from these data, nor lets a program recognise one."
)


@dataclass(frozen=True, slots=True)
class Recognisable:
    """A reason why images identify by themselves, and how many series and subjects it concerns; exact, never public."""

    kind: str
    reason: str
    series: int
    subjects: int


def recognisable_in(series: QuerySet[Series]) -> list[Recognisable]:
    """Return what was kept among *series* although it identifies by itself, the most frequent first."""
    kept = Finding.objects.filter(series__in=series.order_by().values("pk"), state=FindingState.KEPT)
    reason = Case(
        When(kind=FindingKind.FACE, series__kind=SeriesKind.RAW, then=Value(FACE_IN_RAW)),
        When(kind=FindingKind.FACE, then=Value(FACE_KEPT)),
        default=F("summary"),
    )
    rows = (
        kept.order_by()
        .annotate(reason=reason)
        .values("kind", "reason")
        .annotate(of_series=Count("pk"), of_subjects=Count("series__study__subject", distinct=True))
        .order_by("-of_series", "reason")
    )
    return [Recognisable(row["kind"], row["reason"], row["of_series"], row["of_subjects"]) for row in rows]


def suggested_conditions(found: Iterable[Recognisable]) -> list[str]:
    """Return the conditions that a committee may want to put on what was *found*; none where nothing was."""
    kinds = {one.kind for one in found}
    faces = [NO_RENDERING] if FindingKind.FACE in kinds else []
    return [NO_IDENTIFYING, *faces] if kinds else []


def public_figures(version: CollectionVersion) -> dict[str, Any]:
    """Return what a version's page says of images that identify by themselves: no count below five."""
    total = Subject.objects.filter(studies__series__versions=version).distinct().count()
    faceless = Finding.objects.filter(
        ~Q(plan_key=""), series__versions=version, kind=FindingKind.FACE, state=FindingState.ACCEPTED
    )
    removed = faceless.values_list("series", "series__study__subject")
    kept = recognisable_in(version.series.all())
    return {
        "recognisable": [{"reason": one.reason, **_counts(one.series, one.subjects, total)} for one in kept],
        "faces_removed": _counts(len(removed), len({subject for _, subject in removed}), total)
        if removed
        else None,
    }


def _counts(series: int, subjects: int, total: int) -> dict[str, int | None]:
    """Return the counts, or none where a few of the *total* of people could be told by them."""
    cells = suppress([("these", subjects), ("others", total - subjects)])
    shown = bool(cells) and cells[0]["count"] is not None
    return {"subjects": subjects if shown else None, "series": series if shown else None}
