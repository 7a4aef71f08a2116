"""The public register: every request that was ever submitted, its decision, its timing and its outcome."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from requests_app.figures import by_days, by_month, by_state, days_taken, figures, public_reviews
from requests_app.models import Publication
from requests_app.services.deciding import DeclineReason

PER_PAGE = 50
NEWEST = 20


def register(request: HttpRequest) -> HttpResponse:
    """Show the register with the time that decisions take here."""
    shown = (
        public_reviews()
        .select_related("access_request__requester__organisation", "collection", "grant", "revision")
        .annotate(publication_count=Count("grant__publications"))
    )
    context = {
        "page": Paginator(shown.order_by("-submitted_at"), PER_PAGE).get_page(request.GET.get("page")),
        "figures": figures(),
        "reasons": dict(DeclineReason.choices),
        "states": by_state(),
        "submitted": by_month("submitted_at"),
        "decided": by_month("decided_at"),
        "days": by_days(days_taken()),
        "publications": Publication.objects.filter(grant__review__in=public_reviews()).select_related(
            "grant__review__collection"
        )[:NEWEST],
    }
    return render(request, "requests_app/register.html", context)
