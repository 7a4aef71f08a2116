"""What people type of a collection is held against the names of its subjects, and the curator is told which field to read."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deid.models import Finding
from deid.services.knowing import remember_known_values
from deid.services.typed import fields_that_may_tell, texts_to_confirm
from portal.models import Collection, CollectionVersion, LedgerEvent, Series, Study, Subject

pytestmark = pytest.mark.django_db
KNOWN = [
    "Quackenbush^Ada",
    "MRN77123",
    "19610203",
    "White^Grace",
    "Müller-Böhm^Lise",
    "山田^太郎",
    "4711",
    "Wu^An",
]


@pytest.fixture
def collection(world) -> Collection:
    collection = world.collection("typed", published=False)
    subject = Subject.objects.create(collection=collection, key="s", number=1)
    remember_known_values(subject, KNOWN)
    assert not Finding.objects.exists() and fields_that_may_tell(collection) == []
    return collection


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Scans of Mrs QUACKENBUSH", True), ("QuackenbushScore", True), ("ct-quackenbush-2", True), ("by mueller, 2019", True),
        ("MULLER", True), ("chart MRN 77123", True), ("mrn-77123", True), ("born 19610203", True), ("患者山田太郎", True),
        ("White matter, with grace", False), ("A canal of 4711 slices", False), ("Quackenbushes", False),
        ("An overview of Adaptation", False), ("山 and 田", False),
    ],
)  # fmt: skip
def test_a_text_tells_where_a_word_of_it_is_one_of_a_name_and_no_ordinary_one(text, tells, collection):
    Collection.objects.filter(pk=collection.pk).update(summary=text)
    collection.refresh_from_db()
    assert fields_that_may_tell(collection) == (["Summary"] if tells else [])


def test_curators_and_managers_read_which_fields_tell_and_never_what(collection, world):
    Collection.objects.filter(pk=collection.pk).update(
        description="## Seen\n\nwith *Quackenbush*", citation_authors="Boehm, L."
    )
    for person, may_edit in ((world.curator, False), (world.manager, True)):
        client = Client()
        client.force_login(person)
        page = client.get(reverse("portal:workbench", args=[collection.slug])).content.decode()
        note = page[page.index("A subject may be named in public") :].split("</div>")[0]
        assert "<li>Description</li><li>Authors</li>" in note and "uackenbush" not in note
        assert (reverse("portal:edit_collection", args=[collection.slug]) in note) is may_edit
    Collection.objects.filter(pk=collection.pk).update(description="Seen", citation_authors="")
    page = client.get(reverse("portal:workbench", args=[collection.slug])).content.decode()
    assert "A subject may be named" not in page


def test_who_publishes_is_asked_to_have_read_the_fields_that_tell(collection, world):
    CollectionVersion.objects.create(collection=collection, number=1, state="in_curation")
    client = Client()
    client.force_login(world.curator)
    address = reverse("portal:workbench", args=[collection.slug])
    assert "I have read" not in client.get(address).content.decode()
    Collection.objects.filter(pk=collection.pk).update(description="With Quackenbush", title="Mueller")
    dialog = client.get(address).content.decode().split('id="publish-dialog"')[1].split("</dialog>")[0]
    assert "by: Title, Description." in dialog and "uackenbush" not in dialog
    tokens = [one.token for one in texts_to_confirm(Collection.objects.get(pk=collection.pk))]
    assert f'<input type="checkbox" name="confirmed" value="{" ".join(tokens)} " required>' in dialog


@pytest.fixture
def ready(collection, world):
    """A version that nothing hinders but a text with the name of a subject."""
    study = Study.objects.create(subject=collection.subjects.get(), key="s")
    Series.objects.create(study=study, key="s", modality="MR", state="cleared")
    Collection.objects.filter(pk=collection.pk).update(description="With Quackenbush")
    return CollectionVersion.objects.create(collection=collection, number=1, state="in_curation")


def tokens_of(version):
    return [one.token for one in texts_to_confirm(Collection.objects.get(pk=version.collection_id))]


def state_of(version):
    return CollectionVersion.objects.get(pk=version.pk).state


def test_no_page_publishes_a_text_that_names_a_subject_unless_it_was_confirmed(ready, world, client):
    client.force_login(world.curator)
    address = reverse("portal:version_act", args=[ready.collection.slug, "publish"])
    for said in ({}, {"confirmed": ""}, {"confirmed": "yes on"}):
        refused = client.post(address, said)
        assert refused.status_code == 400
        assert "A subject may be named in public by: Description." in refused.content.decode()
        assert "uackenbush" not in refused.content.decode() and state_of(ready) == "in_curation"
    client.post(address, {"confirmed": " ".join(tokens_of(ready)) + " "})
    assert state_of(ready) == "published"
    event = LedgerEvent.objects.get(verb="version published")
    assert event.detail["confirmed"] == ["Description"]


def test_the_interface_asks_for_the_same_and_only_for_the_words_that_were_read(ready, world, client):
    client.force_login(world.curator)
    address = f"/api/v1/collections/{ready.collection.slug}/versions/1/publish"
    refused = client.post(address, {}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (400, "confirmation_needed")
    assert refused.json()["fields"] == {"confirmed": tokens_of(ready)}
    assert "uackenbush" not in refused.content.decode()
    Collection.objects.filter(pk=ready.collection_id).update(description="With Quackenbush and Müller-Böhm")
    assert client.post(address, refused.json()["fields"], "application/json").status_code == 400
    assert state_of(ready) == "in_curation"
    assert (
        client.post(address, {"confirmed": tokens_of(ready)}, "application/json").json()["state"]
        == "published"
    )


def test_what_is_published_is_changed_into_a_subjects_name_only_by_who_confirms_it(ready, world, client):
    CollectionVersion.objects.filter(pk=ready.pk).update(
        state="published", published_at=timezone.now(), content_digest="0"
    )
    client.force_login(world.manager)
    address = f"/api/v1/collections/{ready.collection.slug}"
    # What was public before is nobody's question again.
    assert client.patch(address, {"title": "Scans"}, "application/json").status_code == 200
    refused = client.patch(address, {"title": "Mueller"}, "application/json")
    assert refused.json()["code"] == "confirmation_needed" and len(refused.json()["fields"]["confirmed"]) == 1
    assert Collection.objects.get(pk=ready.collection_id).title == "Scans"
    form = {
        "title": "Mueller", "summary": "One", "description": "With Quackenbush", "modalities": "MR", "licence": "CC-BY-4.0",
        "deid_profile": "research",
    }  # fmt: skip
    page = reverse("portal:edit_collection", args=[ready.collection.slug])
    shown = client.post(page, form).content.decode()
    (token,) = refused.json()["fields"]["confirmed"]
    assert f'name="confirmed" value="{token}"' in shown and "may be named in public by: Title." in shown
    assert client.post(page, form | {"confirmed": token}).status_code == 302
    assert Collection.objects.get(pk=ready.collection_id).title == "Mueller"
