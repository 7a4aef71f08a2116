"""Deciding: the committee's answer, as its votes stand, with a letter that says why."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone

from portal.errors import IllegalMoveError, InvalidInputError
from portal.jobs import enqueue
from portal.models import Person
from portal.verdicts import require
from requests_app import policies
from requests_app.models import Choice, Review
from requests_app.services.letters import write_letter
from requests_app.services.moving import advance
from requests_app.services.submitting import record_computed_conflicts
from requests_app.states import ReviewMove, ReviewState
from requests_app.tally import Tally, tally


class DeclineReason(TextChoices):
    """Why a request is declined; the public register shows the code, not the letter."""

    OUT_OF_SCOPE = "out_of_scope", "The purpose is outside what participants consented to"
    PLAN_UNSOUND = "plan_unsound", "The plan cannot answer the question"
    RISK_TOO_HIGH = "risk_too_high", "The risk for participants is too high"
    DATA_UNFIT = "data_unfit", "The data cannot serve this purpose"
    TEAM_UNFIT = "team_unfit", "The team or its safeguards are not sufficient"


@transaction.atomic
def decide_review(
    *, member: Person, review_id: UUID, choice: str, letter: str, decline_reason: str = ""
) -> Review:
    """Record what the votes say and send out the agreement, or the refusal with its reason.

    The votes are counted under the row's lock, and the database counts once more by itself; deciding twice
    raises `IllegalMoveError`, so nothing is ever scheduled twice.
    """
    review: Review = Review.objects.locked(review_id)
    record_computed_conflicts(review)
    require(policies.can_decide(member, review))
    if review.state != ReviewState.IN_REVIEW:
        raise IllegalMoveError(f"It cannot be decided while it is {review.get_state_display().lower()}.")
    _require_carried(tally(review), choice)
    if not letter.strip():
        raise InvalidInputError("Write the decision letter.", fields={"letter": ["Empty."]})
    if choice == Choice.APPROVE:
        return _approve(review, member, letter)
    return _decline(review, member, letter, decline_reason)


def _require_carried(votes: Tally, choice: str) -> None:
    if choice not in Choice.values:
        raise InvalidInputError("Choose approve or decline.", fields={"choice": ["Not a choice."]})
    if not votes.has_quorum:
        missing = votes.quorum - votes.cast
        raise IllegalMoveError(f"The quorum is {votes.quorum}; {missing} more vote(s) are needed.")
    if not (votes.carries if choice == Choice.APPROVE else votes.fails):
        raise IllegalMoveError(f"The votes say otherwise: {votes.approvals} for, {votes.declines} against.")


def _approve(review: Review, member: Person, letter: str) -> Review:
    move = ReviewMove.APPROVE_WITH_CONDITIONS if review.conditions.exists() else ReviewMove.APPROVE
    advance(review, move, member, decided_at=timezone.now(), decided_by=member, decision_letter=letter)
    enqueue("requests_app.send_agreement", review.pk)
    _tell(review, "review_approved")
    return review


def _decline(review: Review, member: Person, letter: str, reason: str) -> Review:
    if reason not in DeclineReason.values:
        raise InvalidInputError("Choose the reason.", fields={"decline_reason": ["Choose one."]})
    advance(
        review,
        ReviewMove.DECLINE,
        member,
        decided_at=timezone.now(),
        decided_by=member,
        decision_letter=letter,
        decline_reason=reason,
    )
    _tell(review, "review_declined")
    return review


def _tell(review: Review, template: str) -> None:
    page = reverse("requests_app:request", args=[review.access_request_id])
    write_letter(review.requester.email, template, page, review=review)
