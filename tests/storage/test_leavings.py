"""What systems leave beside the files of a study is left out and told, and neither refused nor kept."""

import gzip

import pytest
from django.test import Client
from django.urls import reverse

from deid.engine.command.inputs import set_aside
from storage.models import Submission, SubmissionFile
from tests.storage.test_archives import DICOM, kept, zipped

pytestmark = pytest.mark.django_db

MARK = b"\0\5\x16\7\0\2"
LEAVINGS = {
    "a/.DS_Store": b"\0\0\0\1Bud1", "a/Thumbs.db": b"\xd0\xcf\x11\xe0", "desktop.ini": b"[.ShellClassInfo]",
    "a/.localized": b"", "Icon\r": b"", "a/._1.dcm": MARK, "__MACOSX/a/._1.dcm": MARK, "__MACOSX/a/2.dcm": DICOM,
}  # fmt: skip
FILES = {"a/1.dcm": DICOM, "a/._2.dcm": DICOM + b"2", "thumbs/db": DICOM + b"3", "empty.txt": b""}


def test_leavings_are_left_out_and_what_only_looks_like_them_is_not(upload_of, uploader, manager):
    answers = upload_of(zipped(FILES | LEAVINGS))
    assert {path for path, state in answers.items() if state == "left_out"} == {
        path.replace("\r", "\ufffd") for path in LEAVINGS
    }
    assert kept() == {path: body for path, body in FILES.items() if body}
    assert answers["empty.txt"] == "empty"
    counts = Submission.objects.get(pk=uploader.pk).counts()
    assert (counts["left_out"], counts["rejected"], counts["received"]) == (8, 1, 3)
    client = Client()
    client.force_login(manager)
    page = client.get(reverse("storage:report", args=[uploader.pk])).content.decode()
    assert "12 = 0 accepted + 1 refused + 8 left out + 3 in work" in " ".join(page.split())
    assert "An operating system keeps it for itself" in page


def test_a_leaving_that_was_uploaded_by_itself_is_left_out_too(uploader):
    uploader.send("scans/.DS_Store", b"\0\0\0\1Bud1")
    uploader.send("scans/1.dcm", DICOM)
    uploader.receive()
    assert uploader.answers() == {"scans/.DS_Store": "left_out", "scans/1.dcm": "received"}
    assert not SubmissionFile.objects.get(state="left_out").object_key


def test_an_archive_that_is_refused_as_a_whole_may_hold_leavings(upload_of, monkeypatch):
    monkeypatch.setattr("storage.services.receiving.budget.MOST_MEMBERS", 2)
    answers = upload_of(zipped({".DS_Store": b"\0\0\0\1", "1.dcm": DICOM, "2.dcm": DICOM}))
    assert answers == {"upload.zip": "too_many_members", ".DS_Store": "left_out", "1.dcm": "archive_refused"}


def test_the_portal_leaves_out_what_the_command_does(upload_of, tmp_path):
    for path, body in (FILES | LEAVINGS).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(body)
    command = {path for path, told in set_aside(tmp_path) if told.get("left_out") == "of_the_system"}
    answers = upload_of(zipped(FILES | LEAVINGS))
    assert len(command) == 6 and {answers[path] for path in command} == {"left_out"}


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("sub-1/func/sub-1_task-rest_physio.tsv.gz", {"sub-1/func/sub-1_task-rest_physio.tsv.gz": "received"}),
        ("sub-1/beh/sub-1_recording-eye_stim.tsv.gz", {"sub-1/beh/sub-1_recording-eye_stim.tsv.gz": "received"}),
        ("visits.tsv.gz", {"visits.tsv.gz": "expanded", "visits.tsv": "received"}),
    ],
)  # fmt: skip
def test_recordings_of_bids_stay_packed_and_other_packed_tables_do_not(upload_of, name, answer):
    assert upload_of(gzip.compress(b"0.1\t2\n0.2\t3\n"), name) == answer
