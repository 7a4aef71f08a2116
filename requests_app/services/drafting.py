"""Drafting a request: the draft is also the basket into which collections are put."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal import ledger
from portal.errors import InvalidInputError
from portal.models import Collection, Person
from portal.numbering import next_number
from portal.verdicts import denied, require
from requests_app import policies
from requests_app.content import TEXTS
from requests_app.models import AccessRequest, Collaborator, Review
from requests_app.services.moving import advance
from requests_app.states import ReviewMove, ReviewState

DRAFT_FIELDS = (*TEXTS, "official_name", "official_email")


def current_draft(person: Person) -> AccessRequest | None:
    """Return the draft on which *person* works, if there is one: never submitted, newest first."""
    return AccessRequest.objects.filter(requester=person, revisions__isnull=True).first()


@transaction.atomic
def start_draft(*, person: Person) -> AccessRequest:
    """Return the person's draft, a new one when there is none."""
    draft = current_draft(person)
    if draft is None:
        draft = AccessRequest.objects.create(requester=person, number=next_number(AccessRequest))
        ledger.record(person, "request started", draft)
    return draft


@transaction.atomic
def add_collection(
    *, person: Person, collection: Collection, selection: Mapping[str, object] | None = None
) -> Review:
    """Put *collection* on the person's draft; a second time only changes the selection."""
    require(policies.can_ask_for(person, collection))
    draft = start_draft(person=person)
    review: Review | None = draft.reviews.filter(collection=collection).first()
    if review is not None and review.state == ReviewState.DRAFT:
        review.selection = dict(selection or {})
        review.save(update_fields=["selection"])
        return review
    _require_no_other(person, collection)
    try:
        with transaction.atomic():
            review = _put_on(draft, collection, dict(selection or {}))
    except IntegrityError as error:
        raise InvalidInputError(f"“{collection.title}” is on an open request of yours already.") from error
    ledger.record(person, "collection put on request", review)
    return review


def _put_on(draft: AccessRequest, collection: Collection, selection: dict[str, object]) -> Review:
    version = collection.published_version()
    assert version is not None
    return Review.objects.create(
        access_request=draft,
        requester=draft.requester,
        collection=collection,
        version=version,
        committee=collection.terms.committee,
        selection=selection,
    )


def _require_no_other(person: Person, collection: Collection) -> None:
    other = Review.objects.filter(requester=person, collection=collection, state=ReviewState.DRAFT).first()
    if other is not None:
        raise InvalidInputError(
            f"“{collection.title}” is on your request {other.access_request.number} already."
        )


@transaction.atomic
def remove_collection(*, person: Person, review_id: UUID) -> None:
    """Take a collection off a draft."""
    review: Review = Review.objects.locked(review_id)
    require(policies.can_edit(person, review.access_request))
    if review.state != ReviewState.DRAFT:
        raise InvalidInputError("It was submitted already; withdraw the request for this collection instead.")
    ledger.record(person, "collection taken off request", review)
    review.delete()


@transaction.atomic
def save_draft(*, person: Person, request_id: UUID, fields: Mapping[str, str]) -> AccessRequest:
    """Store the *fields* that were given; a draft may be incomplete."""
    access_request: AccessRequest = AccessRequest.objects.locked(request_id)
    require(policies.can_edit(person, access_request))
    unknown = set(fields) - set(DRAFT_FIELDS)
    if unknown:
        raise InvalidInputError(
            "There is no such part of a request.", fields={n: ["Unknown."] for n in unknown}
        )
    for name, value in fields.items():
        _require_fits(access_request, name, value)
        setattr(access_request, name, value)
    access_request.save()
    return access_request


def _require_fits(access_request: AccessRequest, name: str, value: str) -> None:
    limit = getattr(access_request._meta.get_field(name), "max_length", None)
    if limit and len(value) > limit:
        text = f"At most {limit} characters; this has {len(value)}."
        raise InvalidInputError(text, fields={name: [text]})


@transaction.atomic
def add_collaborator(
    *, person: Person, request_id: UUID, full_name: str, email: str, organisation_name: str
) -> Collaborator:
    """Name a collaborator; an account with the same address is linked."""
    access_request: AccessRequest = AccessRequest.objects.locked(request_id)
    require(policies.can_edit(person, access_request))
    email = email.strip().lower()
    if email == person.email:
        raise InvalidInputError(
            "You are the requester already.", fields={"email": ["This is your own address."]}
        )
    if access_request.collaborators.filter(email=email, removed_at=None).exists():
        raise InvalidInputError("Named already.", fields={"email": ["This address is on the list already."]})
    account = Person.objects.filter(email__iexact=email, is_active=True).first()
    collaborator: Collaborator = access_request.collaborators.create(
        full_name=full_name.strip(), email=email, organisation_name=organisation_name.strip(), person=account
    )
    ledger.record(person, "collaborator named", collaborator)
    return collaborator


@transaction.atomic
def remove_collaborator(*, person: Person, collaborator_id: UUID) -> None:
    """Take a collaborator off; from now on every grant of the request is closed to them."""
    collaborator = Collaborator.objects.select_for_update().get(pk=collaborator_id)
    if person.pk != collaborator.access_request.requester_id:
        require(denied("Only the requester may take a collaborator off."))
    if collaborator.removed_at is None:
        collaborator.removed_at = timezone.now()
        collaborator.save(update_fields=["removed_at"])
        ledger.record(person, "collaborator removed", collaborator)


@transaction.atomic
def withdraw_review(*, person: Person, review_id: UUID, note: str = "") -> Review:
    """Take the request for one collection back, wherever it stands before the grant."""
    review: Review = Review.objects.locked(review_id)
    require(policies.can_withdraw(person, review))
    return advance(review, ReviewMove.WITHDRAW, person, note=note)
