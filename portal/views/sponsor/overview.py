"""The sponsor's first page: what is shared, what waits."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.asking import asker
from portal.errors import NotAllowedError
from portal.models import Collection, CollectionVersion, Trial
from portal.policies import CURATE, MANAGE, curated_collections, managed_collections, organisations_with
from portal.states import VersionState


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show the trials and collections of the organisations that this person works for."""
    person = asker(request)
    managed = organisations_with(person, MANAGE)
    if not managed.exists() and not organisations_with(person, CURATE).exists():
        raise NotAllowedError(
            "Only those who work for a sponsor see its trials. An administrator gives that role."
        )
    versions = Prefetch("versions", CollectionVersion.objects.defer("statistics").order_by("-number"))
    mine = Q(pk__in=managed_collections(person).values("pk")) | Q(
        pk__in=curated_collections(person).values("pk")
    )
    collections = Prefetch("collections", Collection.objects.filter(mine).prefetch_related(versions))
    trials = (
        Trial.objects.filter(Q(sponsor__in=managed) | Q(sponsor__in=organisations_with(person, CURATE)))
        .select_related("sponsor")
        .prefetch_related(collections)
        .order_by("sponsor__name", "title")
    )
    rows = [
        {"trial": trial, "collections": [_row(one) for one in trial.collections.all()]} for trial in trials
    ]
    return render(request, "portal/sponsor/overview.html", {"trials": rows, "manages": managed.exists()})


def _row(collection: Collection) -> dict[str, object]:
    versions = list(collection.versions.all())
    by_state = {version.state: version for version in reversed(versions)}
    return {
        "collection": collection,
        "published": by_state.get(VersionState.PUBLISHED),
        "making": by_state.get(VersionState.DRAFT) or by_state.get(VersionState.IN_CURATION),
        "newest": versions[0] if versions else None,
    }
