"""Reminding: the right people, once, and again only in a new state."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from requests_app.models import Grant, Letter, Review
from requests_app.services import reviewing
from requests_app.services.granting import execute_agreement
from requests_app.services.reminding import remind, remind_of_ends
from tests.world import World


def _reminders() -> list[str]:
    return sorted(Letter.objects.filter(subject__contains="due").values_list("to", flat=True))


def test_members_who_have_not_voted_are_reminded_once_when_it_is_nearly_due(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair")
    assert remind() == 0
    Review.objects.update(due_at=Now() + timedelta(days=2))
    assert remind() == 1
    assert remind() == 0
    assert _reminders() == sorted([world.member.email, world.third.email])


def test_a_requester_is_reminded_of_a_returned_request(world: World) -> None:
    review = world.in_review(world.collection())
    reviewing.return_review(member=world.chair, review_id=review.pk, wanted="Say more.")
    Review.objects.update(due_at=Now() + timedelta(days=1))
    assert remind() == 1
    assert Letter.objects.filter(to=world.researcher.email, subject__contains="waits for you").count() == 1


@pytest.mark.parametrize(
    ("began", "left", "reminders"), [(335, 29, 2), (335, 31, 0), (10, 20, 0), (21, 9, 2), (1, 9, 0)]
)
def test_holders_are_told_once_before_a_grant_ends(
    world: World, objects: None, began: int, left: int, reminders: int
) -> None:
    agreement = world.agreement_out(world.collection())
    for signature in agreement.signatures.all():
        world.sign(signature)
    execute_agreement(agreement.pk)
    Grant.objects.update(starts_at=Now() - timedelta(days=began), expires_at=Now() + timedelta(days=left))
    assert remind_of_ends() == (1 if reminders else 0)
    assert remind_of_ends() == 0
    told = Letter.objects.filter(subject__contains=" ends on ").values_list("to", flat=True)
    assert sorted(told) == sorted([world.researcher.email, world.collaborator.email][:reminders])
