"""Signing: the exact text goes out, every signature pins its digest, and the last one executes it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from portal import ledger
from portal.digests import digest_of_text
from portal.errors import IllegalMoveError, InvalidInputError, NotThereError
from portal.jobs import enqueue
from portal.models import Person
from portal.verdicts import denied, require
from requests_app.models import Agreement, Collaborator, Review, Signature
from requests_app.services.letters import write_letter
from requests_app.services.moving import advance
from requests_app.states import ReviewMove, ReviewState

READY = (ReviewState.APPROVED, ReviewState.APPROVED_WITH_CONDITIONS)


@transaction.atomic
def send_agreement(review_id: UUID) -> None:
    """Write the agreement of an approved review and invite all who must sign; a second run does nothing."""
    review: Review = Review.objects.locked(review_id)
    if review.state not in READY:
        return
    terms = review.collection.terms
    text = render_to_string("agreements/agreement.md", {"review": review, "terms": terms})
    agreement = Agreement.objects.create(
        review=review, based_on=terms.agreement, text=text, digest=digest_of_text(text)
    )
    advance(review, ReviewMove.SEND_AGREEMENT, Person.system())
    for party in _parties(review):
        _invite(agreement, party)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who must sign."""

    role: str
    full_name: str
    email: str
    person: Person | None = None
    collaborator: Collaborator | None = None


def _parties(review: Review) -> list[Party]:
    access_request, requester, role = review.access_request, review.requester, Signature.Role
    named = access_request.collaborators.filter(removed_at=None)
    officials = [Party(role.OFFICIAL, access_request.official_name, access_request.official_email)]
    return [
        Party(role.REQUESTER, requester.full_name, requester.email, requester),
        *(Party(role.COLLABORATOR, c.full_name, c.email, c.person, c) for c in named),
        *(officials if review.collection.terms.needs_official else []),
    ]


def _invite(agreement: Agreement, party: Party) -> None:
    token = secrets.token_urlsafe(32)
    agreement.signatures.create(
        role=party.role,
        full_name=party.full_name,
        email=party.email.lower(),
        person=party.person,
        collaborator=party.collaborator,
        token_digest=_digest_of_token(token),
    )
    link = reverse("requests_app:sign", args=[token])
    write_letter(party.email, "please_sign", link, agreement=agreement, name=party.full_name)


def signature_of_token(token: str) -> Signature:
    """Return the place to sign that belongs to a link's token; raise `NotThereError` for any other."""
    signature = Signature.objects.filter(token_digest=_digest_of_token(token)).first()
    if signature is None:
        raise NotThereError("This link is not valid (any more). Ask the requester for a new one.")
    return signature


def _digest_of_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def sign(
    *, signature_id: UUID, shown_digest: str, typed_name: str, person: Person | None = None
) -> Signature:
    """Sign the text whose digest was shown; the last signature completes the agreement.

    *person* is the account that signs, if any: a collaborator needs one to be able to download later. Raises
    `InvalidInputError` when the text shown is not the text sent out, or the name does not match.
    """
    agreement: Agreement = Agreement.objects.locked(Signature.objects.get(pk=signature_id).agreement_id)
    review: Review = Review.objects.locked(agreement.review_id)
    signature = Signature.objects.select_for_update().get(pk=signature_id)
    _require_may_sign(signature, review, person)
    if shown_digest != agreement.digest:
        raise InvalidInputError("The text has changed since it was shown; read it again before you sign.")
    if typed_name.strip().casefold() != signature.full_name.casefold():
        raise InvalidInputError(
            f"Type your name as it stands in the agreement: {signature.full_name}.",
            fields={"typed_name": [f"Expected: {signature.full_name}."]},
        )
    _store(signature, agreement, typed_name.strip(), person)
    _complete_when_all_signed(agreement, review)
    return signature


def _require_may_sign(signature: Signature, review: Review, person: Person | None) -> None:
    if review.state != ReviewState.AGREEMENT_OUT:
        raise IllegalMoveError("This agreement is not open for signatures (any more).")
    if signature.signed_at is not None:
        raise IllegalMoveError("This was signed already.")
    if signature.person_id and (person is None or person.pk != signature.person_id):
        require(denied("Sign in with the account that this link was made for."))
    if signature.collaborator and signature.collaborator.removed_at is not None:
        require(denied("You are not named in this request any more."))
    taken = person is not None and signature.agreement.signatures.filter(person=person).exclude(
        pk=signature.pk
    )
    if taken and taken.exists():
        require(denied("You sign this agreement in another role already; everybody signs for themselves."))


def _store(signature: Signature, agreement: Agreement, typed_name: str, person: Person | None) -> None:
    signature.typed_name, signature.digest = typed_name, agreement.digest
    signature.signed_at = timezone.now()
    if signature.collaborator is not None and person is not None:
        signature.person = signature.collaborator.person = person
        signature.collaborator.save(update_fields=["person"])
    signature.save()
    actor = signature.person or Person.system()
    ledger.record(actor, "agreement signed", agreement, role=str(signature.role), digest=agreement.digest)


def _complete_when_all_signed(agreement: Agreement, review: Review) -> None:
    open_places = agreement.signatures.filter(signed_at=None).exclude(collaborator__removed_at__isnull=False)
    if open_places.exists():
        return
    advance(review, ReviewMove.COMPLETE_SIGNATURES, Person.system())
    enqueue("requests_app.execute_agreement", agreement.pk)
