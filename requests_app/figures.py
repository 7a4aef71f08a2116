"""What the public register says in figures: how many requests, how they ended and how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from statistics import median
from typing import TypedDict

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from portal.policies import catalogue
from requests_app.models import Review
from requests_app.states import ReviewState

MONTHS = 12
SECONDS_OF_A_DAY = 86400
DAYS = [(1, "under 1"), (3, "1 to 2"), (7, "3 to 6"), (14, "7 to 13"), (30, "14 to 29"), (60, "30 to 59")]
LONGEST = "60 and over"


class Bar(TypedDict):
    """One bar of a chart."""

    label: str
    count: int


def public_reviews() -> QuerySet[Review]:
    """Return what the register shows: submitted requests for collections that everybody may see."""
    return Review.objects.filter(submitted_at__isnull=False, collection__in=catalogue())


def days_taken() -> list[float]:
    """Return how many days each decision took."""
    decided = public_reviews().filter(decided_at__isnull=False)
    took = decided.annotate(took=F("decided_at") - F("submitted_at")).values_list("took", flat=True)
    return [one.total_seconds() / SECONDS_OF_A_DAY for one in took]


def figures() -> dict[str, int | None]:
    """Return how many requests there were and the median days to a decision, None before the first."""
    days = days_taken()
    return {
        "submitted": public_reviews().count(),
        "decided": len(days),
        "median_days": round(median(days)) if days else None,
    }


def by_state() -> list[Bar]:
    """Return how many requests stand where, the most frequent first."""
    rows = public_reviews().order_by().values("state").annotate(count=Count("pk")).order_by("-count", "state")
    return [Bar(label=ReviewState(row["state"]).label, count=row["count"]) for row in rows]


def by_days(days: Iterable[float]) -> list[Bar]:
    """Return how many decisions took how many days, in bins without gaps."""
    counted = Counter(next((label for limit, label in DAYS if one < limit), LONGEST) for one in days)
    return [Bar(label=label, count=counted[label]) for label in [*(label for _, label in DAYS), LONGEST]]


def by_month(field: str) -> list[Bar]:
    """Return how many of the register's requests have their *field* in each of the last twelve months."""
    months = last_months(timezone.localdate())
    moments = public_reviews().filter(**{f"{field}__date__gte": months[0]}).values_list(field, flat=True)
    counted = Counter(_month(moment) for moment in moments)
    return [Bar(label=month.strftime("%b %y"), count=counted[month]) for month in months]


def last_months(today: date) -> list[date]:
    """Return the first days of the twelve months that end with the one of *today*."""
    number = today.year * 12 + today.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(number - MONTHS + 1, number + 1)]


def _month(moment: datetime) -> date:
    return timezone.localtime(moment).date().replace(day=1)
