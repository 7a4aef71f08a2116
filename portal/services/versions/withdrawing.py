"""Withdrawing: the images go, a page with the reason stays."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal import ledger
from portal.errors import InvalidInputError
from portal.jobs import enqueue
from portal.models import CollectionVersion, Person
from portal.policies import can_manage
from portal.states import VersionMove
from portal.verdicts import require


@transaction.atomic
def withdraw_version(*, version_id: UUID, actor: Person, reason: str) -> CollectionVersion:
    """Take a version out of the catalogue; its grants are ended by the apps that hold them."""
    version: CollectionVersion = CollectionVersion.objects.locked(version_id)
    require(can_manage(actor, version.collection.sponsor))
    if not reason.strip():
        raise InvalidInputError(
            "Say why it is withdrawn: the reason stays public.", fields={"reason": ["Say why."]}
        )
    version.move(VersionMove.WITHDRAW, withdrawn_reason=reason.strip())
    ledger.record(actor, "version withdrawn", version, number=version.number)
    enqueue("portal.announce_withdrawal", version.pk)
    return version
