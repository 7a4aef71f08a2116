"""What people type of a collection is held against the names of its subjects, and the curator is told which field to read."""

import pytest
from django.test import Client
from django.urls import reverse

from deid.models import Finding
from deid.services.knowing import remember_known_values
from deid.services.typed import fields_that_may_tell
from portal.models import Collection, CollectionVersion, Subject

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
    assert '<input type="checkbox" required>' in dialog
