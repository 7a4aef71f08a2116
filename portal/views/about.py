"""Pages that explain the portal itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def about(request: HttpRequest) -> HttpResponse:
    """Say what the portal is and what it does with personal data."""
    return render(request, "portal/about.html")
