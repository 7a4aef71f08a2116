"""The words of a report before and after, for who decides whether it leaves."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from deid import policies
from deid.services.reporting import explain_report
from portal.asking import asker
from portal.errors import TesseraError


@login_required
def report_words(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Show the words of report *number* (from 1) of a series, or why they cannot be shown."""
    seen = policies.visible_sources(asker(request)).select_related("study__subject__collection")
    series = get_object_or_404(seen, pk=pk)
    try:
        shown = explain_report(person=asker(request), series=series, number=number - 1)
    except TesseraError as error:
        shown = {"error": error}
    response = render(request, "deid/report_words.html", shown)
    response["Cache-Control"] = "no-store, private"
    return response
