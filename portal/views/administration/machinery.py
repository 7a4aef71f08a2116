"""Jobs, ledger and settings: what runs, what was done, how it is set."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from portal.asking import asker
from portal.jobs import queue_of
from portal.ledger.checking import verify
from portal.models import Job, JobState, LedgerCheckpoint, LedgerEvent
from portal.services import operations
from portal.views.administration.access import for_administrators

PAGE = 50
# What administrators may read; a secret is not among them, and what is not named here is not shown.
SHOWN = [
    "TESSERA_MODE", "PUBLIC_URL", "ALLOWED_HOSTS", "TIME_ZONE", "LANGUAGE_CODE", "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND", "JOB_VISIBILITY_SECONDS", "SCRATCH_DIR", "DATA_UPLOAD_MAX_MEMORY_SIZE", "SESSION_COOKIE_AGE",
    "PASSWORD_RESET_TIMEOUT", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
]  # fmt: skip


@for_administrators
def jobs(request: HttpRequest) -> HttpResponse:
    """Show what runs, what waits, what failed; htmx asks again every few seconds."""
    state = request.GET.get("state", "")
    counts = dict(Job.objects.values_list("state").annotate(count=Count("pk")).order_by())
    found = Job.objects.filter(state=state) if state in JobState.values else Job.objects.all()
    page = Paginator(found.order_by("-created_at"), PAGE).get_page(request.GET.get("page"))
    filters = [{"label": "All", "href": "?", "current": not state, "count": sum(counts.values())}] + [
        {"label": label, "href": f"?state={value}", "current": state == value, "count": counts.get(value, 0)}
        for value, label in JobState.choices
    ]
    rows = [{"job": one, "queue": queue_of(one.name)} for one in page]
    context = {
        "page": page, "rows": rows, "filters": filters, "state": state, "queues": operations.waiting_by_queue(),
    }  # fmt: skip
    return render(request, "portal/administration/jobs.html", context)


@require_POST
@for_administrators
def retry_job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a failed job again."""
    job = operations.retry_job(actor=asker(request), job_id=pk)
    messages.success(request, f"“{job.name}” is asked for again.")
    return redirect("portal:jobs")


@for_administrators
def ledger(request: HttpRequest) -> HttpResponse:
    """Show who did what when; a POST checks the whole chain."""
    verb, subject = request.GET.get("verb", ""), request.GET.get("subject", "").strip()
    found = LedgerEvent.objects.select_related("actor").order_by("-sequence")
    if verb:
        found = found.filter(verb=verb)
    if subject:
        found = found.filter(subject_id=subject)
    context: dict[str, Any] = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "verbs": LedgerEvent.objects.order_by("verb").values_list("verb", flat=True).distinct(),
        "verb": verb,
        "subject": subject,
        "head": LedgerEvent.objects.aggregate(head=Max("sequence"))["head"] or 0,
        "checkpoint": LedgerCheckpoint.objects.first(),
    }
    if request.method == "POST":
        context |= {"checked": True, "faults": verify()[:20]}
    return render(request, "portal/administration/ledger.html", context)


@for_administrators
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show how the portal is set; it is set in the environment, not here."""
    rows = [(name, getattr(settings, name)) for name in SHOWN if hasattr(settings, name)]
    context = {"rows": [(name, _text(value)) for name, value in rows]}
    return render(request, "portal/administration/settings.html", context)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
