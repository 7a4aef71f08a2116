"""The steps of a release, each safe to run twice: build → (clean each) → (verify each) → seal → purge."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction

from deid.models import Release, ReleaseItem
from deid.states import ItemState, ReleaseMove, ReleaseState
from portal import ledger
from portal.jobs import enqueue
from portal.models import Person
from storage import keys
from storage.objects import released_store

# Nothing of such a release lies in the store, for good or until it is built anew.
OVER = frozenset({ReleaseState.PURGED, ReleaseState.STOPPED, ReleaseState.FAILED})
NOT_A_CODE = re.compile(r"[^A-Za-z0-9]+")


@transaction.atomic
def build_release(release_id: UUID) -> None:
    """Start the cleaning of every item; a release that has started already is left alone."""
    release: Release = Release.objects.locked(release_id)
    if release.state != ReleaseState.PLANNED:
        return
    release.move(ReleaseMove.BUILD)
    ledger.record(Person.system(), "release building", release)
    for item_id in release.items.values_list("pk", flat=True):
        enqueue("deid.clean_item", item_id)
    go_on(release)


@transaction.atomic
def finish_item(item: ReleaseItem, reached: ItemState) -> None:
    """Record how far *item* has come, and take the release on when all items have come as far."""
    release: Release = Release.objects.locked(item.release_id)
    ReleaseItem.objects.filter(pk=item.pk).update(state=reached)
    go_on(release)


def go_on(release: Release) -> None:
    """Take a locked release on when all its items have come as far as its state asks."""
    if release.state == ReleaseState.BUILDING and not release.items.filter(state=ItemState.PLANNED).exists():
        release.move(ReleaseMove.VERIFY)
        ledger.record(Person.system(), "release verifying", release)
        for item_id in release.items.values_list("pk", flat=True):
            enqueue("deid.verify_item", item_id)
    unverified = release.items.exclude(state=ItemState.VERIFIED)
    if release.state == ReleaseState.VERIFYING and not unverified.exists():
        enqueue("deid.seal_release", release.pk)


@transaction.atomic
def fail_release(release_id: UUID, reason: str) -> None:
    """Stop a release whose item could not be cleaned or verified; nothing of it becomes visible.

    *reason* is a code or the kind of what the second reader found, in words: the ledger has it as a code.
    """
    release: Release = Release.objects.locked(release_id)
    if not release.may_move(ReleaseMove.FAIL):
        return
    release.move(ReleaseMove.FAIL, failure_code=reason)
    ledger.record(Person.system(), "release failed", release, code=NOT_A_CODE.sub("_", reason))
    enqueue("deid.purge_release", release.pk)
    enqueue("requests_app.announce_release", release.grant_id)


@transaction.atomic
def purge_release(release_id: UUID) -> None:
    """Delete the objects of a release that nobody may read any more; its rows stay as the record.

    The release is held meanwhile, so that nobody builds it anew among what is being deleted.
    """
    release: Release = Release.objects.locked(release_id)
    if release.state in OVER:
        released_store().delete_prefix(keys.release(release.pk))


@transaction.atomic
def is_under_way(release_id: UUID, state: ReleaseState) -> bool:
    """Say whether a release is still in *state*, and hold it; of one that is over, what came after its purge is purged too."""
    release: Release = Release.objects.locked(release_id)
    if release.state in OVER:
        enqueue("deid.purge_release", release.pk)
    return bool(release.state == state)
