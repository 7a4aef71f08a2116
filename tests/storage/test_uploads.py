"""Uploads arrive in parts, whole, once, and nothing disappears."""

import hashlib
import os

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from portal.models import Job, LedgerEvent, Person
from storage import keys
from storage.models import Submission, SubmissionFile, UploadedPart
from storage.models.submissions import PART_BYTES
from storage.objects import raw_store
from tests.storage.conftest import Uploader, content_digest

pytestmark = pytest.mark.django_db


def test_a_file_in_parts_is_kept_byte_for_byte(uploader):
    content = os.urandom(3_000_000)
    file = uploader.send("study/scan.dcm", content, sha256=hashlib.sha256(content).hexdigest())
    submission = uploader.receive()
    row = SubmissionFile.objects.get(pk=file)
    assert (submission.state, row.state, row.size) == ("received", "received", 3_000_000)
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert raw_store().get_bytes(row.object_key) == content
    assert "study" not in row.object_key and "scan" not in row.object_key
    assert list(raw_store().list_prefix(keys.parts(row.pk))) == []
    assert Job.objects.filter(name="deid.index_submission", identifier=submission.pk).exists()


def test_a_part_may_be_sent_twice_but_not_with_other_bytes(uploader):
    file = uploader.announce("a.dcm", 6)["id"]
    assert uploader.part(file, 1, b"abc").status_code == 201
    assert uploader.part(file, 1, b"abc").status_code == 200
    refused = uploader.part(file, 1, b"xyz")
    assert (refused.status_code, refused.json()["code"]) == (409, "other_bytes")
    assert UploadedPart.objects.get(file=file).sha256 == hashlib.sha256(b"abc").hexdigest()


def test_a_damaged_part_is_refused_and_leaves_nothing(uploader):
    file = uploader.announce("a.dcm", 3)["id"]
    refused = uploader.part(file, 1, b"abX", content_digest(b"abc"))
    assert (refused.status_code, refused.json()["code"]) == (400, "digest_differs")
    assert refused["Content-Type"] == "application/problem+json"
    assert not UploadedPart.objects.exists()
    assert list(raw_store().list_prefix("")) == []


@pytest.mark.parametrize("header", ["", "sha-256=:####:", "sha-256=:YWJj:", "md5=:YWJj:"])
def test_a_part_without_a_usable_digest_is_refused(uploader, header):
    file = uploader.announce("a.dcm", 3)["id"]
    answer = uploader.part(file, 1, b"abc", header or "none")
    assert (answer.status_code, answer.json()["code"]) == (400, "digest_needed")


