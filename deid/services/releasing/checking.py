"""Checking sealed releases: whether what is stored still is what was sealed, read object by object."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from deid.models import Release
from deid.states import ReleaseState
from portal import ledger
from portal.jobs import enqueue
from portal.models import Person
from storage.errors import ObjectDamagedError, ObjectMissingError
from storage.objects import released_store

EVERY = timedelta(days=7)
CHANGED = "stored objects are not what was sealed"


def sealed_releases() -> QuerySet[Release]:
    """Return the releases of which something is stored that may be handed out, what was read longest ago first."""
    return Release.objects.filter(state=ReleaseState.SEALED).order_by("checked_at", "sealed_at")


def ask_for_checks() -> None:
    """Have every sealed release read that was not for a week, or of which something was gone or changed."""
    due = Q(checked_at=None) | Q(checked_at__lt=Now() - EVERY) | Q(damaged__gt=0)
    for release_id in sealed_releases().filter(due).values_list("pk", flat=True):
        enqueue("deid.check_release", release_id)


def check_release(release_id: UUID, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Read every stored object of a sealed release and return how many are gone, or not what was sealed.

    That is kept with the release and, where it is news, told to the administrators. A release that is not sealed has none.
    Raises `StoreDownError` when the store stays away.
    """
    release = Release.objects.get(pk=release_id)
    if release.state != ReleaseState.SEALED:
        return 0
    wanted = list(_objects_of(release))
    damaged = 0
    for place, (key, sha256) in enumerate(wanted, 1):
        damaged += _digest_of(key) != sha256
        progress(place, len(wanted))
    return _note(release, damaged)


def _objects_of(release: Release) -> Iterator[tuple[str, str]]:
    """Yield key and digest of each object: one for a series or table, one for each document."""
    yield from release.items.values_list("object_key", "sha256")
    yield from release.files.filter(item=None).values_list("object_key", "sha256")


def _digest_of(key: str) -> str:
    """Return the SHA-256 of what lies under *key*, empty where it is not there or ends too soon."""
    read = hashlib.sha256()
    try:
        for chunk in released_store().get_stream(key):
            read.update(chunk)
    except (ObjectMissingError, ObjectDamagedError):
        return ""
    return read.hexdigest()


@transaction.atomic
def _note(release: Release, damaged: int) -> int:
    """Keep the outcome; what was purged or sealed anew meanwhile was another thing than what was read."""
    now: Release = Release.objects.locked(release.pk)
    if (now.state, now.sealed_at) != (ReleaseState.SEALED, release.sealed_at):
        return 0
    Release.objects.filter(pk=now.pk).update(checked_at=Now(), damaged=damaged)
    if damaged and damaged != now.damaged:
        ledger.record(Person.system(), CHANGED, now, objects=damaged)
        enqueue("deid.tell_of_damage", now.pk)
    return damaged
