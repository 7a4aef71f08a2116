"""The workbench of a collection: its version in the making, what was uploaded, what is published."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.asking import asker
from portal.models import Collection, CollectionVersion, Person, Series, SeriesState
from portal.policies import can_curate, can_manage, curated_collections, managed_collections
from portal.services import versions
from portal.services.confirming import FIELD
from portal.states import VersionState

PICTURES = 12


def desk_collections(person: Person) -> QuerySet[Collection]:
    """Return the collections whose workbench *person* may open."""
    return Collection.objects.filter(
        Q(pk__in=managed_collections(person).values("pk"))
        | Q(pk__in=curated_collections(person).values("pk"))
    ).select_related("trial__sponsor")


@login_required
def workbench(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where a collection stands and what is to be done next."""
    collection = get_object_or_404(desk_collections(asker(request)), slug=slug)
    known = list(collection.versions.order_by("-number"))
    making = next((one for one in known if one.state in {VersionState.DRAFT, VersionState.IN_CURATION}), None)
    series = Series.objects.filter(study__subject__collection=collection)
    return render(
        request,
        "portal/sponsor/workbench.html",
        {
            "collection": collection,
            "making": making,
            "published": next((one for one in known if one.state == VersionState.PUBLISHED), None),
            "versions": known,
            "conditions": versions.conditions_to_publish(making) if making else [],
            "difference": versions.difference_of(making) if making else None,
            "manages": can_manage(asker(request), collection.sponsor),
            "curates": can_curate(asker(request), collection),
            "counts": series.aggregate(
                series=Count("pk"),
                subjects=Count("study__subject", distinct=True),
                instances=Sum("instance_count"),
                bytes=Sum("byte_count"),
                cleared=Count("pk", filter=Q(state=SeriesState.CLEARED)),
                withheld=Count("pk", filter=Q(state=SeriesState.WITHHELD)),
            ),
            "pictures": series.exclude(thumbnail_key="").order_by("pk")[:PICTURES],
        },
    )


@require_POST
@login_required
def act(request: HttpRequest, slug: str, deed: str) -> HttpResponse:
    """Open, hand over, send back, publish or withdraw a version."""
    collection = get_object_or_404(desk_collections(asker(request)), slug=slug)
    said = DEEDS[deed](request, collection)
    messages.success(request, said)
    return redirect("portal:workbench", slug)


def _making(collection: Collection) -> CollectionVersion:
    return get_object_or_404(collection.versions, state__in=[VersionState.DRAFT, VersionState.IN_CURATION])


def _open(request: HttpRequest, collection: Collection) -> str:
    version = versions.open_draft_version(collection=collection, actor=asker(request))
    return f"Version {version.number} is open for uploads."


def _submit(request: HttpRequest, collection: Collection) -> str:
    notes = request.POST.get("notes", "").strip()
    version = versions.submit_version(version_id=_making(collection).pk, actor=asker(request), notes=notes)
    return f"Version {version.number} is with the curators now."


def _send_back(request: HttpRequest, collection: Collection) -> str:
    reason = request.POST.get("reason", "")
    version = versions.send_back_version(
        version_id=_making(collection).pk, actor=asker(request), reason=reason
    )
    return f"Version {version.number} is with the sponsor again."


def _publish(request: HttpRequest, collection: Collection) -> str:
    confirmed = request.POST.get(FIELD, "").split()
    version = versions.publish_version(
        version_id=_making(collection).pk, actor=asker(request), confirmed=confirmed
    )
    return f"Version {version.number} is published."


def _withdraw(request: HttpRequest, collection: Collection) -> str:
    version = get_object_or_404(collection.versions, pk=request.POST.get("version"))
    reason = request.POST.get("reason", "")
    versions.withdraw_version(version_id=version.pk, actor=asker(request), reason=reason)
    return f"Version {version.number} is withdrawn. Its page says why."


DEEDS = {
    "open": _open,
    "submit": _submit,
    "send-back": _send_back,
    "publish": _publish,
    "withdraw": _withdraw,
}
