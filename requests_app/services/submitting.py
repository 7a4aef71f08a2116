"""Submitting: freezing the wording, and handing it to each collection's committee."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.digests import digest_of
from portal.errors import IllegalMoveError, InvalidInputError
from portal.models import Person
from portal.verdicts import require
from requests_app import policies
from requests_app.conflicts import computed_conflicts
from requests_app.content import content_of, missing_parts
from requests_app.models import AccessRequest, Recusal, Review, Revision, Seat
from requests_app.services.letters import members_of, write_letter, write_to_all
from requests_app.services.moving import advance
from requests_app.states import ReviewMove


@transaction.atomic
def submit_request(*, person: Person, request_id: UUID) -> AccessRequest:
    """Freeze the wording as a new revision and hand it to every committee that waits for it.

    Reviews that are drafts or were returned move on to the new revision; others keep theirs, so that nobody's
    vote is carried over to a wording that they have not seen. Raises `InvalidInputError` that names what is
    missing.
    """
    access_request: AccessRequest = AccessRequest.objects.locked(request_id)
    require(policies.can_edit(person, access_request))
    waiting = list(
        Review.objects.select_for_update(of=("self",))
        .filter(access_request=access_request, state__in=policies.EDITABLE)
        .select_related("committee", "collection")
    )
    _require_complete(access_request, waiting)
    revision = _freeze(access_request)
    for review in waiting:
        _hand_over(review, revision, person)
    write_letter(person.email, "request_submitted", _page(access_request), access_request=access_request)
    return access_request


def _require_complete(access_request: AccessRequest, waiting: list[Review]) -> None:
    missing = missing_parts(access_request)
    if missing:
        raise InvalidInputError(
            "Not yet complete: " + " ".join(gap.text for gap in missing),
            fields={gap.step: [other.text for other in missing if other.step == gap.step] for gap in missing},
        )
    if not waiting:
        raise IllegalMoveError(
            "There is nothing to submit: every part of this request is with its committee."
        )


def _freeze(access_request: AccessRequest) -> Revision:
    content = content_of(access_request)
    last = access_request.revisions.first()
    return access_request.revisions.create(
        number=last.number + 1 if last else 1, content=content, digest=digest_of(content)
    )


def _hand_over(review: Review, revision: Revision, person: Person) -> None:
    submitted_at = review.submitted_at or timezone.now()
    advance(review, ReviewMove.SUBMIT, person, revision=revision, submitted_at=submitted_at)
    record_computed_conflicts(review)
    write_to_all(
        members_of(review), "review_waiting", reverse("requests_app:review", args=[review.pk]), review=review
    )


def record_computed_conflicts(review: Review) -> None:
    """Make every member stand aside for whom the recorded facts show a conflict."""
    for seat in Seat.objects.filter(committee=review.committee, left_at=None).select_related("person"):
        reasons = computed_conflicts(seat.person, review)
        if reasons:
            Recusal.objects.get_or_create(
                review=review,
                member=seat.person,
                defaults={"source": Recusal.Source.COMPUTED, "reason": " ".join(reasons)},
            )


@transaction.atomic
def appeal(*, person: Person, review_id: UUID, reason: str) -> Review:
    """Ask for a second decision by members who have not voted yet."""
    review: Review = Review.objects.locked(review_id)
    require(policies.can_appeal(person, review))
    if not reason.strip():
        raise InvalidInputError(
            "Say why the decision should be looked at again.", fields={"reason": ["Empty."]}
        )
    changes = {"round": review.round + 1, "decided_at": None, "decided_by": None, "decision_letter": ""}
    advance(review, ReviewMove.APPEAL, person, note=reason, decline_reason="", **changes)
    record_computed_conflicts(review)
    link = reverse("requests_app:review", args=[review.pk])
    write_to_all(members_of(review), "review_appealed", link, review=review)
    return review


def _page(access_request: AccessRequest) -> str:
    return reverse("requests_app:request", args=[access_request.pk])
