"""What this app shows on others' pages: ways to download, and receipts."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from delivery.models import Download
from portal import slots
from requests_app.models import Grant
from requests_app.policies import readable_releases, sponsored_grants, visible_grants

NEWEST = 20
WEEKS = 12
BYTES_OF_A_MEGABYTE = 1_000_000


def ways(request: HttpRequest, grant: Grant) -> dict[str, Any] | None:
    """Return how the grant's release can be downloaded; nothing when it cannot be now."""
    release = readable_releases(request.user).filter(grant_id=grant.pk).first()  # type: ignore[arg-type]
    if release is None:
        return None
    figures = release.files.aggregate(count=Count("pk"), total=Sum("size"))
    return {
        "grant": grant,
        "release": release,
        "figures": figures,
        "documents": release.files.filter(item=None),
        "login_command": f"tessera login {settings.PUBLIC_URL}",
        "download_command": f"tessera download {grant.pk} {release.name}",
    }


def receipts(request: HttpRequest, grant: Grant) -> dict[str, Any] | None:
    """Return what was downloaded, for the holders and the sponsor."""
    if not visible_grants(request.user).contains(grant):  # type: ignore[arg-type]
        return None
    downloads = Download.objects.filter(grant=grant)
    figures = downloads.aggregate(count=Count("pk"), total=Sum("sent"))
    return {"figures": figures, "downloads": downloads.select_related("person")[:NEWEST]}


def use(request: HttpRequest, subject: object) -> dict[str, Any]:
    """Return the newest downloads of the sponsor's collections."""
    grants = sponsored_grants(request.user)  # type: ignore[arg-type]
    downloads = Download.objects.filter(grant__in=grants)
    figures = downloads.aggregate(count=Count("pk"), total=Sum("sent"))
    shown = downloads.select_related("person", "grant__review__collection")[:NEWEST]
    counts, megabytes = _weekly(downloads)
    return {"figures": figures, "downloads": shown, "counts": counts, "megabytes": megabytes}


def _weekly(downloads: QuerySet[Download]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return how many downloads began, and how many megabytes left, in each of the last weeks."""
    monday = _monday(timezone.localdate())
    weeks = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    counts: Counter[date] = Counter()
    sizes: Counter[date] = Counter()
    rows = downloads.filter(began_at__date__gte=weeks[0]).values_list("began_at", "sent")
    for began_at, sent in rows.order_by().iterator():
        week = _monday(timezone.localtime(began_at).date())
        counts[week] += 1
        sizes[week] += sent
    return (
        [{"label": f"{week:%-d %b}", "count": counts[week]} for week in weeks],
        [{"label": f"{week:%-d %b}", "count": round(sizes[week] / BYTES_OF_A_MEGABYTE)} for week in weeks],
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


slots.register("grant.download", template="delivery/ways.html", context=ways)
slots.register("grant.downloads", template="delivery/receipts.html", context=receipts)
slots.register("sponsor.use", template="delivery/use.html", context=use)
