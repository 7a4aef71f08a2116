"""Reminding: the right people, once, and again only in a new state."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from requests_app.models import Grant, Letter, Review
from requests_app.services import reviewing
from requests_app.services.ending import close_out_grant, expire_grants
from requests_app.services.granting import execute_agreement
from requests_app.services.reminding import remind, remind_of_copies, remind_of_ends
from tests.world import World


def _told(subject: str) -> list[str]:
    return sorted(Letter.objects.filter(subject__contains=subject).values_list("to", flat=True))


def test_members_who_have_not_voted_are_reminded_once_when_it_is_nearly_due(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair")
    assert remind() == 0
    Review.objects.update(due_at=Now() + timedelta(days=2))
    assert remind() == 1
    assert remind() == 0
    assert _told("due") == sorted([world.member.email, world.third.email])


def test_a_requester_is_reminded_of_a_returned_request(world: World) -> None:
    review = world.in_review(world.collection())
    reviewing.return_review(member=world.chair, review_id=review.pk, wanted="Say more.")
    Review.objects.update(due_at=Now() + timedelta(days=1))
    assert remind() == 1
    assert Letter.objects.filter(to=world.researcher.email, subject__contains="waits for you").count() == 1


@pytest.fixture
def grant(world: World, objects: None) -> Grant:
    agreement = world.agreement_out(world.collection())
    for signature in agreement.signatures.all():
        world.sign(signature)
    execute_agreement(agreement.pk)
    return Grant.objects.get()


@pytest.mark.parametrize(
    ("began", "left", "is_near"),
    [(335, 29, True), (335, 31, False), (10, 20, False), (21, 9, True), (1, 9, False)],
)
def test_holders_are_told_once_before_a_grant_ends(
    world: World, grant: Grant, began: int, left: int, is_near: bool
) -> None:
    Grant.objects.update(starts_at=Now() - timedelta(days=began), expires_at=Now() + timedelta(days=left))
    assert remind_of_ends() == is_near
    assert remind_of_ends() == 0
    holders = sorted([world.researcher.email, world.collaborator.email])
    assert _told(" ends on ") == (holders if is_near else [])


def test_holders_are_told_once_that_nobody_attested_the_destruction(world: World, grant: Grant) -> None:
    Grant.objects.update(starts_at=Now() - timedelta(days=9), expires_at=Now() - timedelta(days=1))
    Grant.objects.update(reminded_at=Now())
    assert expire_grants() == 1
    assert remind_of_copies() == 0
    Grant.objects.update(ended_at=Now() - timedelta(days=15))
    assert remind_of_copies() == 1
    assert remind_of_copies() == 0
    assert _told("not closed out") == sorted([world.researcher.email, world.collaborator.email])


def test_nobody_is_reminded_of_copies_that_are_destroyed(world: World, grant: Grant) -> None:
    Grant.objects.update(starts_at=Now() - timedelta(days=9), expires_at=Now() - timedelta(days=1))
    expire_grants()
    close_out_grant(person=world.researcher, grant_id=grant.pk, statement="All disks wiped.")
    Grant.objects.update(ended_at=Now() - timedelta(days=15))
    assert remind_of_copies() == 0
