"""Drafts: the basket, what is missing, and whose they are."""

import pytest

from portal.errors import InvalidInputError, NotAllowedError
from requests_app.content import missing_parts
from requests_app.models import AccessRequest, Review
from requests_app.services import drafting, submitting
from tests.world import LONG, World


def test_two_collections_are_put_on_one_request(world: World) -> None:
    first = drafting.add_collection(person=world.researcher, collection=world.collection("one"))
    second = drafting.add_collection(person=world.researcher, collection=world.collection("two"))
    assert first.access_request_id == second.access_request_id
    assert AccessRequest.objects.count() == 1


def test_a_collection_that_is_not_published_cannot_be_asked_for(world: World) -> None:
    hidden = world.collection("hidden", published=False)
    with pytest.raises(NotAllowedError, match="not published"):
        drafting.add_collection(person=world.researcher, collection=hidden)
    assert not Review.objects.exists()


def test_each_step_says_what_is_missing(world: World) -> None:
    review = drafting.add_collection(
        person=world.researcher, collection=world.collection(needs_official=True)
    )
    steps = {gap.step for gap in missing_parts(review.access_request)}
    assert steps == {"purpose", "plan", "conduct", "people"}


def test_an_incomplete_request_is_not_submitted(world: World) -> None:
    review = drafting.add_collection(person=world.researcher, collection=world.collection())
    with pytest.raises(InvalidInputError, match="“Title” is empty") as caught:
        submitting.submit_request(person=world.researcher, request_id=review.access_request_id)
    assert "purpose" in caught.value.fields
    assert Review.objects.get(pk=review.pk).state == "draft"


def test_nobody_else_changes_a_draft(world: World) -> None:
    review = world.draft(world.collection())
    with pytest.raises(NotAllowedError):
        drafting.save_draft(
            person=world.collaborator, request_id=review.access_request_id, fields={"title": "Mine"}
        )
    assert AccessRequest.objects.get().title == "Robust markers"


def test_a_field_that_is_no_part_of_a_request_is_refused(world: World) -> None:
    review = world.draft(world.collection())
    with pytest.raises(InvalidInputError):
        drafting.save_draft(
            person=world.researcher, request_id=review.access_request_id, fields={"requester": "x"}
        )


def test_one_person_has_one_open_request_for_a_collection(world: World) -> None:
    collection = world.collection()
    world.submitted(collection)
    with pytest.raises(InvalidInputError, match="open request"):
        drafting.add_collection(person=world.researcher, collection=collection)


def test_a_wording_that_was_submitted_never_changes(world: World) -> None:
    review = world.submitted(world.collection())
    before = review.revision.content["purpose"]
    with pytest.raises(NotAllowedError):
        drafting.save_draft(
            person=world.researcher, request_id=review.access_request_id, fields={"purpose": LONG + "more"}
        )
    review.refresh_from_db()
    assert review.revision.content["purpose"] == before
