"""Asking again: whoever needs data for longer begins with what was said before, not with an empty form."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.models import Person
from portal.verdicts import require
from requests_app import policies
from requests_app.models import AccessRequest, Grant, Review
from requests_app.services.drafting import DRAFT_FIELDS, add_collaborator, add_collection, start_draft


@transaction.atomic
def ask_again(*, person: Person, grant_id: UUID) -> AccessRequest:
    """Return the person's draft with the grant's collection on it, and with the wording and collaborators of the first request
    where the draft has none of its own yet."""
    grant: Grant = Grant.objects.locked(grant_id)
    require(policies.can_ask_again(person, grant))
    review = grant.review
    draft = start_draft(person=person)
    if not any(getattr(draft, name) for name in DRAFT_FIELDS):
        _copy(review.access_request, draft, person)
    add_collection(person=person, collection=review.collection, selection=_selection(review))
    return draft


def _copy(earlier: AccessRequest, draft: AccessRequest, person: Person) -> None:
    for name in DRAFT_FIELDS:
        setattr(draft, name, getattr(earlier, name))
    draft.save()
    named = set(draft.collaborators.filter(removed_at=None).values_list("email", flat=True))
    for one in earlier.collaborators.filter(removed_at=None).exclude(email__in=named):
        add_collaborator(
            person=person,
            request_id=draft.pk,
            full_name=one.full_name,
            email=one.email,
            organisation_name=one.organisation_name,
        )


def _selection(review: Review) -> dict[str, object]:
    """Return what was chosen of the collection; of another version it may not be there any more, and all of it is asked for."""
    published = review.collection.published_version()
    return dict(review.selection) if published and published.pk == review.version_id else {}
