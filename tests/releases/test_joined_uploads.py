"""Two uploads that call somebody alike by a short label are joined only once a curator has said that they mean one person."""

import numpy as np
import pytest

from deid.models import Finding
from deid.services.curating import decide_finding
from deid.services.intake.quality import is_common_label
from deid.states import FindingMove
from examples.walking import publish, upload
from portal.errors import NotAllowedError
from portal.jobs.inline import run_queued
from portal.models import Series, Subject
from tests.releases.test_leafing import dicom
from tests.releases.test_other_formats import volume

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection(world, objects, settings):
    settings.INSPECT_MOST_IMAGES = 0
    return world.collection("joined", published=False)


def asked(collection, person, *files):
    """Upload *files* and return about how many series it is asked now whether their uploads mean one person."""
    upload(collection, files, person)
    run_queued()
    faults = Series.objects.values_list("quality", flat=True)
    return [one["count"] for found in faults for one in found if one["code"] == "joined_uploads"]


def scan(site, label="01"):
    return f"{site}/sub-{label}/anat/sub-{label}_T1w.nii", volume() + site.encode()


def test_a_label_that_two_uploads_share_is_asked_about_before_anything_is_published(collection, world):
    assert asked(collection, world.manager, scan("north")) == []
    assert asked(collection, world.manager, scan("south")) == [2]
    assert Subject.objects.filter(collection=collection).count() == 1
    finding = Finding.objects.get(kind="quality", state="open")
    assert finding.summary.startswith("2 uploads call its subject alike by a short label")
    # Everything else was looked at.
    Finding.objects.exclude(pk=finding.pk).delete()
    Series.objects.exclude(pk=finding.series_id).update(state="cleared")
    with pytest.raises(NotAllowedError, match="Every finding is decided"):
        publish(collection, world.people)
    decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.DISMISS)
    run_queued()
    Finding.objects.exclude(pk=finding.pk).delete()
    Series.objects.update(state="cleared")
    assert publish(collection, world.people).state == "published"


def test_what_one_upload_brings_of_a_subject_is_nobodys_question(collection, world):
    more = (scan("north")[0].replace("T1w", "T2w"), volume() + b"2")
    assert asked(collection, world.manager, scan("north"), more) == []


def test_a_label_that_only_one_study_gives_is_no_question(collection, world):
    assert asked(collection, world.manager, scan("north", "TRIAL701P77")) == []
    assert asked(collection, world.manager, scan("south", "TRIAL701P77")) == []


@pytest.mark.parametrize(("born", "count"), [("19610203", []), ("", [2])])
def test_images_that_state_one_day_of_birth_mean_one_person(born, count, collection, world):
    images = [
        dicom(number, np.full((8, 8), number, np.int16), PatientID="P1", PatientBirthDate=born, SeriesInstanceUID=f"1.2.{number}",
              StudyInstanceUID=f"1.3.{number}") for number in (1, 2)
    ]  # fmt: skip
    assert asked(collection, world.manager, ("1.dcm", images[0])) == []
    assert asked(collection, world.manager, ("2.dcm", images[1])) == count


@pytest.mark.parametrize(
    ("label", "common"),
    [
        ("01", True), ("0007", True), ("CTRL012", True), ("patient-3", True), ("P", True), ("B", True),
        ("12345", False), ("TRIAL7-01-P77", False), ("4f9a21", False), ("study 1.2.3", False), ("", False),
    ],
)  # fmt: skip
def test_a_short_number_is_what_any_data_set_may_call_somebody(label, common):
    assert is_common_label(label) is common
