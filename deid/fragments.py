"""What curation shows on others' pages: the menu, the work that waits, and when a version is ready."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from deid.models import Finding
from deid.policies import governed_tables, visible_findings
from deid.services.recognising import public_figures
from deid.services.releasing.checking import sealed_releases
from deid.services.risk import collection_risk
from deid.services.tabling import called_after_somebody, proposed_only
from deid.services.typed import texts_to_confirm
from deid.states import FindingState
from portal import slots
from portal.asking import asker, holds
from portal.fragments import administers, shares
from portal.models import ClinicalTable, Collection, CollectionVersion, Person, Series, SeriesState
from portal.policies import CURATE, can_manage
from portal.slots import Condition
from storage.models import Submission
from storage.states import SubmissionState

UNDER_WAY = (SubmissionState.RECEIVING, SubmissionState.RECEIVED, SubmissionState.INDEXED)


def curates(request: HttpRequest) -> bool:
    """Show it to curators."""
    return holds(request, CURATE)


def tasks(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Return the findings that wait for this curator, as one task."""
    count = visible_findings(person).filter(state=FindingState.OPEN).count()
    if not count:
        return {}
    task = {
        "title": f"{count} finding{'s' if count > 1 else ''} to decide",
        "href": reverse("deid:queue"),
        "hint": "The least sure and the oldest first",
        "status": "Waits for a person",
        "tone": "wait",
        "icon": "eye",
    }
    return {"tasks": [task]}


def workbench(request: HttpRequest, collection: Collection) -> dict[str, Any]:
    """Return the findings and tables of a collection."""
    findings = Finding.objects.filter(series__study__subject__collection=collection)
    return {
        "open": findings.filter(state=FindingState.OPEN).count(),
        "decided": findings.exclude(state=FindingState.OPEN).count(),
        "curates": curates(request),
        "tables": governed_tables(request.user).filter(collection=collection),  # type: ignore[arg-type]
    }


def typed(request: HttpRequest, collection: Collection) -> dict[str, Any] | None:
    """Name the texts of a collection that may tell who its subjects are."""
    texts = texts_to_confirm(collection)
    manages = bool(can_manage(asker(request), collection.sponsor))
    return {"texts": texts, "collection": collection, "may_edit": manages} if texts else None


def risk(request: HttpRequest, collection: Collection) -> dict[str, Any]:
    """Return how many of a collection's people share their sex and age with how many others."""
    report = collection_risk(collection)
    rows = [{"label": str(size), "count": size * count} for size, count in report.classes.items()]
    return {"report": report, "rows": rows, "others": report.smallest - 1}


def conditions(version: CollectionVersion) -> Iterable[Condition]:
    """Say whether everything was looked at and decided."""
    series = Series.objects.filter(study__subject__collection=version.collection_id)
    waiting = series.filter(state=SeriesState.INDEXED).count()
    under_way = Submission.objects.filter(collection=version.collection_id, state__in=UNDER_WAY).count()
    yield Condition(
        "Everything that was uploaded is inspected",
        met=not waiting and not under_way,
        detail=f"{waiting} series and {under_way} submissions are on their way."
        if waiting or under_way
        else "",
    )
    left = Finding.objects.filter(
        series__study__subject__collection=version.collection_id, state=FindingState.OPEN
    ).count()
    yield Condition(
        "Every finding is decided by a person",
        met=not left,
        detail=f"{left} open." if left else "",
        href=reverse("deid:queue"),
    )
    tables = list(proposed_only(version.collection_id))
    yield Condition(
        "Somebody said what the columns of every table hold",
        met=not tables,
        detail=f"Open each table, look at the roles that are proposed, and set them: {len(tables)} left."
        if tables
        else "",
        href=reverse("deid:table", args=[tables[0].pk]) if tables else "",
    )
    never = ClinicalTable.objects.filter(collection=version.collection_id)
    named = called_after_somebody(never.exclude(versions__published_at__isnull=False))
    yield Condition(
        "No column of a table is called after a subject",
        met=not named,
        detail="Set the roles of the table again: it says which column must not be released."
        if named
        else "",
        href=reverse("deid:table", args=[named[0].pk]) if named else "",
    )


def damage(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Return the releases that are not stored as they were sealed, as work of the administrators."""
    if not administers(request):
        return {}
    task = {
        "href": reverse("storage:usage"),
        "hint": "Restore them from the backup; downloads of what has changed break off",
        "status": "Damaged",
        "tone": "bad",
        "icon": "alert",
    }
    damaged = sealed_releases().filter(damaged__gt=0)
    return {"tasks": [{"title": f"Stored objects of {one.name}", **task} for one in damaged]}


def stored_releases(request: HttpRequest, subject: object) -> dict[str, Any]:
    """Return how many releases are sealed, and what was found when they were last read."""
    sealed = sealed_releases()
    return {
        "count": sealed.count(),
        "unread": sealed.filter(checked_at=None).count(),
        "oldest": sealed.exclude(checked_at=None).first(),
        "damaged": sealed.filter(damaged__gt=0),
    }


slots.register_link("nav", label="Curation", url_name="deid:queue", shown=curates, order=50)
slots.register_link(
    "sponsor", label="De-identification profiles", url_name="deid:profiles", shown=shares, order=30
)
slots.register("work.tasks", template="", context=tasks, order=30)
slots.register("work.tasks", template="", context=damage, order=10)
slots.register("administration.storage", template="deid/stored_releases.html", context=stored_releases)
slots.register("workbench.main", template="deid/typed.html", context=typed, order=5)
slots.register("workbench.publish", template="deid/typed_confirm.html", context=typed)
slots.register("workbench.main", template="deid/workbench.html", context=workbench)
slots.register("workbench.main", template="deid/risk.html", context=risk, order=110)
slots.register_conditions("version.publish", conditions)
slots.register_confirmations("collection.public", texts_to_confirm)
slots.register_figures("version", public_figures)
