"""What the portal itself puts into the menus and onto people's lists of work."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from portal import slots
from portal.asking import holds
from portal.models import CollectionVersion, Person
from portal.policies import (
    CURATE,
    MANAGE,
    can_administer,
    curated_collections,
    managed_collections,
)
from portal.states import VersionState


def everybody(request: HttpRequest) -> bool:
    """Show it to all."""
    return True


def is_signed_in(request: HttpRequest) -> bool:
    """Show it to people with an account."""
    return request.user.is_authenticated


def shares(request: HttpRequest) -> bool:
    """Show it to those who manage or curate for a sponsor."""
    return holds(request, MANAGE) or holds(request, CURATE)


def administers(request: HttpRequest) -> bool:
    """Show it to administrators."""
    return bool(can_administer(request.user))  # type: ignore[arg-type]


def version_tasks(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Return the versions that this person must hand over or publish, and those that wait for others."""
    managed = CollectionVersion.objects.filter(collection__in=managed_collections(person))
    curated = CollectionVersion.objects.filter(collection__in=curated_collections(person))
    drafts = managed.filter(state=VersionState.DRAFT).select_related("collection")
    in_curation = (managed | curated).filter(state=VersionState.IN_CURATION).distinct()
    mine = set(curated.filter(state=VersionState.IN_CURATION).values_list("pk", flat=True))
    found: dict[str, list[dict[str, Any]]] = {"tasks": [], "waiting": []}
    for version in drafts:
        found["tasks"].append(_task(version, "Upload, then hand over to the curators", "Draft", "pencil"))
    for version in in_curation.select_related("collection"):
        group = "tasks" if version.pk in mine else "waiting"
        found[group].append(_task(version, "Curate and publish", "In curation", "clock", tone="wait"))
    return found


def _task(version: CollectionVersion, hint: str, status: str, icon: str, tone: str = "") -> dict[str, Any]:
    return {
        "title": f"{version.collection.title}, version {version.number}",
        "href": reverse("portal:workbench", args=[version.collection.slug]),
        "hint": hint,
        "status": status,
        "icon": icon,
        "tone": tone,
    }


slots.register_link("nav", label="Catalogue", url_name="portal:catalogue", shown=everybody, order=10)
slots.register_link("nav", label="My work", url_name="portal:work", shown=is_signed_in, order=20)
slots.register_link("nav", label="Trials", url_name="portal:sponsor", shown=shares, order=60)
slots.register_link("nav", label="Administration", url_name="portal:people", shown=administers, order=90)
slots.register_link(
    "sponsor", label="Trials and collections", url_name="portal:sponsor", shown=shares, order=10
)
slots.register_link(
    "admin", label="People", url_name="portal:people", shown=administers, order=10, icon="people"
)
slots.register_link(
    "admin",
    label="Organisations",
    url_name="portal:organisations",
    shown=administers,
    order=15,
    icon="people",
)
slots.register_link("admin", label="Jobs", url_name="portal:jobs", shown=administers, order=20, icon="gear")
slots.register_link(
    "admin", label="Ledger", url_name="portal:ledger", shown=administers, order=30, icon="book"
)
slots.register_link(
    "admin", label="Settings", url_name="portal:settings", shown=administers, order=90, icon="gear"
)
slots.register("work.tasks", template="", context=version_tasks, order=50)
