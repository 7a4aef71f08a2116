"""What a grant's own key did not make accuses nobody: UIDs that a profile keeps, and names that anybody may write."""

import io

import pydicom
import pytest
from django.test import Client
from django.urls import reverse

from deid.services.profiling import profile_of, save_profile
from examples.images.dicom import ct_trial
from examples.walking import upload
from portal.jobs.inline import run_queued
from requests_app.services.tracing import trace_leak
from tests.releases.conftest import curate_and_publish, members_of, walk_to_release

pytestmark = pytest.mark.django_db
UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")


def sources() -> list[tuple[str, bytes]]:
    """CT slices whose UIDs are made of a UUID, as many programs make them and the portal does (PS3.5 B.2)."""
    return [(path, renamed(body)) for path, body in ct_trial(1, 2, size=64)]


def renamed(body: bytes) -> bytes:
    ds, out = pydicom.dcmread(io.BytesIO(body)), io.BytesIO()
    for name in UIDS:
        number = int.from_bytes(str(ds[name].value).encode(), "big") % 10**37 + 10**37
        setattr(ds, name, f"2.25.{number}")
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.save_as(out)
    return out.getvalue()


@pytest.fixture
def collection(world, objects, settings):
    settings.INSPECT_MOST_IMAGES = 0
    collection = world.collection("kept", published=False)
    upload(collection, sources(), world.manager)
    run_queued()
    curate_and_publish(world, collection)
    return collection


def traced(world, content: bytes):
    return trace_leak(person=world.manager, content=io.BytesIO(content))


def test_a_source_that_was_never_released_accuses_no_grant_whose_profile_keeps_uids(world, collection):
    profile = save_profile(
        person=world.curator, sponsor_id=collection.sponsor.pk, name="uids", title="UIDs stay", stands_on="research",
        options=sorted(profile_of("research").options | {"retain_uids"}), overrides={},
    )  # fmt: skip
    collection.deid_profile = profile.reference
    collection.save()
    release = walk_to_release(world, collection)
    answer = traced(world, sources()[0][1])
    assert answer.named == [] and [one.grant.pk for one in answer.possible] == [release.grant_id]
    assert answer.possible[0].found.kept_uids == 3
    browser = Client()
    browser.force_login(world.manager)
    said = browser.post(reverse("requests_app:trace"), {"file": io.BytesIO(sources()[0][1])}).content.decode()
    assert "It cannot be told which grant" in said and "3 identifiers that its profile left" in said
    image = next(body for path, body in members_of(release).items() if path.endswith(".dcm"))
    assert [one.grant.pk for one in traced(world, image).named] == [release.grant_id]


def test_a_document_of_a_package_names_its_grant_and_the_name_alone_does_not(world, collection):
    release = walk_to_release(world, collection)
    files = {path.rpartition("/")[2]: body for path, body in members_of(release).items()}
    for name in ("README.md", "certificate.json", "bag-info.txt"):
        assert [one.grant.pk for one in traced(world, files[name]).named] == [release.grant_id], name
    written = f"I work on {release.name}, which is fine.".encode()
    for text in (written, files["README.md"] + b"changed"):
        answer = traced(world, text)
        assert answer.named == [] and [one.grant.pk for one in answer.possible] == [release.grant_id]
    assert traced(world, f"other-{release.name} {release.name}0".encode()).possible == []
    assert traced(world, files["LICENSE"]).named == []
