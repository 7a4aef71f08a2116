"""Reviewing: completeness, questions and answers, standing aside, votes and conditions."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.urls import reverse

from portal import ledger
from portal.errors import IllegalMoveError, InvalidInputError
from portal.models import Person
from portal.verdicts import require
from requests_app import policies
from requests_app.models import Choice, Condition, Message, Recusal, Review, Vote
from requests_app.services.letters import members_of, write_letter, write_to_all
from requests_app.services.moving import advance
from requests_app.services.submitting import record_computed_conflicts
from requests_app.states import ReviewMove, ReviewState


@transaction.atomic
def start_review(*, member: Person, review_id: UUID) -> Review:
    """Find the request complete and open it for votes."""
    review: Review = Review.objects.locked(review_id)
    record_computed_conflicts(review)
    require(policies.can_review(member, review))
    advance(review, ReviewMove.START, member)
    write_letter(review.requester.email, "review_started", _request_page(review), review=review)
    return review


@transaction.atomic
def return_review(*, member: Person, review_id: UUID, wanted: str) -> Review:
    """Give the request back to the requester, saying which changes are wanted."""
    review: Review = Review.objects.locked(review_id)
    require(policies.can_review(member, review))
    if not wanted.strip():
        raise InvalidInputError("Say what should be changed.", fields={"wanted": ["Empty."]})
    advance(review, ReviewMove.RETURN, member, note=wanted)
    write_letter(
        review.requester.email, "review_returned", _request_page(review), review=review, wanted=wanted
    )
    return review


@transaction.atomic
def write_message(
    *, author: Person, review_id: UUID, text: str, audience: str = Message.Audience.EVERYBODY
) -> Message:
    """Ask, answer, or note something among the members; the other side gets a letter."""
    review: Review = Review.objects.locked(review_id)
    require(policies.can_write_message(author, review))
    if not text.strip():
        raise InvalidInputError("Write something first.", fields={"text": ["Empty."]})
    inside = review.access_request.involves(author)
    if inside:
        audience = Message.Audience.EVERYBODY
    message = review.messages.create(author=author, text=text, audience=audience)
    ledger.record(author, "message written", review, audience=str(audience))
    if inside:
        page = reverse("requests_app:review", args=[review.pk])
        write_to_all(members_of(review), "message_for_committee", page, review=review)
    elif audience == Message.Audience.EVERYBODY:
        write_letter(review.requester.email, "message_for_requester", _request_page(review), review=review)
    return message


@transaction.atomic
def recuse(*, person: Person, review_id: UUID, member: Person, reason: str) -> Recusal:
    """Make *member* stand aside; votes cast already no longer count."""
    review: Review = Review.objects.locked(review_id)
    require(policies.can_set_recusal(person, review, member))
    if not reason.strip():
        raise InvalidInputError("Say what the conflict is.", fields={"reason": ["Empty."]})
    source = Recusal.Source.DECLARED if person == member else Recusal.Source.CHAIR
    recusal, new = Recusal.objects.get_or_create(
        review=review, member=member, defaults={"source": source, "reason": reason}
    )
    if new:
        ledger.record(person, "member stands aside", review, member=str(member.pk), source=str(source))
    return recusal


@transaction.atomic
def cast_vote(*, member: Person, review_id: UUID, choice: str, comment: str = "") -> Vote:
    """Record the member's vote on the present wording; voting again replaces it until the decision."""
    review: Review = Review.objects.locked(review_id)
    record_computed_conflicts(review)
    require(policies.can_review(member, review))
    if review.state != ReviewState.IN_REVIEW:
        raise IllegalMoveError(
            f"There is nothing to vote on while it is {review.get_state_display().lower()}."
        )
    if choice not in Choice.values:
        raise InvalidInputError("Choose approve or decline.", fields={"choice": ["Not a choice."]})
    vote, _ = Vote.objects.update_or_create(
        review=review,
        member=member,
        round=review.round,
        revision=review.revision,
        defaults={"choice": choice, "comment": comment},
    )
    ledger.record(member, "vote cast", review, choice=choice)
    return vote


@transaction.atomic
def propose_condition(*, member: Person, review_id: UUID, text: str) -> Condition:
    """Put a condition on the approval; the requester signs it with the agreement."""
    review: Review = Review.objects.locked(review_id)
    require(policies.can_review(member, review))
    if review.state != ReviewState.IN_REVIEW:
        raise IllegalMoveError("Conditions are proposed while the request is in review.")
    if not text.strip():
        raise InvalidInputError("Write the condition.", fields={"text": ["Empty."]})
    condition = review.conditions.create(text=text.strip(), proposed_by=member)
    ledger.record(member, "condition proposed", review)
    return condition


@transaction.atomic
def drop_condition(*, member: Person, review_id: UUID, condition_id: int) -> None:
    """Take a proposed condition back before the decision."""
    review: Review = Review.objects.locked(review_id)
    require(policies.can_review(member, review))
    if review.state != ReviewState.IN_REVIEW:
        raise IllegalMoveError("The decision is made; its conditions stay.")
    review.conditions.filter(pk=condition_id).delete()
    ledger.record(member, "condition dropped", review)


def _request_page(review: Review) -> str:
    return reverse("requests_app:request", args=[review.access_request_id])
