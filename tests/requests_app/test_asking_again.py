"""Asking again: a new request begins with what the first one said, and only its requester may do that."""

import pytest

from portal.errors import NotAllowedError
from portal.models import CollectionVersion
from requests_app.models import AccessRequest, Grant, Review
from requests_app.services import drafting
from requests_app.services.asking_again import ask_again
from requests_app.services.granting import execute_agreement
from tests.world import World


@pytest.fixture
def grant(world: World, objects: None) -> Grant:
    agreement = world.agreement_out(world.collection())
    for signature in agreement.signatures.all():
        world.sign(signature)
    Review.objects.update(selection={"modality": ["CT"]})
    execute_agreement(agreement.pk)
    return Grant.objects.get()


def test_wording_collaborators_and_what_was_chosen_are_there_again(world: World, grant: Grant) -> None:
    draft = ask_again(person=world.researcher, grant_id=grant.pk)
    first = grant.review.access_request
    assert draft.pk != first.pk
    assert [getattr(draft, name) for name in drafting.DRAFT_FIELDS] == [
        getattr(first, name) for name in drafting.DRAFT_FIELDS
    ]
    assert draft.purpose
    assert [one.email for one in draft.collaborators.all()] == [world.collaborator.email]
    assert draft.reviews.get().selection == {"modality": ["CT"]}
    ask_again(person=world.researcher, grant_id=grant.pk)
    assert (AccessRequest.objects.count(), draft.reviews.count(), draft.collaborators.count()) == (2, 1, 1)


def test_what_a_draft_says_already_is_not_written_over(world: World, grant: Grant) -> None:
    mine = drafting.start_draft(person=world.researcher)
    drafting.save_draft(person=world.researcher, request_id=mine.pk, fields={"title": "Another question"})
    draft = ask_again(person=world.researcher, grant_id=grant.pk)
    assert (draft.pk, draft.title, draft.purpose) == (mine.pk, "Another question", "")


def test_of_another_version_everything_is_asked_for(world: World, grant: Grant) -> None:
    CollectionVersion.objects.update(state="superseded")
    newer = CollectionVersion.objects.get()
    newer.pk, newer.number, newer.state = None, 2, "published"
    newer.save()
    assert ask_again(person=world.researcher, grant_id=grant.pk).reviews.get().selection == {}


def test_nobody_but_the_requester_asks_again(world: World, grant: Grant) -> None:
    with pytest.raises(NotAllowedError, match="Only the requester"):
        ask_again(person=world.collaborator, grant_id=grant.pk)
    assert AccessRequest.objects.count() == 1
