"""What comes in another order than it was thought of: identity does not leave by it, and nothing is lost or falsified."""

import io
from contextlib import contextmanager

import numpy as np
import pydicom
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from deid.models import Finding, Release
from deid.services import knowing
from deid.services.curating import decide_finding, send_back_submission
from deid.services.intake import indexing
from deid.services.intake.inspecting import inspect_series
from deid.services.knowing import known_values_of
from deid.states import FindingMove
from delivery.services.entitling import release_for, still_readable
from examples.walking import curate, publish, upload
from portal.errors import InvalidInputError, NotAllowedError
from portal.jobs import enqueue
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable, Instance, Job, Series, SeriesState, Subject
from portal.services.versions import withdraw_version
from requests_app.models import Grant
from requests_app.services.granting import execute_agreement
from storage import keys
from storage.models import Submission, SubmissionFile
from storage.objects import released_store
from tests.releases.conftest import members_of, walk_to_release
from tests.releases.test_leafing import dicom

pytestmark = pytest.mark.django_db
TABLE = b"subject_id,age,arm\nP1,44,Alpha\n"


@pytest.fixture(autouse=True)
def unread(settings):
    """Nothing is read, so a person is asked about every image, and nothing slow runs."""
    settings.INSPECT_MOST_IMAGES = settings.READ_AGAIN_MOST_IMAGES = 0


@pytest.fixture
def collection(world, objects):
    return world.collection("orders", published=False)


def image(number, patient="P1", **values):
    pixels = np.zeros((40, 48), np.int16)
    pixels[5:15, 5:40] = 1000
    series = {"SeriesInstanceUID": f"1.2.826.0.1.77.{patient[1:]}"}
    return f"{patient}/{number}.dcm", dicom(number, pixels, **{"PatientID": patient, **series, **values})


def take(collection, world, *files):
    submission = upload(collection, files, world.manager)
    run_queued()
    return submission


class LastMoment:
    """A handle of a job at whose end something else happens first."""

    def __init__(self, happens):
        self.happens = happens

    @contextmanager
    def finishing(self):
        self.happens()
        yield


def before_inspection(job):
    """Stop where a submission is received and indexed, and no more."""
    if job.name == "deid.inspect_series":
        raise StopIteration


def test_an_image_that_comes_while_its_series_is_inspected_is_not_taken_for_inspected(collection, world):
    take(collection, world, image(1))
    Series.objects.update(state=SeriesState.INDEXED)

    def come():
        upload(collection, [image(2)], world.manager)
        with pytest.raises(StopIteration):
            run_queued(before_inspection)
        assert Instance.objects.count() == 2 and Job.objects.filter(
            name="deid.inspect_series", state="queued"
        )

    inspect_series(Series.objects.get().pk, LastMoment(come))
    assert Series.objects.get().state == "indexed"
    run_queued()
    assert Series.objects.get().state == "inspected"
    assert Finding.objects.get(kind="burned_in_text").summary.startswith("2 ")


def test_a_mask_holds_for_the_public_picture_from_the_moment_of_its_decision(collection, world, client):
    take(collection, world, image(1))
    finding = Finding.objects.get(kind="burned_in_text")
    boxes = [{"x": 0, "y": 0, "width": 48, "height": 20}]
    decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.CHANGE, boxes=boxes)
    publish(collection, world.people)  # before any worker made the picture
    address = reverse("storage:thumbnail", args=[finding.series_id])
    assert client.get(address).status_code == 404
    run_queued()
    shown = np.asarray(Image.open(io.BytesIO(client.get(address).content)).convert("L"))
    assert not shown[5:15].any()


def test_tables_of_what_was_sent_back_do_not_leave_and_the_right_one_may_come_under_their_name(
    collection, world
):
    submission = take(collection, world, image(1), ("ages.csv", TABLE), ("P1/notes.txt", b"Stable."))
    send_back_submission(curator=world.curator, submission_id=submission.pk, reason="Wrong people.")
    run_queued()
    assert not ClinicalTable.objects.exists()
    assert SubmissionFile.objects.get(path="ages.csv").state == "accepted", "what came is still on record"
    take(collection, world, image(2, "P2"), ("ages.csv", TABLE.replace(b"Alpha", b"Beta")))
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    run_queued()
    members = members_of(walk_to_release(world, collection))
    (table,) = (body for name, body in members.items() if "/clinical/" in name)
    assert b"Beta" in table and b"Alpha" not in table


