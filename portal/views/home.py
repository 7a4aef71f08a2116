"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.services import catalogue

WALL = 10
CARDS = 6


def home(request: HttpRequest) -> HttpResponse:
    """Show what this is, what is in it, and how a request goes."""
    entries = catalogue.entries()
    return render(
        request,
        "portal/home.html",
        {
            "totals": catalogue.totals(entries),
            "entries": entries[:CARDS],
            "wall": _wall(entries),
            "is_home": True,
        },
    )


def _wall(entries: list[catalogue.Entry]) -> list[dict[str, str]]:
    """Return pictures in turn from each collection, so that the wall shows the breadth of what there is."""
    wall: list[dict[str, str]] = []
    deepest = max((len(entry.samples) for entry in entries), default=0)
    for depth in range(deepest):
        for entry in entries:
            if depth < len(entry.samples):
                wall.append({**entry.samples[depth], "slug": entry.slug, "title": entry.title})
    return wall[:WALL]
