"""Reminding: the right people, once, and again only in a new state."""

from datetime import timedelta

from django.db.models.functions import Now

from requests_app.models import Letter, Review
from requests_app.services import reviewing
from requests_app.services.reminding import remind
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
