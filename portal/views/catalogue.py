"""The catalogue with its facets."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.services import catalogue as service

PAGE = 24


def catalogue(request: HttpRequest) -> HttpResponse:
    """Show the collections that fit; htmx asks for the results alone."""
    words = request.GET.get("q", "").strip()
    sort = request.GET.get("sort", "new")
    chosen = {facet.name: request.GET.getlist(facet.name) for facet in service.FACETS}
    entries = service.entries()
    found = service.find(entries, words=words, chosen=chosen, sort=sort)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "found": len(found),
        "all": len(entries),
        "facets": service.facets(entries, words=words, chosen=chosen),
        "words": words,
        "sort": sort,
        "sorts": [(name, label) for name, (label, _, _) in service.SORTS.items()],
        "narrowed": bool(words or any(chosen.values())),
    }
    template = "portal/catalogue/results.html" if request.htmx else "portal/catalogue/page.html"  # type: ignore[attr-defined]
    return render(request, template, context)
