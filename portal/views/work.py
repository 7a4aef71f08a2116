"""My work: what I must do next, and what waits for others."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal import slots
from portal.asking import asker


@login_required
def work(request: HttpRequest) -> HttpResponse:
    """Show the tasks that the apps have for this person, and where the things of theirs stand."""
    tasks, waiting = [], []
    for fragment in slots.fragments("work.tasks"):
        found = fragment.context(request, asker(request)) or {}
        tasks += found.get("tasks", [])
        waiting += found.get("waiting", [])
    return render(request, "portal/work.html", {"tasks": tasks, "waiting": waiting})
