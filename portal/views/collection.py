"""The page of a collection, and of each of its versions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal import markdown
from portal.asking import asker
from portal.models import CleaningProfile, Collection, CollectionVersion
from portal.policies import can_curate, can_manage, visible_collections, visible_versions
from portal.services import versions
from portal.services.citation import FORMS, citation_of, json_ld
from portal.states import VersionState

PROFILES = {
    "basic": "DICOM PS3.15 Basic Profile: everything that could identify somebody is removed or replaced.",
    "research": "DICOM PS3.15 Basic Profile with the options that keep what research needs: cleaned descriptors, "
    "graphics and structured content, safe private attributes, patient characteristics, device identity, "
    "and dates shifted for each person.",
}
CHARTS = [
    ("bars", "modalities", "Modality", ""),
    ("bars", "manufacturers", "Manufacturer", ""),
    ("bars", "body_parts", "Body part", ""),
    ("bars", "sex", "Sex", ""),
    ("columns", "ages", "Age at first study", "years"),
    ("columns", "slice_thickness", "Slice thickness", "mm"),
    ("columns", "images_per_subject", "Images of each person", ""),
]


def collection(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show a version: the one asked for, else the published one, else the newest that may be seen."""
    shown = get_object_or_404(
        visible_collections(asker(request)).select_related("trial__sponsor"),
        slug=slug,
    )
    known = list(visible_versions(asker(request)).filter(collection=shown).order_by("-number"))
    version = _chosen(known, number)
    if version is None and number is not None:
        raise Http404
    context = _context(request, shown, version) if version else {}
    return render(
        request,
        "portal/collection/page.html",
        {
            "collection": shown,
            "version": version,
            "versions": known,
            "description": markdown.html(shown.description),
            "difference": _difference(request, shown, version),
            "profile": _profile(shown.deid_profile),
            **context,
        },
    )


def _profile(reference: str) -> dict[str, str]:
    """Return the title of a profile and what it does, in words."""
    own = CleaningProfile.objects.filter(reference=reference).first()
    if own:
        text = own.note or f"Rules of {own.sponsor}’s own, over PS3.15 Table E.1-1."
        return {"title": str(own), "text": text}
    return {"title": reference.capitalize(), "text": PROFILES.get(reference, "")}


def _difference(
    request: HttpRequest, shown: Collection, version: CollectionVersion | None
) -> versions.Difference | None:
    """Return what changed since the version before, for those who may know small counts."""
    person = asker(request)
    if version is None or not (can_manage(person, shown.sponsor) or can_curate(person, shown)):
        return None
    return versions.difference_of(version)


def _chosen(known: list[CollectionVersion], number: int | None) -> CollectionVersion | None:
    if number is not None:
        return next((version for version in known if version.number == number), None)
    published = (version for version in known if version.state == VersionState.PUBLISHED)
    public = (version for version in known if version.published_at)
    return next(published, None) or next(public, None) or next(iter(known), None)


def _context(request: HttpRequest, shown: Collection, version: CollectionVersion) -> dict[str, Any]:
    version.collection = shown
    url = request.build_absolute_uri(f"/collections/{shown.slug}/v{version.number}/")
    citation = citation_of(version, url)
    is_shown = version.state != VersionState.WITHDRAWN
    statistics = version.statistics if is_shown else {}
    return {
        "citation": citation,
        "json_ld": json_ld(version, citation) if version.published_at and is_shown else None,
        "statistics": statistics,
        "charts": [
            {
                "kind": kind,
                "title": title,
                "note": note,
                "rows": statistics.get(key, []),
                "counted_in": statistics.get("counted_in", {}).get(key),
            }
            for kind, key, title, note in CHARTS
            if key in statistics
        ],
        "samples": statistics.get("samples", []),
    }


def cite(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponse:
    """Hand out the citation for a reference manager."""
    version = get_object_or_404(
        visible_versions(asker(request)).select_related("collection__trial__sponsor"),
        collection__slug=slug,
        number=number,
        published_at__isnull=False,
    )
    if form not in FORMS:
        raise Http404
    content_type, write = FORMS[form]
    url = request.build_absolute_uri(f"/collections/{slug}/v{number}/")
    response = HttpResponse(write(citation_of(version, url)), content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-v{number}.{form}"'
    return response
