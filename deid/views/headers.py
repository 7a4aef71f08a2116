"""The header of a source before and after, with the reason for each action, and what another profile would do."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from deid import policies
from deid.services.explaining import explain_header
from portal.asking import asker
from portal.errors import TesseraError
from portal.models import Series
from portal.models.profiles import profile_choices

OUTCOMES = {
    "removed": "Removed",
    "emptied": "Emptied",
    "changed": "Changed",
    "kept": "Kept",
    "added": "Added",
}


def _series(request: HttpRequest, pk: UUID) -> Series:
    seen = policies.visible_sources(asker(request)).select_related(
        "study__subject__collection__trial__sponsor"
    )
    return get_object_or_404(seen, pk=pk)


def _number(request: HttpRequest, series: Series) -> int:
    """Return the place of the image that is asked for, counted from 0; the first for what is no number."""
    wanted = request.GET.get("image", "1")
    return min(max(int(wanted) if wanted.isdecimal() else 1, 1), max(series.instance_count, 1)) - 1


@login_required
def header(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the frame of the page: which image, which profile; the rows come when they are read."""
    series = _series(request, pk)
    collection = series.collection
    chosen = request.GET.get("profile") or collection.deid_profile
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
    known = dict(profile_choices(collection.sponsor, collection.deid_profile))
    chosen = request.GET.get("profile", "")
    try:
        rows = explain_header(
            person=asker(request),
            series=series,
            number=_number(request, series),
            reference=chosen if chosen in known else collection.deid_profile,
        )
    except TesseraError as error:
        return _private(render(request, "deid/header_rows.html", {"error": error}))
    counts = Counter(row["outcome"] for row in rows)
    tally = [{"code": code, "label": label, "count": counts[code]} for code, label in OUTCOMES.items()]
    return _private(render(request, "deid/header_rows.html", {"rows": rows, "tally": tally}))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    return response
