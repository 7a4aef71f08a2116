"""A sponsor's own profile: chosen for a collection, followed in its releases, and shown before and after."""

import io
import re

import pydicom
import pytest
from django.test import Client
from django.urls import reverse
from pydicom.uid import generate_uid

from deid.engine.profiles.files import read_profile
from deid.models import Finding, SubjectSecret
from deid.services.knowing import known_values_of
from deid.services.profiling import profile_of, save_profile
from examples.images.dicom import ct_trial, us_trial
from examples.images.subjects import invent
from examples.walking import upload
from portal.errors import InvalidInputError, NotAllowedError
from portal.jobs.inline import run_queued
from portal.models import CleaningProfile, Series, Subject
from portal.services.trials import edit_collection
from tests.releases.conftest import curate_and_publish, members_of, walk_to_release

pytestmark = pytest.mark.django_db
SURNAME = "Quackenbush"


def write(world, **changed):
    sponsor = (
        world.collection("any", published=False).sponsor if not changed.get("sponsor") else changed["sponsor"]
    )
    given = {
        "person": world.manager,
        "sponsor_id": sponsor.pk,
        "name": "ours",
        "title": "Ours",
        "stands_on": "research",
        "options": ["clean_descriptors", "retain_modified_dates", "retain_patient_characteristics"],
        "overrides": {"00080070": "X"},
    }
    return save_profile(**(given | {k: v for k, v in changed.items() if k != "sponsor"}))


def test_each_saving_is_a_revision_and_earlier_ones_stay(world):
    first = write(world)
    second = write(world, sponsor=first.sponsor, overrides={})
    assert [first.reference, second.reference] == ["halcyon/ours@1", "halcyon/ours@2"]
    first.refresh_from_db()
    assert first.overrides == {"00080070": "X"}
    assert first.digest != second.digest


def test_a_profile_that_contradicts_itself_is_not_kept(world):
    with pytest.raises(InvalidInputError, match="give the shift away"):
        write(world, overrides={"00080020": "K"})
    assert not CleaningProfile.objects.exists()


def test_only_those_who_work_for_the_sponsor_write_its_rules(world):
    with pytest.raises(NotAllowedError):
        write(world, person=world.researcher)


def test_a_profile_can_stand_on_another_and_a_later_revision_of_that_changes_nothing(world):
    base = write(world)
    own = write(
        world, sponsor=base.sponsor, name="head", stands_on=base.reference, overrides={"00081010": "X"}
    )
    write(world, sponsor=base.sponsor, overrides={"00080070": "Z"})
    own.refresh_from_db()
    assert own.overrides == {"00080070": "X", "00081010": "X"}


def test_a_collection_follows_only_profiles_of_its_own_sponsor(world):
    profile = write(world)
    collection = world.collection("follows", published=False)
    given = {"actor": world.manager, "collection_id": collection.pk}
    edit_collection(**given, changes={"deid_profile": profile.reference})
    with pytest.raises(InvalidInputError):
        edit_collection(**given, changes={"deid_profile": "rival/theirs@1"})


def with_a_second_study(files):
    """Return the files, and a study of the same person whose text names them by a name that only the first knows."""
    files = list(files)
    path, body = files[0]
    ds = pydicom.dcmread(io.BytesIO(body))
    given, ds.PatientName = str(ds.PatientName), ""
    for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(ds, name, generate_uid())
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.ReferringPhysicianName = ds.AccessionNumber = ""
    ds.SeriesDescription = f"chest {given.split('^')[0].lower()} axial"
    out = io.BytesIO()
    ds.save_as(out)
    return [*files, (f"{path}-late.dcm", out.getvalue())]


@pytest.fixture
def released(world, objects):
    """The released images of a collection that follows its sponsor's profile, and the collection."""
    profile = write(world)
    collection = world.collection("ruled", published=False)
    edit_collection(
        actor=world.manager, collection_id=collection.pk, changes={"deid_profile": profile.reference}
    )
    upload(collection, with_a_second_study(ct_trial(1, 3, size=64)), world.manager)
    run_queued()
    curate_and_publish(world, collection)
    release = walk_to_release(world, collection)
    bodies = [body for name, body in members_of(release).items() if name.endswith(".dcm")]
    return collection, release, [pydicom.dcmread(io.BytesIO(body)) for body in bodies]


def test_a_release_follows_the_sponsors_profile_and_says_so(released):
    _collection, release, images = released
    assert release.profile_name == "halcyon/ours@1"
    assert release.certificate["profile"]["name"] == "halcyon/ours@1"
    assert images
    assert not [image for image in images if "Manufacturer" in image]


