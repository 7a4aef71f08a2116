"""Reminding: whoever holds a request or a grant is told once, before its time is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from portal import ledger
from portal.models import Person
from requests_app.models import Grant, Review
from requests_app.services.letters import members_of, write_letter, write_to_all, write_to_holders
from requests_app.states import GrantState, ReviewState

BEFORE = timedelta(days=3)
# Enough to ask for more time, and for a committee to decide; of a short grant it is a third.
BEFORE_END, PART_LEFT = timedelta(days=30), 3
AFTER_END = timedelta(days=14)
BY_COMMITTEE = (ReviewState.SUBMITTED, ReviewState.IN_REVIEW, ReviewState.APPEALED)
ENDED = (GrantState.EXPIRED, GrantState.REVOKED)
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


def remind_of_ends() -> int:
    """Remind the holders of every grant of which at most thirty days, and a third of its time, are left; return how many."""
    left = F("expires_at") - Now()
    ending = Grant.objects.filter(
        state=GrantState.ACTIVE,
        expires_at__lte=Now() + BEFORE_END,
        starts_at__lte=Now() - left * (PART_LEFT - 1),
        reminded_at=None,
    )
    return _remind_each(ending, "grant_ends_soon")


def remind_of_copies() -> int:
    """Remind the holders of every grant that ended two weeks ago and whose copies nobody has said to be destroyed; return how
    many."""
    ended = Grant.objects.filter(state__in=ENDED, ended_at__lte=Now() - AFTER_END, reminded_at=None)
    return _remind_each(ended, "grant_not_closed_out")


def _remind_each(grants: QuerySet[Grant], template: str) -> int:
    ids = list(grants.values_list("pk", flat=True))
    for grant_id in ids:
        _remind_holders(grant_id, grants, template)
    return len(ids)


@transaction.atomic
def _remind_holders(grant_id: UUID, meant: QuerySet[Grant], template: str) -> None:
    grant: Grant = Grant.objects.locked(grant_id)
    if not meant.contains(grant):
        return
    write_to_holders(grant, template)
    Grant.objects.filter(pk=grant.pk).update(reminded_at=Now())
    ledger.record(Person.system(), "holder reminded", grant, state=grant.state)
