"""What is uploaded a second time is here already and no error; what tells of a whole data set is of no subject."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deid.services.intake.reading import modality_of_name
from examples.walking import upload
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable, CollectionVersion, Instance, Subject
from storage.models import Submission, SubmissionFile
from tests.releases.test_other_formats import volume

pytestmark = pytest.mark.django_db
ROWS = b"participant_id,arm\nsub-P77,A\nsub-P78,B\n"
VOLUME = ("sub-P77/anat/sub-P77_T1w.nii", volume())


@pytest.fixture
def collection(world, objects, settings):
    settings.INSPECT_MOST_IMAGES = 0
    return world.collection("again", published=False)


def answers(collection, world, *files) -> dict[str, str]:
    upload(collection, files, world.manager)
    run_queued()
    last = Submission.objects.order_by("-opened_at").first()
    return dict(last.files.values_list("path", "state"))


def test_the_same_files_again_are_here_already_and_nobody_has_to_mend_anything(collection, world):
    first = answers(collection, world, VOLUME, ("clinical.csv", ROWS))
    assert set(first.values()) == {"accepted"}
    again = answers(collection, world, VOLUME, ("clinical.csv", ROWS), ("other.csv", ROWS))
    assert again == {VOLUME[0]: "here_already", "clinical.csv": "here_already", "other.csv": "accepted"}
    assert (Instance.objects.count(), ClinicalTable.objects.count()) == (1, 2)
    last = Submission.objects.order_by("-opened_at").first()
    assert last.state in {"inspected", "accepted"}
    client = Client()
    client.force_login(world.manager)
    page = client.get(reverse("storage:report", args=[last.pk])).content.decode()
    assert "3 = 1 accepted + 0 refused + 2 here already + 0 in work" in " ".join(page.split())
    assert "were refused" not in client.get(reverse("portal:work")).content.decode()


def test_other_bytes_under_the_same_name_are_refused_as_before(collection, world):
    answers(collection, world, ("clinical.csv", ROWS))
    assert answers(collection, world, ("clinical.csv", ROWS + b"sub-P79,C\n")) == {"clinical.csv": "rejected"}
    assert SubmissionFile.objects.get(state="rejected").reason_code == "conflicting_name"


def test_the_readme_of_a_data_set_is_no_subject_and_one_in_somebodys_folder_is_theirs(collection, world):
    readme = b"Acquired on one scanner; see the protocol.\n"
    told = answers(
        collection, world, VOLUME, ("README", readme), ("sub-P77/README", readme + b"Second visit.\n")
    )
    assert told == {VOLUME[0]: "accepted", "README": "rejected", "sub-P77/README": "accepted"}
    assert SubmissionFile.objects.get(path="README").reason_code == "of_no_subject"
    assert Subject.objects.filter(collection=collection).count() == 1


def test_rows_of_which_nothing_tells_the_subject_are_refused_with_what_can_be_done(collection, world):
    scans = b"filename\tacq_time\nanat/sub-P77_T1w.nii\t2019-03-02T10:11:12\n"
    told = answers(collection, world, VOLUME, ("sub-P77/sub-P77_notes.tsv", scans), ("all.tsv", scans))
    assert list(told.values()).count("rejected") == 2
    refused = dict(SubmissionFile.objects.filter(state="rejected").values_list("reason_code", "reason"))
    assert set(refused) == {"table_of_one_subject", "table_without_subject"}
    assert "says whose it is" in refused["table_of_one_subject"]


@pytest.mark.parametrize(
    ("path", "modality"),
    [
        ("site/P1/CT_AVM.nii.gz", "CT"), ("P1/ct/scan.nii.gz", "CT"), ("sub-1/pet/sub-1_trc-fdg_pet.nii.gz", "PT"),
        ("CT-004/sub-1_T1w.nii.gz", "MR"), ("P1/acta.nii", "MR"), ("ct study/P1/anat/scan.nii", "MR"),
    ],
)  # fmt: skip
def test_a_volume_is_counted_with_the_modality_that_its_name_tells(path, modality):
    assert modality_of_name(path) == modality


def test_what_is_here_already_opens_no_version(collection, world):
    answers(collection, world, VOLUME)
    CollectionVersion.objects.update(state="published", published_at=timezone.now())
    assert answers(collection, world, VOLUME) == {VOLUME[0]: "here_already"}
    assert CollectionVersion.objects.count() == 1
    answers(collection, world, VOLUME, ("clinical.csv", ROWS))
    assert CollectionVersion.objects.count() == 2
