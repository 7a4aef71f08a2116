"""Deciding: quorum, conflicts, appeals, and votes that are bound to a wording."""

import pytest
from django.db import IntegrityError, connection, transaction

from portal.errors import IllegalMoveError, NotAllowedError
from portal.models import Job, Organisation, Person
from requests_app.content import changes_between
from requests_app.models import Recusal, Review, Vote
from requests_app.services import deciding, drafting, reviewing, sitting, submitting
from requests_app.tally import tally
from tests.world import LONG, World


def test_one_vote_is_no_quorum(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair")
    with pytest.raises(IllegalMoveError, match="1 more vote"):
        world.decide(review)
    assert Review.objects.get().state == "in_review"


def test_the_database_refuses_an_approval_without_its_quorum(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair")
    with pytest.raises(IntegrityError, match="quorum"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE requests_app_review SET state = 'approved' WHERE id = %s", [review.pk])


def test_the_database_refuses_an_approval_against_the_votes(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "decline", "chair", "member")
    with (
        pytest.raises(IntegrityError, match="votes say otherwise"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE requests_app_review SET state = 'approved' WHERE id = %s", [review.pk])


def test_an_approval_is_recorded_with_its_ledger_row_and_one_job(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair", "member")
    decided = world.decide(review)
    assert decided.state == "approved"
    assert Job.objects.filter(name="requests_app.send_agreement").count() == 1


def test_approving_twice_is_refused_and_schedules_nothing(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair", "member")
    world.decide(review)
    with pytest.raises(IllegalMoveError):
        world.decide(review)
    assert Job.objects.filter(name="requests_app.send_agreement").count() == 1


def test_the_decision_must_be_what_the_votes_say(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair")
    world.vote(review, "decline", "member", "third")
    with pytest.raises(IllegalMoveError, match="1 for, 2 against"):
        world.decide(review)


def test_only_the_chair_records_the_decision(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair", "member")
    with pytest.raises(NotAllowedError, match="chair"):
        deciding.decide_review(member=world.member, review_id=review.pk, choice="approve", letter="x")


def test_a_member_takes_over_when_the_chair_stands_aside(world: World) -> None:
    review = world.in_review(world.collection())
    reviewing.recuse(person=world.chair, review_id=review.pk, member=world.chair, reason="I know them.")
    world.vote(review, "approve", "member", "third")
    decided = deciding.decide_review(member=world.member, review_id=review.pk, choice="approve", letter="x")
    assert decided.decided_by == world.member


def test_a_conflict_declared_after_voting_takes_the_vote_away(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair", "member")
    reviewing.recuse(person=world.member, review_id=review.pk, member=world.member, reason="I remember now.")
    assert tally(review).approvals == 1
    with pytest.raises(IllegalMoveError):
        world.decide(review)


@pytest.mark.parametrize("tie", ["organisation", "address", "orcid", "alias"])
def test_a_colleague_of_the_requester_is_found_by_the_portal(world: World, tie: str) -> None:
    member = world.third
    if tie == "organisation":
        member.organisation = Organisation.objects.get(slug="nordlys")
    elif tie == "address":
        member.email = "signe@nordlys.example"
    elif tie == "orcid":
        member.orcid = world.researcher.orcid = "0000-0001-2345-6789"
        world.researcher.save()
    else:
        member.email = "rosa+committee@nordlys.example"
    member.save()
    review = world.submitted(world.collection())
    assert Recusal.objects.get(review=review).member == member
    reviewing.start_review(member=world.chair, review_id=review.pk)
    with pytest.raises(NotAllowedError, match="stand aside"):
        world.vote(review, "approve", "third")


def test_members_without_a_tie_are_not_set_aside(world: World) -> None:
    world.submitted(world.collection())
    assert not Recusal.objects.exists()


def test_a_member_who_is_named_as_collaborator_cannot_vote(world: World) -> None:
    review = world.draft(world.collection())
    drafting.add_collaborator(
        person=world.researcher,
        request_id=review.access_request_id,
        full_name="Brendan Foley",
        email=world.member.email.upper(),
        organisation_name="x",
    )
    submitting.submit_request(person=world.researcher, request_id=review.access_request_id)
    reviewing.start_review(member=world.chair, review_id=review.pk)
    with pytest.raises(NotAllowedError, match="take part"):
        world.vote(review, "approve", "member")


def test_a_superuser_without_a_seat_decides_nothing(world: World) -> None:
    root = Person.objects.create_superuser("root@x.example", "x", full_name="Root")
    review = world.in_review(world.collection())
    with pytest.raises(NotAllowedError):
        reviewing.cast_vote(member=root, review_id=review.pk, choice="approve")


def test_votes_on_an_old_wording_do_not_count(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "approve", "chair", "member")
    reviewing.return_review(member=world.chair, review_id=review.pk, wanted="Say more.")
    drafting.save_draft(
        person=world.researcher, request_id=review.access_request_id, fields={"purpose": LONG + "And more."}
    )
    submitting.submit_request(person=world.researcher, request_id=review.access_request_id)
    reviewing.start_review(member=world.chair, review_id=review.pk)
    review.refresh_from_db()
    assert tally(review).cast == 0
    assert Vote.objects.count() == 2


def test_the_difference_between_two_wordings_is_shown_by_line(world: World) -> None:
    review = world.in_review(world.collection())
    old = review.revision.content
    reviewing.return_review(member=world.chair, review_id=review.pk, wanted="Say more.")
    drafting.save_draft(
        person=world.researcher, request_id=review.access_request_id, fields={"funding": "A grant"}
    )
    submitting.submit_request(person=world.researcher, request_id=review.access_request_id)
    review.refresh_from_db()
    changes = changes_between(old, review.revision.content)
    assert [change.label for change in changes] == ["Funding"]
    assert ("+", "A grant") in changes[0].lines


def test_collections_of_one_request_are_decided_independently(world: World) -> None:
    one, two = world.collection("one"), world.collection("two")
    world.submitted(one, two)
    first, second = Review.objects.get(collection=one), Review.objects.get(collection=two)
    for review in (first, second):
        reviewing.start_review(member=world.chair, review_id=review.pk)
    world.vote(first, "approve", "chair", "member")
    world.vote(second, "decline", "chair", "member")
    world.decide(first)
    world.decide(second, "decline", decline_reason="plan_unsound")
    assert set(Review.objects.values_list("collection__slug", "state")) == {
        ("one", "approved"),
        ("two", "declined"),
    }


def test_an_appeal_is_decided_by_others(world: World) -> None:
    review = world.in_review(world.collection())
    world.vote(review, "decline", "chair", "member")
    world.decide(review, "decline", decline_reason="plan_unsound")
    submitting.appeal(person=world.researcher, review_id=review.pk, reason="The plan is sound.")
    reviewing.start_review(member=world.third, review_id=review.pk)
    with pytest.raises(NotAllowedError):
        world.vote(review, "decline", "chair")
    fresh = Person.objects.create_user("new@larch.example", "x", full_name="New Member")
    sitting.give_seat(person=world.manager, committee=world.committee, member=fresh)
    world.people["fresh"] = fresh
    world.vote(review, "approve", "third", "fresh")
    decided = deciding.decide_review(
        member=world.third, review_id=review.pk, choice="approve", letter="Sound."
    )
    assert decided.state == "approved"


def test_conditions_make_it_an_approval_with_conditions_and_stand_in_the_agreement(world: World) -> None:
    review = world.in_review(world.collection())
    reviewing.propose_condition(member=world.member, review_id=review.pk, text="Report after six months.")
    world.vote(review, "approve", "chair", "member")
    assert world.decide(review).state == "approved_with_conditions"


def test_the_requester_cannot_read_the_deliberation(world: World) -> None:
    from requests_app.policies import can_see_deliberation

    review = world.in_review(world.collection())
    assert can_see_deliberation(world.chair, review)
    assert not can_see_deliberation(world.researcher, review)
    assert not can_see_deliberation(world.collaborator, review)
