"""Trials and collections: what a sponsor registers before anything is uploaded."""

from __future__ import annotations

from collections.abc import Collection as Tokens
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from portal import ledger
from portal.errors import InvalidInputError, NotThereError
from portal.models import Collection, Organisation, Person, Trial
from portal.models.profiles import profile_choices
from portal.policies import can_manage
from portal.services.confirming import asked_of, require_confirmed
from portal.verdicts import require

EDITABLE = (
    "title",
    "summary",
    "description",
    "modalities",
    "licence",
    "deid_profile",
    "embargo_until",
    "citation_authors",
    "acknowledgement",
)


@transaction.atomic
def register_trial(
    *,
    actor: Person,
    sponsor_id: UUID,
    registry_number: str,
    title: str,
    phase: str,
    condition: str,
    arms: Sequence[str] = (),
    sites: Sequence[str] = (),
) -> Trial:
    """Return a new trial of a sponsor that *actor* manages."""
    sponsor = Organisation.objects.filter(pk=sponsor_id, is_sponsor=True).first()
    if sponsor is None:
        raise NotThereError("There is no such sponsor.")
    require(can_manage(actor, sponsor))
    number = registry_number.strip().upper()
    if Trial.objects.filter(registry_number__iexact=number).exists():
        raise InvalidInputError(
            "A trial with this registry number is registered already.",
            fields={"registry_number": ["This number is registered already. Check it, or use that trial."]},
        )
    trial = Trial.objects.create(
        sponsor=sponsor,
        registry_number=number,
        title=title,
        phase=phase,
        condition=condition,
        arms=list(arms),
        sites=list(sites),
        registered_by=actor,
    )
    ledger.record(actor, "trial registered", trial)
    return trial


@transaction.atomic
def register_collection(*, actor: Person, trial_id: UUID, slug: str, **fields: Any) -> Collection:
    """Return a new collection of a trial; *fields* are those of `EDITABLE`."""
    trial = Trial.objects.select_related("sponsor").filter(pk=trial_id).first()
    if trial is None:
        raise NotThereError("There is no such trial.")
    require(can_manage(actor, trial.sponsor))
    if Collection.objects.filter(slug=slug).exists():
        raise InvalidInputError(
            "This short name is taken.", fields={"slug": ["Another collection has it. Choose another one."]}
        )
    wanted = _editable(fields)
    _require_profile(trial.sponsor, wanted)
    collection = Collection.objects.create(trial=trial, slug=slug, registered_by=actor, **wanted)
    ledger.record(actor, "collection registered", collection)
    return collection


@transaction.atomic
def edit_collection(
    *, actor: Person, collection_id: UUID, changes: Mapping[str, Any], confirmed: Tokens[str] = ()
) -> Collection:
    """Change a collection's description and terms; the ledger names the fields that changed.

    What is published already says it to everybody at once: *confirmed* are then the tokens of changed texts which may name a
    subject and which the actor says to have read; without them `InvalidInputError` is raised.
    """
    collection: Collection = Collection.objects.select_related("trial__sponsor").locked(collection_id)
    require(can_manage(actor, collection.sponsor))
    wanted = _editable(changes)
    _require_profile(collection.sponsor, wanted, collection.deid_profile)
    changed = sorted(name for name, value in wanted.items() if getattr(collection, name) != value)
    is_public = collection.published_version() is not None
    before = {one.token for one in asked_of(collection)} if is_public else set()
    for name in changed:
        setattr(collection, name, wanted[name])
    if is_public:
        require_confirmed([one for one in asked_of(collection) if one.token not in before], confirmed)
    if changed:
        collection.save(update_fields=changed)
        ledger.record(actor, "collection changed", collection, fields=changed)
    return collection


def _require_profile(sponsor: Organisation, fields: Mapping[str, Any], present: str = "") -> None:
    """Refuse a profile that is neither shipped nor the sponsor's own."""
    wanted = fields.get("deid_profile")
    if wanted is not None and wanted not in dict(profile_choices(sponsor, present)):
        reason = "Choose research, basic, or the newest revision of a profile of this sponsor."
        raise InvalidInputError("There is no such profile.", fields={"deid_profile": [reason]})


def _editable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return *fields*, all of which a sponsor may set; a name that is none of them is a programming error."""
    unknown = fields.keys() - set(EDITABLE)
    if unknown:
        raise TypeError(f"not a field that a sponsor may set: {sorted(unknown)}")
    return dict(fields)
