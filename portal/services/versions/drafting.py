"""A version in the making: opened by the sponsor, handed over to the curators, sent back with a reason."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from portal import ledger
from portal.errors import InvalidInputError
from portal.models import Collection, CollectionVersion, Person
from portal.policies import can_curate, can_manage
from portal.states import VersionMove, VersionState
from portal.verdicts import require

IN_THE_MAKING = [VersionState.DRAFT, VersionState.IN_CURATION]


@transaction.atomic
def open_draft_version(*, collection: Collection, actor: Person) -> CollectionVersion:
    """Return the version in the making, a new one where there is none; asking twice gives the same."""
    locked: Collection = Collection.objects.select_related("trial__sponsor").locked(collection.pk)
    require(can_manage(actor, locked.sponsor))
    present: CollectionVersion | None = locked.versions.filter(state__in=IN_THE_MAKING).first()
    if present is not None:
        return present
    last = locked.versions.aggregate(last=Max("number"))["last"] or 0
    version = CollectionVersion.objects.create(collection=locked, number=last + 1)
    ledger.record(actor, "version opened", version, number=version.number)
    return version


@transaction.atomic
def submit_version(*, version_id: UUID, actor: Person, notes: str = "") -> CollectionVersion:
    """Hand a draft over to the curators; *notes* say what changed since the last version."""
    version: CollectionVersion = CollectionVersion.objects.locked(version_id)
    require(can_manage(actor, version.collection.sponsor))
    version.move(VersionMove.SUBMIT, notes=notes or version.notes)
    ledger.record(actor, "version submitted", version, number=version.number)
    return version


@transaction.atomic
def send_back_version(*, version_id: UUID, actor: Person, reason: str) -> CollectionVersion:
    """Send a version back to the sponsor, who reads *reason* in its notes."""
    version: CollectionVersion = CollectionVersion.objects.locked(version_id)
    require(can_curate(actor, version.collection))
    if not reason.strip():
        raise InvalidInputError("Say what is to be mended.", fields={"reason": ["Say what is to be mended."]})
    version.move(VersionMove.SEND_BACK, notes=reason.strip())
    ledger.record(actor, "version sent back", version, number=version.number)
    return version
