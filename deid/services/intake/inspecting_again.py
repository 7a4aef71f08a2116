"""Looking again at what an earlier build of the engine inspected: decisions stay, unless something is found that nobody saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from deid.engine.version import engine_build
from deid.models import Finding, FindingKind
from deid.services.intake.boxes import SIZE
from deid.services.intake.inspecting import look_at
from deid.services.intake.recording import Seen, record
from deid.states import FindingMove, FindingState
from portal import ledger
from portal.jobs import JobHandle, enqueue
from portal.models import LedgerEvent, Person, Series, SeriesState

FOUND_MORE = "published series: another inspection finds more"
# So much of a box that was decided on covers one that is found again, a little elsewhere.
COVERED = 0.9


@dataclass(frozen=True, slots=True)
class Asked:
    """How many series are looked at again, and the collections in whose published ones more was found before."""

    series: int
    found_more: list[str]


def outdated_series() -> QuerySet[Series]:
    """Return the series that another build of the engine inspected; those that wait for their first inspection are none."""
    return Series.objects.exclude(state=SeriesState.INDEXED).exclude(inspected_by=engine_build())


def inspect_outdated() -> Asked:
    """Have every series that another build inspected looked at again."""
    outdated = list(outdated_series().order_by("pk").values_list("pk", flat=True))
    for series_id in outdated:
        enqueue("deid.inspect_again", series_id)
    told = LedgerEvent.objects.filter(verb=FOUND_MORE).values_list("subject_id", flat=True)
    published = Series.objects.filter(pk__in=[pk for pk in outdated if str(pk) in set(told)])
    slugs = {one.collection.slug for one in published if one.is_published}
    return Asked(len(outdated), sorted(slugs))


def inspect_again(series_id: UUID, handle: JobHandle) -> None:
    """Look at a series again.

    What was decided stays, unless something is found that was not there to be decided on. A published series never changes: the
    ledger says what more is found in it, and it stays outdated until its versions are withdrawn and it is looked at again.
    """
    look_at(series_id, handle, _record_again)


def _record_again(series: Series, seen: Seen) -> None:
    news = _news(series, seen)
    if series.is_published:
        if news:
            ledger.record(Person.system(), FOUND_MORE, series, kinds=sorted(news))
        else:
            Series.objects.filter(pk=series.pk).update(inspected_by=engine_build())
        return
    for finding in series.findings.filter(kind__in=news):
        if finding.state not in {FindingState.OPEN, FindingState.WITHHELD}:
            finding.move(FindingMove.REOPEN, decided_by=None, decided_at=None)
            ledger.record(Person.system(), "finding: opened again by another inspection", finding)
    record(series, seen)


def _news(series: Series, seen: Seen) -> list[FindingKind]:
    """Return the kinds of what was found and nobody could decide on before."""
    before = {finding.kind: finding for finding in series.findings.all()}
    there = {
        FindingKind.BURNED_IN_TEXT: seen.asks_about_text,
        FindingKind.CONTENT: bool(seen.content),
        FindingKind.REPORT: seen.has_narrative,
        FindingKind.FACE: bool(seen.face and seen.face["risk"] != "none"),
        FindingKind.QUALITY: bool({one["code"] for one in seen.quality} - _codes(series)),
    }
    news = [kind for kind, found in there.items() if found and kind not in before]
    text = before.get(FindingKind.BURNED_IN_TEXT)
    if text and not all(_is_covered(box, text) for box in seen.boxes):
        news.append(FindingKind.BURNED_IN_TEXT)
    if there[FindingKind.QUALITY] and FindingKind.QUALITY in before:
        news.append(FindingKind.QUALITY)
    return news


def _codes(series: Series) -> set[str]:
    return {one["code"] for one in series.quality}


def _is_covered(box: Mapping[str, Any], finding: Finding) -> bool:
    """Say whether somebody decided on *box*: one that goes to all of its images and frames covers nearly all of it."""
    whole = box["width"] * box["height"]
    alike = (one for one in finding.boxes if all(one.get(name) == box.get(name) for name in SIZE))
    return any(_goes_as_far(one, box) and _common(box, one) >= COVERED * whole for one in alike)


def _goes_as_far(one: Mapping[str, Any], box: Mapping[str, Any]) -> bool:
    """Say whether *one* goes to all images and frames to which *box* goes."""
    instance, run, needed = box.get("instance"), one.get("frames"), box.get("frames")
    if run is not None and (needed is None or run[0] > needed[0] or run[1] < needed[1]):
        return False
    if instance is None:
        return not one.get("instance") and set(one.get("except", ())) <= set(box.get("except", ()))
    return one.get("instance") in (None, instance) and instance not in one.get("except", ())


def _common(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    sides = [
        min(one[start] + one[size], other[start] + other[size]) - max(one[start], other[start])
        for start, size in (("x", "width"), ("y", "height"))
    ]
    return int(max(0, sides[0]) * max(0, sides[1]))
