"""Races: two things at once, one wins, the other gets a clear refusal."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from portal.errors import TesseraError
from portal.models import Job, LedgerEvent
from requests_app.models import Review
from requests_app.services import deciding, drafting
from tests.world import World


def race(*acts: Callable[[], object]) -> list[str]:
    """Run the acts at the same moment and return "won" or the error's code, in their order."""
    barrier = threading.Barrier(len(acts))
    results = [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            results[place] = "won"
        except TesseraError as error:
            results[place] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def carried(committed_world: World) -> Review:
    review = committed_world.in_review(committed_world.collection())
    committed_world.vote(review, "approve", "chair", "member")
    return review


def _decide(world: World, review: Review) -> Callable[[], object]:
    return lambda: deciding.decide_review(
        member=world.chair, review_id=review.pk, choice="approve", letter="Yes."
    )


@pytest.mark.parametrize("attempt", range(10))
def test_of_two_approvals_at_once_one_wins(committed_world: World, carried: Review, attempt: int) -> None:
    results = race(_decide(committed_world, carried), _decide(committed_world, carried))
    assert sorted(results) == ["illegal_move", "won"]
    assert Job.objects.filter(name="requests_app.send_agreement").count() == 1
    assert LedgerEvent.objects.filter(verb="review: approve").count() == 1


@pytest.mark.parametrize("attempt", range(10))
def test_approval_and_withdrawal_at_once_end_in_one_state(
    committed_world: World, carried: Review, attempt: int
) -> None:
    def withdraw() -> object:
        return drafting.withdraw_review(person=committed_world.researcher, review_id=carried.pk)

    approved, withdrawn = race(_decide(committed_world, carried), withdraw)
    assert withdrawn == "won"
    assert approved in {"won", "illegal_move"}
    assert Review.objects.get().state == "withdrawn"
    assert LedgerEvent.objects.filter(verb="review: approve").exists() is (approved == "won")


def test_approval_after_withdrawal_is_refused(committed_world: World, carried: Review) -> None:
    drafting.withdraw_review(person=committed_world.researcher, review_id=carried.pk)
    with pytest.raises(TesseraError, match="withdrawn"):
        committed_world.decide(carried)
    assert not Job.objects.filter(name="requests_app.send_agreement").exists()
