"""Sitting: committees, their seats, and the terms under which a collection is shared."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal import ledger
from portal.digests import digest_of_text
from portal.errors import InvalidInputError
from portal.models import Collection, Organisation, Person
from portal.numbering import next_number
from portal.policies import can_manage
from portal.verdicts import require
from requests_app.models import AgreementText, Committee, Seat, Terms


@transaction.atomic
def found_committee(*, person: Person, sponsor: Organisation, name: str, quorum: int = 2) -> Committee:
    """Found a committee for *sponsor*; at least two must vote before anything is decided."""
    require(can_manage(person, sponsor))
    if quorum < 2:
        raise InvalidInputError("At least two members must vote.", fields={"quorum": ["At least 2."]})
    committee = Committee.objects.create(sponsor=sponsor, name=name, quorum=quorum)
    ledger.record(person, "committee founded", committee)
    return committee


@transaction.atomic
def give_seat(*, person: Person, committee: Committee, member: Person, is_chair: bool = False) -> Seat:
    """Seat *member*; a new chair takes the chair over."""
    require(can_manage(person, committee.sponsor))
    if is_chair:
        committee.seats.filter(left_at=None, is_chair=True).update(is_chair=False)
    seat, _ = Seat.objects.update_or_create(
        committee=committee, person=member, left_at=None, defaults={"is_chair": is_chair}
    )
    ledger.record(person, "seat given", committee, member=str(member.pk), chair=is_chair)
    return seat


@transaction.atomic
def end_seat(*, person: Person, seat_id: int) -> Seat:
    """End a seat; votes on undecided requests no longer count."""
    seat = Seat.objects.select_for_update().get(pk=seat_id)
    require(can_manage(person, seat.committee.sponsor))
    seat.left_at = timezone.now()
    seat.save(update_fields=["left_at"])
    ledger.record(person, "seat ended", seat.committee, member=str(seat.person_id))
    return seat


@transaction.atomic
def set_terms(
    *,
    person: Person,
    collection_id: UUID,
    committee: Committee,
    agreement_text: str,
    grant_days: int = 365,
    needs_official: bool = False,
) -> Terms:
    """Say who decides on a collection, what is signed and how long a grant lasts.

    A changed text becomes a new edition; agreements that are out keep the edition they were made from.
    """
    collection: Collection = Collection.objects.locked(collection_id)
    require(can_manage(person, collection.sponsor))
    _require_sound(collection, committee, agreement_text, grant_days)
    terms, _ = Terms.objects.update_or_create(
        collection=collection,
        defaults={
            "committee": committee,
            "agreement": _edition(person, collection, agreement_text.strip()),
            "grant_days": grant_days,
            "needs_official": needs_official,
        },
    )
    ledger.record(person, "terms set", collection, agreement=terms.agreement.digest)
    return terms


def _require_sound(collection: Collection, committee: Committee, text: str, grant_days: int) -> None:
    if committee.sponsor_id != collection.sponsor.pk:
        raise InvalidInputError(
            "The committee must be one of the sponsor's own.", fields={"committee": ["Another sponsor's."]}
        )
    if not text.strip():
        raise InvalidInputError("Write the agreement.", fields={"agreement_text": ["Empty."]})
    if not 1 <= grant_days <= 3650:
        raise InvalidInputError("Between 1 and 3650 days.", fields={"grant_days": ["Between 1 and 3650."]})


def _edition(person: Person, collection: Collection, text: str) -> AgreementText:
    digest = digest_of_text(text)
    same = collection.agreement_texts.filter(digest=digest).first()
    if same is not None:
        return same
    edition = next_number(AgreementText, "edition", collection=collection)
    return AgreementText.objects.create(
        collection=collection, edition=edition, text=text, digest=digest, written_by=person
    )