def test_a_part_that_is_too_large_is_refused(uploader):
    file = uploader.announce("a.dcm", PART_BYTES + 1)["id"]
    answer = uploader.part(file, 1, b"x" * (PART_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "part_too_large")


def test_an_interrupted_upload_learns_which_parts_are_there(uploader):
    file = uploader.announce("a.dcm", 9)["id"]
    uploader.part(file, 1, b"abc")
    uploader.part(file, 3, b"ghi")
    again = uploader.announce("a.dcm", 9)
    assert again["id"] == file
    assert [part["number"] for part in again["parts"]] == [1, 3]
    missing = uploader.api.post(f"/api/v1/submission-files/{file}/complete")
    assert (missing.status_code, missing.json()["detail"]) == (400, "Parts are missing: 2.")
    uploader.part(file, 2, b"def")
    assert uploader.api.post(f"/api/v1/submission-files/{file}/complete").status_code == 200
    uploader.receive()
    assert raw_store().get_bytes(SubmissionFile.objects.get(pk=file).object_key) == b"abcdefghi"


def test_a_file_that_is_shorter_than_announced_is_not_complete(uploader):
    file = uploader.announce("a.dcm", 9)["id"]
    uploader.part(file, 1, b"abc")
    answer = uploader.api.post(f"/api/v1/submission-files/{file}/complete")
    assert (answer.status_code, answer.json()["code"]) == (400, "size_differs")


def test_a_path_announced_anew_with_other_content_is_refused(uploader):
    uploader.announce("a.dcm", 9)
    body = {"files": [{"path": "a.dcm", "size": 10}]}
    answer = uploader.api.post(f"/api/v1/submissions/{uploader.pk}/files", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "other_file")


def test_bytes_that_are_not_what_was_announced_end_as_rejected(uploader):
    uploader.send("a.dcm", b"abc", sha256=hashlib.sha256(b"other").hexdigest())
    submission = uploader.receive()
    assert uploader.answers() == {"a.dcm": "digest_differs"}
    assert (submission.counts()["rejected"], submission.counts()["total"]) == (1, 1)
    assert list(raw_store().list_prefix("")) == []


def test_a_part_that_changed_in_quarantine_ends_as_an_error_and_not_as_a_file(uploader):
    file = uploader.send("a.dcm", b"abcdef", sha256=hashlib.sha256(b"abcdef").hexdigest())
    part = UploadedPart.objects.get(file=file)
    raw_store().put_bytes(keys.part(part.file_id, 1, part.sha256), b"abcdeX")
    uploader.receive()
    assert uploader.answers() == {"a.dcm": "digest_differs"}


def test_nothing_is_handed_in_while_a_file_is_incomplete(uploader):
    uploader.announce("a.dcm", 9)
    refused = uploader.hand_in()
    assert (refused.status_code, refused.json()["code"]) == (400, "files_incomplete")
    assert Submission.objects.get(pk=uploader.pk).state == "open"


def test_an_empty_submission_is_not_handed_in(uploader):
    assert uploader.hand_in().json()["code"] == "no_files"


def test_handing_in_twice_receives_once(uploader):
    uploader.send("a.dcm", b"abc")
    assert uploader.hand_in().status_code == 200
    assert uploader.hand_in().status_code == 403
    assert Job.objects.filter(name="storage.receive_submission").count() == 1


def test_after_hand_in_no_part_and_no_file_can_be_added(uploader):
    file = uploader.send("a.dcm", b"abc")
    uploader.hand_in()
    assert uploader.part(file, 2, b"more").status_code == 403
    body = {"files": [{"path": "b.dcm", "size": 1}]}
    answer = uploader.api.post(f"/api/v1/submissions/{uploader.pk}/files", body, format="json")
    assert answer.status_code == 403


def test_a_file_that_is_taken_back_is_gone_with_its_parts(uploader):
    file = uploader.announce("a.dcm", 9)["id"]
    uploader.part(file, 1, b"abc")
    assert uploader.api.delete(f"/api/v1/submission-files/{file}").status_code == 204
    assert not SubmissionFile.objects.exists()
    assert list(raw_store().list_prefix("")) == []


def test_a_stranger_finds_neither_submission_nor_file(uploader):
    file = uploader.announce("a.dcm", 3)["id"]
    stranger = APIClient()
    stranger.force_login(Person.objects.create_user("eve@example.org", "x", full_name="Eve"))
    assert stranger.get(f"/api/v1/submissions/{uploader.pk}").status_code == 404
    assert stranger.get(f"/api/v1/submission-files/{file}").status_code == 404
    assert Uploader.part(uploader, file, 1, b"abc").status_code == 201
    uploader.api = stranger
    assert uploader.part(file, 2, b"abc").status_code == 404
    assert stranger.get("/api/v1/submissions").json()["results"] == []
    refused = stranger.post("/api/v1/submissions", {"collection": "scans"}, format="json")
    assert refused.status_code == 404


def test_a_visitor_is_asked_to_sign_in(uploader):
    assert APIClient().get(f"/api/v1/submissions/{uploader.pk}").status_code == 401


def test_the_same_write_with_the_same_key_happens_once(api, collection):
    headers = {"Idempotency-Key": "one"}
    body = {"collection": "scans"}
    first = api.post(reverse("api-submissions"), body, format="json", headers=headers)
    second = api.post(reverse("api-submissions"), body, format="json", headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert second["Idempotent-Replayed"] == "true"
    assert Submission.objects.count() == 1
    other = api.post(reverse("api-submissions"), {**body, "note": "x"}, format="json", headers=headers)
    assert (other.status_code, other.json()["code"]) == (400, "key_reused")


def test_the_ledger_tells_of_the_upload_without_its_paths(uploader):
    uploader.send("DOE^JANE/scan.dcm", b"abc")
    uploader.receive()
    verbs = list(LedgerEvent.objects.values_list("verb", flat=True))
    assert verbs == ["submission opened", "submission handed in", "submission received"]
    assert LedgerEvent.objects.get(verb="submission received").detail == {"received": 1, "rejected": 0}
    assert not any("DOE" in str(event.as_row()) for event in LedgerEvent.objects.all())


def test_a_path_is_data_whatever_it_says(uploader):
    odd = "../../etc/pass\u202ewd\x00\n" + "a" * 3000
    assert uploader.announce(odd.replace("\x00", ""), 3)["path"].startswith("../../etc/pass\ufffdwd\ufffda")
    assert len(SubmissionFile.objects.get().path) == 2000
