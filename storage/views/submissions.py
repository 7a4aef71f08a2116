"""The report of a submission: did everything arrive, what is wrong with it, and what to do."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from portal.asking import asker
from portal.jobs import jobs_before
from portal.models import Job, JobState
from storage import policies
from storage.models import Submission, SubmissionFile
from storage.states import FileState, SubmissionState

PAGE = 100
WORKING = {SubmissionState.RECEIVING, SubmissionState.RECEIVED, SubmissionState.INDEXED}
# What nobody has to decide on is accepted by itself.
DECIDED = "Accepted: nothing is left to decide"
STEPS = [
    (SubmissionState.OPEN, "Uploaded"),
    (SubmissionState.RECEIVING, "Checked and stored"),
    (SubmissionState.RECEIVED, "Indexed"),
    (SubmissionState.INDEXED, "Inspected"),
    (SubmissionState.INSPECTED, DECIDED),
]


@login_required
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show every file with its outcome; while work goes on, the page asks again by itself."""
    submission = _visible(request, pk)
    counts = submission.counts()
    state = request.GET.get("state", "")
    files = submission.files.select_related("archive").order_by("path", "ordinal", "pk")
    if state in FileState.values:
        files = files.filter(state=state)
    words = request.GET.get("q", "").strip()
    if words:
        files = files.filter(path__icontains=words)
    context = {
        "submission": submission,
        "counts": counts,
        "kept": counts["total"] - counts[FileState.EXPANDED],
        "here_already": counts[FileState.HERE_ALREADY],
        "left_out": counts[FileState.LEFT_OUT],
        "in_work": counts[FileState.RECEIVED] + counts[FileState.UPLOADED] + counts[FileState.UPLOADING],
        "filters": _filters(counts, state),
        "page": Paginator(files, PAGE).get_page(request.GET.get("page")),
        "words": words,
        "state": state,
        "works": submission.state in WORKING,
        "steps": _steps(submission),
        "jobs": [
            {"job": job, "before": jobs_before(job) if job.state == JobState.QUEUED else 0}
            for job in Job.objects.filter(
                identifier=str(submission.pk), state__in=[JobState.QUEUED, JobState.RUNNING]
            )
        ],
        "failed": Job.objects.filter(identifier=str(submission.pk), state=JobState.FAILED).exists(),
    }
    return render(request, "storage/report.html", context)


@login_required
def report_csv(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Hand out the report as a table."""
    submission = _visible(request, pk)
    response = StreamingHttpResponse(_lines(submission), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="submission-{str(pk)[:8]}.csv"'
    return response


def _visible(request: HttpRequest, pk: UUID) -> Submission:
    seen = policies.visible_submissions(asker(request))
    return get_object_or_404(seen.select_related("collection", "person"), pk=pk)


def _filters(counts: dict[str, int], state: str) -> list[dict[str, Any]]:
    every = {"label": "All", "href": "?", "current": not state, "count": counts["total"]}
    return [every] + [
        {"label": label, "href": f"?state={value}", "current": state == value, "count": counts[value]}
        for value, label in FileState.choices
        if counts[value]
    ]


def _steps(submission: Submission) -> list[dict[str, Any]]:
    """Return how far the submission has come, for the timeline."""
    if submission.state == SubmissionState.REJECTED:
        return [{"title": "Sent back", "tone": "bad", "icon": "cross", "text": submission.reason}]
    order = [str(state) for state, _ in STEPS]
    reached = order.index(submission.state) if submission.state in order else len(order)
    moments = {"Uploaded": submission.handed_in_at, "Checked and stored": submission.received_at}
    return [
        {
            "title": title,
            "tone": "ok" if place < reached else "wait" if place == reached else "",
            "icon": "check" if place < reached else "clock" if place == reached else "dot",
            "at": moments.get(title),
            "holder": _holder(title) if place == reached else "",
        }
        for place, (_, title) in enumerate(STEPS)
    ]


def _holder(title: str) -> str:
    people = {"Uploaded": "you", DECIDED: "the curators"}
    return people.get(title, "the portal")


class Echo:
    """A file that gives back what is written, for the CSV writer."""

    def write(self, value: str) -> str:
        """Return the line."""
        return value


def _lines(submission: Submission) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(
        ["path", "in archive", "bytes", "sha256", "state", "reason code", "reason", "what to do"]
    )
    for file in submission.files.select_related("archive").order_by("path", "ordinal", "pk").iterator(2000):
        yield writer.writerow(_row(file))


def _row(file: SubmissionFile) -> list[object]:
    archive = file.archive.path if file.archive else ""
    cells = [
        file.path,
        archive,
        file.size,
        file.sha256,
        file.state,
        file.reason_code,
        file.reason,
        file.advice,
    ]
    return [_harmless(cell) for cell in cells]


def _harmless(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") and cell else cell