def test_a_submission_is_not_sent_back_whose_table_was_published(collection, world):
    submission = take(collection, world, ("ages.csv", TABLE))
    Submission.objects.filter(pk=submission.pk).update(state="inspected")
    published = publish_anyway(collection, world)
    again = {"curator": world.curator, "submission_id": submission.pk, "reason": "Wrong people."}
    with pytest.raises(InvalidInputError, match="published version"):
        send_back_submission(**again)
    withdraw_version(version_id=published.pk, actor=world.manager, reason="Gone.")
    with pytest.raises(InvalidInputError, match="published version"):
        send_back_submission(**again)
    assert ClinicalTable.objects.exists()


def publish_anyway(collection, world):
    """Publish though a submission is on its way."""
    Submission.objects.update(state="accepted")
    version = publish(collection, world.people)
    Submission.objects.update(state="inspected")
    return version


def test_no_public_page_calls_a_table_as_its_file_was(collection, world, client):
    take(collection, world, image(1), ("Quillfeather Ottilie 1961.csv", TABLE), ("B.csv", TABLE))
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    run_queued()
    pages = [
        client.get(reverse("portal:collection", args=[collection.slug])),
        client.get(f"/api/v1/collections/{collection.slug}/versions/1"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "Quillfeather" not in page.content.decode() and "Table 2" in page.content.decode()


def test_a_subject_with_more_names_than_are_kept_is_refused_and_keeps_what_is_known(
    collection, world, monkeypatch
):
    take(collection, world, image(1, PatientName="ZWEIFEL^ZENO"))
    known = known_values_of(Subject.objects.get())
    assert "ZWEIFEL^ZENO" in known
    monkeypatch.setattr(knowing, "MOST_VALUES", len(known))
    take(collection, world, image(2, PatientName="ABEL^ADA"))
    late = SubmissionFile.objects.get(path="P1/2.dcm")
    assert (late.state, late.reason_code) == ("rejected", "too_many_names")
    assert "Patient ID of their own" in late.reason and "ABEL" not in late.reason and not late.advice
    assert known_values_of(Subject.objects.get()) == known and Instance.objects.count() == 1


def test_nothing_more_is_taken_of_a_submission_that_was_sent_back_while_it_was_indexed(
    collection, world, monkeypatch
):
    submission = upload(collection, [image(1), image(2, "P2")], world.manager)
    answer = indexing.Indexing._answer

    def answered(self, file, told=None):
        answer(self, file, told)
        if Submission.objects.get().state == "received":
            send_back_submission(curator=world.curator, submission_id=submission.pk, reason="Wrong people.")

    monkeypatch.setattr(indexing.Indexing, "_answer", answered)
    run_queued()
    assert Series.objects.get().state == "withheld" and Submission.objects.get().state == "rejected"
    assert not Job.objects.filter(state="failed").exists()
    counts = Submission.objects.get().counts()
    assert (counts["received"], counts["accepted"], counts["rejected"]) == (0, 1, 1), (
        "every file has an answer"
    )
    left = SubmissionFile.objects.get(state="rejected")
    assert left.reason_code == "sent_back" and "before it was read" in left.reason


def test_a_file_that_is_refused_while_its_submission_is_sent_back_ends_no_job(collection, world, monkeypatch):
    submission = upload(collection, [("P1/1.dcm", b"nothing" * 40)], world.manager)
    read = indexing.read_file

    def sent_back_and_read(*args):
        send_back_submission(curator=world.curator, submission_id=submission.pk, reason="Wrong people.")
        return read(*args)

    monkeypatch.setattr(indexing, "read_file", sent_back_and_read)
    run_queued()
    assert SubmissionFile.objects.get().reason_code == "sent_back"
    assert not Job.objects.filter(state="failed").exists()


def test_what_is_brought_after_a_submission_was_sent_back_takes_the_place_of_all_of_it(collection, world):
    bad = take(collection, world, *(image(n, AccessionNumber="bad") for n in (1, 2, 3)))
    finding = Finding.objects.get(kind="burned_in_text")
    client = Client()
    client.force_login(world.curator)
    assert client.get(reverse("deid:leaf", args=[finding.pk, 1, 1])).status_code == 200
    send_back_submission(
        curator=world.curator, submission_id=bad.pk, reason="One shows a name; leave it out."
    )
    again = take(collection, world, image(1, AccessionNumber="bad"), image(3, AccessionNumber="mended"))
    assert set(again.files.values_list("state", flat=True)) == {"accepted"}
    series = Series.objects.get()
    sources = set(series.instances.values_list("source_key", flat=True))
    assert sources == set(again.files.values_list("object_key", flat=True))
    assert (series.state, series.instance_count) == ("inspected", 2)
    assert series.byte_count == sum(series.instances.values_list("size", flat=True))
    assert not Finding.objects.exclude(kind="private_elements").exclude(state="open").exists()
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    members = members_of(walk_to_release(world, collection))
    numbers = [
        int(pydicom.dcmread(io.BytesIO(body)).InstanceNumber)
        for name, body in members.items()
        if "/data/" in name
    ]
    assert sorted(numbers) == [1, 3]


def test_what_a_curator_withheld_alone_stays_beside_what_comes_later(collection, world):
    take(collection, world, image(1))
    finding = Finding.objects.get(kind="burned_in_text")
    decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.WITHHOLD)
    take(collection, world, image(2))
    assert Series.objects.get().instance_count == Instance.objects.count() == 2


def test_an_image_without_pixels_in_the_middle_does_not_hide_what_the_others_show(collection, world):
    _path, bare = image(2)
    ds = pydicom.dcmread(io.BytesIO(bare))
    del ds.PixelData
    out = io.BytesIO()
    ds.save_as(out)
    take(collection, world, image(1), ("P1/2.dcm", out.getvalue()), image(3))
    found = dict(Finding.objects.values_list("kind", "state"))
    assert found == {"burned_in_text": "open", "quality": "open", "private_elements": "accepted"}
    assert Finding.objects.get(kind="burned_in_text").preview_key and Series.objects.get().thumbnail_key


@pytest.mark.parametrize("signed_first", [True, False])
def test_what_is_withdrawn_leaves_no_more_from_that_moment_on(collection, world, signed_first):
    take(collection, world, image(1))
    curate(collection, world.curator)
    run_queued()
    version = publish(collection, world.people)
    agreement = world.agreement_out(collection)

    def open_grant():
        for signature in agreement.signatures.all():
            world.sign(signature)
        execute_agreement(agreement.pk)
        run_queued()
        assert Release.objects.get().state == "sealed"

    if signed_first:
        open_grant()
        assert release_for(world.researcher, Grant.objects.get().pk).state == "sealed"
    withdraw_version(version_id=version.pk, actor=world.manager, reason="Consent was revoked.")
    if not signed_first:
        open_grant()
    grant = Grant.objects.get()
    assert not still_readable(world.researcher.pk, Release.objects.get().pk)
    with pytest.raises(NotAllowedError, match="withdrawn"):
        release_for(world.researcher, grant.pk)
    enqueue("requests_app.expire_grants", "all")
    run_queued()
    grant.refresh_from_db()
    assert (grant.state, Release.objects.get().state) == ("revoked", "purged")
    assert "withdrawn" in grant.end_reason
    assert not list(released_store().list_prefix(keys.release(Release.objects.get().pk)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"PatientBirthDate": "19610203"}, {"PatientBirthDate": "19740506"}),
        ({"PatientSex": "F"}, {"PatientSex": "M"}),
    ],
)
def test_two_people_of_two_sites_who_share_a_patient_id_are_a_persons_to_tell_apart(
    collection, world, one, other
):
    values = {"PatientBirthDate": "19610203", "PatientSex": "F"}
    take(collection, world, image(1, **values | one, SeriesInstanceUID="1.2.3.1", StudyInstanceUID="1.2.3"))
    assert not Finding.objects.filter(kind="quality").exists()
    take(collection, world, image(2, **values | other, SeriesInstanceUID="1.2.3.2", StudyInstanceUID="1.2.4"))
    finding = Finding.objects.get(kind="quality")
    assert finding.state == "open" and "several people may share a Patient ID" in finding.summary
    assert finding.series.quality[0]["code"] == "several_people"


def test_a_date_of_birth_that_was_removed_before_makes_no_second_person(collection, world):
    for number, born in enumerate(("19610203", "", "19000101"), 1):
        values = {
            "PatientBirthDate": born,
            "SeriesInstanceUID": f"1.2.3.{number}",
            "PatientID": "MRN-8812345",
        }
        take(collection, world, image(number, PatientSex="F", **values))
    assert not Finding.objects.filter(kind="quality").exists()
