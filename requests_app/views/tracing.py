"""The page that says whose copy a leaked file is."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.asking import asker
from portal.errors import InvalidInputError
from portal.verdicts import require
from requests_app.policies import can_trace
from requests_app.services.tracing import trace_leak


@login_required
def trace(request: HttpRequest) -> HttpResponse:
    """Ask for a file, or for text that quotes from one, and name the grant."""
    require(can_trace(asker(request)))
    context: dict[str, object] = {}
    if request.method == "POST":
        file, text = request.FILES.get("file"), request.POST.get("text", "")
        if file is None and not text.strip():
            context["error"] = InvalidInputError("Choose a file, or paste what you found.")
        else:
            content = cast("BinaryIO", file.file) if file else BytesIO(text.encode())
            context |= {"answer": trace_leak(person=asker(request), content=content), "text": text}
    response = render(request, "requests_app/trace.html", context, status=400 if "error" in context else 200)
    response["Cache-Control"] = "no-store, private"
    return response