def test_a_name_that_only_another_study_gives_is_taken_out_of_text(released):
    _collection, _release, images = released
    surname = invent(1, "HLC-", 11)[0].name.split("^")[0].lower()
    described = [str(image.get("SeriesDescription", "")).lower() for image in images]
    assert "chest axial" in described
    assert not [text for text in described if surname in text]


def test_what_is_known_of_a_subject_lies_encrypted(released):
    who = invent(1, "HLC-", 11)[0]
    subject = Subject.objects.get(collection=released[0])
    assert who.patient_id in known_values_of(subject)
    stored = bytes(SubjectSecret.objects.get(subject=subject).wrapped).lower()
    assert who.patient_id.lower().encode() not in stored
    assert who.name.split("^")[0].lower().encode() not in stored


def test_a_curator_sees_a_header_before_and_after_and_what_another_profile_would_do(released, world):
    series = Series.objects.filter(study__subject__collection=released[0]).first()
    browser = Client()
    browser.force_login(world.curator)
    address = reverse("deid:header_rows", args=[series.pk])
    own = browser.get(address).content.decode()
    assert invent(1, "HLC-", 11)[0].patient_id in own
    assert "This profile’s own rule: X" in own
    other = browser.get(address, {"profile": "research"}).content.decode()
    what_if = re.findall(r'<td data-label="What if">(.*?)</td>', other, re.DOTALL)
    assert what_if and not any("This profile’s own rule" in cell for cell in what_if)
    for page in (address, reverse("deid:header", args=[series.pk])):
        for wrong in ({"image": "99"}, {"image": "0"}, {"image": "abc"}, {"profile": "nope"}):
            assert browser.get(page, wrong).status_code == 404, wrong
    browser.force_login(world.manager)
    assert browser.get(address).status_code == 404


def test_many_findings_are_decided_at_once_or_none(world, objects):
    collection = world.collection("many", published=False)
    upload(collection, us_trial(2, 320, 240), world.manager)
    run_queued()
    found = Finding.objects.filter(series__study__subject__collection=collection, state="open")
    texts = list(found.filter(kind="burned_in_text"))
    assert len(texts) == 2
    browser = Client()
    browser.force_login(world.curator)
    page, given = reverse("deid:queue"), {"action": "decide", "finding": [str(one.pk) for one in texts]}
    assert browser.post(page, {**given, "move": "reopen"}).status_code == 400
    assert found.filter(kind="burned_in_text").count() == 2
    assert browser.post(page, {**given, "move": "accept", "note": "Plain text."}).status_code == 302
    assert not found.filter(kind="burned_in_text").exists()
    assert set(Finding.objects.filter(kind="burned_in_text").values_list("state", "note")) == {
        ("accepted", "Plain text.")
    }


def test_a_profile_is_handed_out_as_the_file_that_the_command_takes(client: Client, world, tmp_path):
    own = write(world)
    client.force_login(world.manager)
    address = reverse("deid:profile_file", args=[own.pk])
    assert address in client.get(reverse("deid:profile", args=[own.pk])).content.decode()
    answer = client.get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="halcyon-ours-1.json"'
    (tmp_path / "ours.json").write_bytes(answer.content)
    assert read_profile(str(tmp_path / "ours.json")) == profile_of(own.reference)


def test_a_draft_with_an_error_is_not_said_to_make_no_difference(client: Client, world):
    own = write(world)
    client.force_login(world.manager)
    given = {
        "title": "T", "name": "t", "stands_on": "research", "options": ["retain_modified_dates"],
        "attribute": ["00080020"], "treatment": ["K"], "action": "check",
    }  # fmt: skip
    page = client.post(reverse("deid:edit_profile", args=[own.sponsor.slug]), given).content.decode()
    assert "give the shift away" in page
    assert "No difference" not in page
    assert "It is compared when nothing must be mended" in page


def test_what_the_last_revision_says_already_is_no_other_one(world):
    first = write(world)
    assert write(world, sponsor=first.sponsor) == first
    assert write(world, sponsor=first.sponsor, title="Ours, again").revision == 2


def test_the_check_while_somebody_types_keeps_nothing_though_the_button_has_the_focus(client: Client, world):
    sponsor = world.collection("any", published=False).sponsor
    client.force_login(world.manager)
    given = {
        "title": "T", "name": "t", "stands_on": "research", "options": ["clean_descriptors"],
        "attribute": ["StationName"], "treatment": ["X"], "action": "save",
    }  # fmt: skip
    address = reverse("deid:edit_profile", args=[sponsor.slug])
    checked = client.post(address, given, headers={"HX-Request": "true"})
    assert checked.status_code == 200 and "What the check says" in checked.content.decode()
    assert not CleaningProfile.objects.exists()
    assert client.post(address, given).status_code == 302
    assert CleaningProfile.objects.count() == 1
