"""Reminding: whoever holds a request is told once, shortly before its time is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from portal import ledger
from portal.models import Person
from requests_app.models import Review
from requests_app.services.letters import members_of, write_letter, write_to_all
from requests_app.states import ReviewState

BEFORE = timedelta(days=3)
BY_COMMITTEE = (ReviewState.SUBMITTED, ReviewState.IN_REVIEW, ReviewState.APPEALED)
BY_REQUESTER = (ReviewState.RETURNED, ReviewState.AGREEMENT_OUT)


def remind() -> int:
    """Remind the holders of every request that is due within three days; return how many requests there were."""
    due = Review.objects.filter(
        state__in=[*BY_COMMITTEE, *BY_REQUESTER], due_at__lte=Now() + BEFORE, reminded_at=None
    )
    ids = list(due.values_list("pk", flat=True))
    for review_id in ids:
        _remind(review_id)
    return len(ids)


@transaction.atomic
def _remind(review_id: UUID) -> None:
    review: Review = Review.objects.locked(review_id)
    if review.reminded_at is not None:
        return
    if review.state in BY_COMMITTEE:
        voted = review.votes.filter(round=review.round, revision=review.revision).values_list(
            "member", flat=True
        )
        waiting = [member for member in members_of(review) if member.pk not in set(voted)]
        link = reverse("requests_app:review", args=[review.pk])
        write_to_all(waiting, "reminder_committee", link, review=review)
    else:
        link = reverse("requests_app:request", args=[review.access_request_id])
        write_letter(review.requester.email, "reminder_requester", link, review=review)
    Review.objects.filter(pk=review.pk).update(reminded_at=Now())
    ledger.record(Person.system(), "holder reminded", review, state=review.state)
