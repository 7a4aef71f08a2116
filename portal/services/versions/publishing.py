"""Publishing: the hard conditions are checked, the content is frozen, the former version steps back."""

from __future__ import annotations

from collections.abc import Collection as Tokens
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal import ledger
from portal.errors import NotAllowedError
from portal.jobs import enqueue
from portal.models import Collection, CollectionVersion, Person
from portal.policies import can_curate
from portal.services.confirming import asked_of, require_confirmed
from portal.services.statistics import describe
from portal.services.versions import content
from portal.slots import Condition, conditions_for
from portal.states import VersionMove, VersionState
from portal.verdicts import require

GATE = "version.publish"


def conditions_to_publish(version: CollectionVersion) -> list[Condition]:
    """Return every hard condition of publishing, our own and those of the other apps."""
    something = content.cleared_series(version).exists() or content.decided_tables(version).exists()
    return [
        Condition(
            "Something is cleared for release",
            met=something,
            detail="" if something else "No series is cleared yet and no table has a released column.",
        ),
        Condition(
            "The version was handed over to the curators",
            met=version.state == VersionState.IN_CURATION,
            detail="" if version.state == VersionState.IN_CURATION else "The sponsor hands it over.",
        ),
        *conditions_for(GATE, version),
    ]


@transaction.atomic
def publish_version(*, version_id: UUID, actor: Person, confirmed: Tokens[str] = ()) -> CollectionVersion:
    """Publish a version for ever: what is cleared now is its content, and nothing of it changes again.

    *confirmed* are the tokens of what the actor says to have read, where a text that people typed may name a subject. Raises
    `NotAllowedError` that names the first hard condition that is not met, `InvalidInputError` where something is not confirmed.
    """
    version: CollectionVersion = CollectionVersion.objects.locked(version_id)
    collection = Collection.objects.select_related("trial__sponsor").locked(version.collection_id)
    require(can_curate(actor, version.collection))
    for condition in conditions_to_publish(version):
        if not condition.met:
            raise NotAllowedError(f"Not yet: “{condition.label}” is not met. {condition.detail}".strip())
    asked = asked_of(collection)
    require_confirmed(asked, confirmed)
    content.freeze(version)
    _step_back(version, actor)
    version.move(
        VersionMove.PUBLISH,
        content_digest=content.digest(version),
        statistics=describe(version),
        published_at=timezone.now(),
        published_by=actor,
    )
    ledger.record(
        actor,
        "version published",
        version,
        number=version.number,
        content_digest=version.content_digest,
        confirmed=[one.label for one in asked],
    )
    enqueue("portal.announce_version", version.pk)
    return version


def _step_back(version: CollectionVersion, actor: Person) -> None:
    """Supersede the version that the catalogue has shown until now."""
    former = (
        CollectionVersion.objects.select_for_update()
        .filter(collection=version.collection_id, state=VersionState.PUBLISHED)
        .first()
    )
    if former is not None:
        former.move(VersionMove.SUPERSEDE)
        ledger.record(actor, "version superseded", former, number=former.number)
