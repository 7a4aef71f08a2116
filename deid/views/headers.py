"""The header of a source before and after, with the reason for each action, and what another profile would do."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from deid import policies
from deid.engine.review.explaining import MOST_ROWS
from deid.services.explaining import compare_headers, explain_header
from portal.asking import asker
from portal.errors import TesseraError
from portal.models import Collection, Series
from portal.models.profiles import profile_choices

OUTCOMES = {
    "removed": "Removed",
    "emptied": "Emptied",
    "changed": "Changed",
    "kept": "Kept",
    "added": "Added",
    "masked": "Masked",
    "waits": "Waits for a person",
    "withheld": "Withheld",
}


def _series(request: HttpRequest, pk: UUID) -> Series:
    seen = policies.visible_sources(asker(request)).select_related(
        "study__subject__collection__trial__sponsor"
    )
    return get_object_or_404(seen, pk=pk)


def _number(request: HttpRequest, series: Series) -> int:
    """Return the place of the image that is asked for, counted from 0, the first where none is; 404 for what is none."""
    wanted = request.GET.get("image") or "1"
    if not wanted.isdecimal() or not 1 <= int(wanted) <= max(series.instance_count, 1):
        raise Http404("There is no such image.")
    return int(wanted) - 1


def _chosen(request: HttpRequest, collection: Collection) -> str:
    """Return the profile that is asked for, the collection's own where none is; 404 for one that it cannot follow."""
    chosen = request.GET.get("profile") or collection.deid_profile
    known = dict(profile_choices(collection.sponsor, collection.deid_profile))
    if chosen not in known:
        raise Http404("There is no such profile.")
    return chosen


@login_required
def header(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the frame of the page: which image, which profile; the rows come when they are read."""
    series = _series(request, pk)
    collection = series.collection
    chosen = _chosen(request, collection)
    context = {
        "series": series,
        "collection": collection,
        "number": _number(request, series) + 1,
        "profiles": profile_choices(collection.sponsor, collection.deid_profile),
        "chosen": chosen,
        "is_own": chosen == collection.deid_profile,
        "findings": series.findings.all(),
    }
    return _private(render(request, "deid/header.html", context))


@login_required
def header_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the rows: each attribute before and after, what happened to it, and why."""
    series = _series(request, pk)
    collection = series.collection
    which: Any = {"person": asker(request), "series": series, "number": _number(request, series)}
    chosen = _chosen(request, collection)
    try:
        if chosen == collection.deid_profile:
            shown = _shown(explain_header(**which, reference=chosen))
        else:
            shown = _compared(compare_headers(**which, present=collection.deid_profile, other=chosen))
    except TesseraError as error:
        return _private(render(request, "deid/header_rows.html", {"error": error}))
    named = dict(profile_choices(collection.sponsor, collection.deid_profile))
    shown |= {"present_name": named[collection.deid_profile], "other_name": named[chosen]}
    return _private(render(request, "deid/header_rows.html", shown))


def _shown(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rows, what happened to each in words, and how many had which fate."""
    counts = Counter(row["outcome"] for row in rows)
    tally = [
        {"code": code, "label": label, "count": counts[code]}
        for code, label in OUTCOMES.items()
        if counts[code]
    ]
    return {"rows": [_worded(row) for row in rows], "tally": tally}


def _compared(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rows of two profiles beside each other, and how many differ."""
    differing = sum(row["differs"] for row in rows)
    both = [{**row, "present": _worded(row["present"]), "other": _worded(row["other"])} for row in rows]
    return {
        "compared": both,
        "differing": differing,
        "alike": len(rows) - differing,
        "is_cut": len(rows) >= MOST_ROWS,
        "names_profile": any(row["names_profile"] for row in rows),
    }


def _worded(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return row and {**row, "label": OUTCOMES[row["outcome"]]}


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    return response
