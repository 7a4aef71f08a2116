"""Signing: the digest that was shown is what is signed, and the last signature opens the grant."""

import pytest

from deid.models import Release
from portal.errors import IllegalMoveError, InvalidInputError, NotAllowedError
from portal.jobs.inline import run_queued
from requests_app.models import Grant, Letter, Review, Signature
from requests_app.services import drafting, signing
from storage.objects import released_store
from tests.world import World


def test_everybody_who_must_sign_gets_a_link_of_their_own(world: World) -> None:
    agreement = world.agreement_out(world.collection(needs_official=True))
    assert sorted(agreement.signatures.values_list("role", flat=True)) == [
        "collaborator",
        "official",
        "requester",
    ]
    links = [letter.body for letter in Letter.objects.filter(subject__startswith="Please sign")]
    assert len({body.rpartition("/sign/")[2] for body in links}) == 3


def test_a_token_is_kept_as_a_digest_only(world: World) -> None:
    agreement = world.agreement_out(world.collection())
    token = (
        Letter.objects.filter(subject__startswith="Please sign")
        .first()
        .body.rpartition("/sign/")[2]
        .strip("/\n")
    )
    assert signing.signature_of_token(token).agreement == agreement
    assert not Signature.objects.filter(token_digest=token).exists()


def test_another_text_than_the_one_sent_is_not_signed(world: World) -> None:
    signature = world.agreement_out(world.collection()).signatures.first()
    with pytest.raises(InvalidInputError, match="read it again"):
        world.sign(signature, shown_digest="0" * 64)
    assert not Signature.objects.filter(signed_at__isnull=False).exists()


def test_nobody_signs_with_another_name_or_account(world: World) -> None:
    signature = world.agreement_out(world.collection()).signatures.get(role="requester")
    with pytest.raises(InvalidInputError, match="Type your name"):
        world.sign(signature, typed_name="Somebody Else")
    with pytest.raises(NotAllowedError):
        world.sign(signature, person=world.member)


def test_signing_twice_is_refused(world: World) -> None:
    signature = world.agreement_out(world.collection()).signatures.get(role="requester")
    world.sign(signature)
    with pytest.raises(IllegalMoveError):
        world.sign(signature)


def test_the_last_signature_executes_the_agreement_and_opens_the_grant(world: World, objects: None) -> None:
    agreement = world.agreement_out(world.collection(needs_official=True))
    for signature in agreement.signatures.all():
        assert not Grant.objects.exists()
        world.sign(signature)
    signing_done = Review.objects.get()
    assert signing_done.state == "signed"
    from requests_app.services.granting import execute_agreement

    execute_agreement(agreement.pk)
    execute_agreement(agreement.pk)
    grant = Grant.objects.get()
    agreement.refresh_from_db()
    assert (grant.state, Review.objects.get().state) == ("active", "granted")
    assert (grant.expires_at - grant.starts_at).days == 365
    assert released_store().get_bytes(agreement.pdf_key).startswith(b"%PDF")
    assert Release.objects.get(grant_id=grant.pk).items.count() == 1


def test_a_collaborator_taken_off_needs_not_sign_and_cannot(world: World) -> None:
    agreement = world.agreement_out(world.collection())
    named = agreement.review.access_request.collaborators.get()
    drafting.remove_collaborator(person=world.researcher, collaborator_id=named.pk)
    with pytest.raises(NotAllowedError):
        world.sign(agreement.signatures.get(role="collaborator"))
    world.sign(agreement.signatures.get(role="requester"))
    assert Review.objects.get().state == "signed"


def test_letters_are_sent_once_and_their_links_forgotten(world: World, mailoutbox: list) -> None:
    world.agreement_out(world.collection())
    run_queued()
    sent = len(mailoutbox)
    assert sent == Letter.objects.count() > 3
    assert not Letter.objects.exclude(body="").exists()
    run_queued()
    assert len(mailoutbox) == sent
