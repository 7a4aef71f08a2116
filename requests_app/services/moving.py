"""The one way in which a review moves: state, clock, timeline and ledger together."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal import ledger
from portal.models import Person
from requests_app.models import Review, Step
from requests_app.states import ReviewMove, ReviewState


def advance(review: Review, move: ReviewMove, actor: Person, *, note: str = "", **changes: object) -> Review:
    """Move a locked *review* and record it; the holder's deadline follows from the new state."""
    now = timezone.now()
    target = Review.TRANSITIONS.get((ReviewState(review.state), move))
    due_at = deadline(review, target) if target else None
    review.move(move, since=now, due_at=due_at, reminded_at=None, **changes)
    Step.objects.create(review=review, state=review.state, actor=actor, note=note)
    ledger.record(actor, f"review: {move.label.lower()}", review, state=review.state)
    return review


def deadline(review: Review, state: ReviewState) -> object:
    """Return until when the holder of *state* should have acted, or None where nobody is asked to."""
    committee = review.committee
    days = {
        ReviewState.SUBMITTED: committee.days_to_check,
        ReviewState.IN_REVIEW: committee.days_to_decide,
        ReviewState.APPEALED: committee.days_to_check,
        ReviewState.RETURNED: 60,
        ReviewState.AGREEMENT_OUT: 60,
    }.get(state)
    return timezone.now() + timedelta(days=days) if days else None
