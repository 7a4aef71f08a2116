"""The register in figures: months without gaps, days in bins, states counted; only what is public."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from requests_app.figures import by_days, by_month, by_state, days_taken, figures, last_months
from requests_app.models import Review
from tests.world import World

pytestmark = pytest.mark.django_db


def test_months_go_back_a_year_over_the_turn_of_the_year() -> None:
    months = last_months(date(2026, 2, 14))
    assert months[0] == date(2025, 3, 1)
    assert months[-1] == date(2026, 2, 1)
    assert len(set(months)) == 12


def test_every_decision_falls_into_one_bin() -> None:
    bins = by_days([0.2, 1.0, 2.9, 6.99, 7.0, 59.9, 60.0, 400.0])
    assert {bar["label"]: bar["count"] for bar in bins if bar["count"]} == {
        "under 1": 1, "1 to 2": 2, "3 to 6": 1, "7 to 13": 1, "30 to 59": 1, "60 and over": 2,
    }  # fmt: skip
    assert len(bins) == 7


def test_a_request_is_counted_in_its_month_and_its_state(world: World) -> None:
    review = world.submitted(world.collection())
    long_ago = timezone.now() - timedelta(days=500)
    Review.objects.filter(pk=world.submitted(world.collection("older")).pk).update(submitted_at=long_ago)
    assert [bar["count"] for bar in by_month("submitted_at")] == [0] * 11 + [1]
    assert by_state() == [{"label": "Submitted", "count": 2}]
    Review.objects.filter(pk=review.pk).update(
        decided_at=review.submitted_at + timedelta(days=5), submitted_at=review.submitted_at
    )
    assert days_taken() == [5.0]
    assert figures() == {"submitted": 2, "decided": 1, "median_days": 5}


def test_a_draft_is_not_counted(world: World) -> None:
    world.draft(world.collection())
    assert by_state() == []


def test_a_request_for_a_collection_that_nobody_may_see_is_not_counted(world: World) -> None:
    hidden = world.collection()
    world.submitted(hidden)
    assert figures()["submitted"] == 1
    hidden.embargo_until = timezone.localdate() + timedelta(days=9)
    hidden.save()
    assert by_state() == []
    assert figures()["submitted"] == 0
