"""The page of a certificate: in words, byte for byte as in the package, for those who see the grant, old ones too."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from deid.models import Release
from deid.services.releasing.certifying import certificate, is_genuine
from tests.pages.workflow import Workflow, make_workflow

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow(objects: None) -> Workflow:
    return make_workflow()


def _page(workflow: Workflow, client: Client, who: str = "researcher") -> str:
    client.force_login(workflow.world.people[who])
    return client.get(workflow.pages["CERTIFICATE"]).content.decode()


def test_it_says_in_words_what_the_json_says(workflow: Workflow, client: Client) -> None:
    page = _page(workflow, client)
    for words in (
        "Signed by this portal, and unchanged", "PS3.15 Table E.1-1 of edition 2025b", "Clean Pixel Data Option",
        "113107", "UIDs replaced by new ones", "Replaced by a dummy value", "Frames of images with masked text",
        "Nothing of the collection was held back", "1 subject is alone", "age, sex",
    ):  # fmt: skip
        assert words.lower() in " ".join(page.lower().split()), words
    assert f'href="{reverse("requests_app:certificate", args=[Release.objects.get().grant_id])}"' in (
        client.get(workflow.pages["GRANT"]).content.decode()
    )


def test_the_json_is_the_certificate_and_its_signature_holds(workflow: Workflow, client: Client) -> None:
    client.force_login(workflow.world.researcher)
    answer = client.get(workflow.pages["CERTIFICATE"].rstrip("/") + ".json")
    assert answer["Content-Disposition"] == 'attachment; filename="granted-v1-g1-certificate.json"'
    assert json.loads(answer.content) == Release.objects.get().certificate
    assert is_genuine(json.loads(answer.content))


def test_a_changed_certificate_is_shown_as_such(workflow: Workflow, client: Client) -> None:
    release = Release.objects.get()
    release.certificate["held_back"] = {"waiting": 5}
    release.save()
    page = _page(workflow, client)
    assert "The signature does not fit" in page
    assert "unchanged" not in page


def test_a_certificate_of_before_is_still_shown(workflow: Workflow, client: Client) -> None:
    release = Release.objects.get()
    whole = certificate(release)
    old = {name: whole[name] for name in ("release", "actions", "risk", "signature")}
    old |= {
        "profile": {"name": "research", "sha256": "0" * 64},
        "engine": {"name": "Tessera", "version": "TESSERA_1"},
        "verified": {"by": "second reader", "items": 4, "hits": 0, "images_read_again": 1},
    }
    Release.objects.filter(pk=release.pk).update(certificate=old)
    page = _page(workflow, client)
    assert "An older certificate" in page
    assert "What left" not in page
    assert "TESSERA_1" in page
    Release.objects.filter(pk=release.pk).update(certificate={"release": "x"})
    assert "An older certificate" in _page(workflow, client)


def test_it_stays_when_the_release_is_purged_and_nobody_sees_one_that_is_not_sealed(
    workflow: Workflow, client: Client
) -> None:
    client.force_login(workflow.world.manager)
    for state, status in (("purged", 200), ("verifying", 404), ("failed", 404)):
        Release.objects.update(state=state)
        assert client.get(workflow.pages["CERTIFICATE"]).status_code == status
    Release.objects.update(state="sealed", certificate={})
    assert client.get(workflow.pages["CERTIFICATE"]).status_code == 404
    assert "Certificate: what was done" not in client.get(workflow.pages["GRANT"]).content.decode()
