"""Uploads that nobody goes on with are closed after a month; a person's waiting uploads are bounded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.models import LedgerEvent
from storage.models import Submission, SubmissionFile, UploadedPart
from storage.objects import raw_store
from storage.services.abandoning import abandon_untouched

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = timedelta(days=31)


@pytest.fixture
def old(uploader):
    """A submission in which nothing has happened for a month: a whole file, and half of another."""
    uploader.send("whole.dcm", b"x" * 2000)
    half = uploader.announce("half.dcm", 4000)["id"]
    assert uploader.part(half, 1, b"y" * 2000).status_code == 201
    past = timezone.now() - MONTH
    Submission.objects.update(opened_at=past)
    SubmissionFile.objects.update(announced_at=past)
    UploadedPart.objects.update(arrived_at=past)
    return uploader


def test_an_untouched_submission_is_closed_and_its_parts_are_gone(old):
    assert len(list(raw_store().list_prefix("quarantine/"))) == 2
    assert abandon_untouched() == 1
    assert abandon_untouched() == 0
    assert Submission.objects.get().state == "rejected"
    assert old.answers() == {"whole.dcm": "abandoned", "half.dcm": "abandoned"}
    assert list(raw_store().list_prefix("quarantine/")) == []
    assert UploadedPart.objects.count() == 0
    assert LedgerEvent.objects.filter(verb="submission abandoned").count() == 1


@pytest.mark.parametrize("touch", ["a part", "a file", "opened"])
def test_whatever_happened_lately_keeps_it_open(old, touch):
    now = timezone.now()
    if touch == "a part":
        UploadedPart.objects.filter(number=1).update(arrived_at=now)
    elif touch == "a file":
        SubmissionFile.objects.filter(path="half.dcm").update(announced_at=now)
    else:
        Submission.objects.update(opened_at=now)
    assert abandon_untouched() == 0
    assert Submission.objects.get().state == "open"
    assert UploadedPart.objects.count() == 2


def test_what_was_handed_in_is_never_abandoned(uploader):
    uploader.send("whole.dcm", b"x" * 2000)
    uploader.hand_in()
    Submission.objects.update(opened_at=timezone.now() - MONTH)
    SubmissionFile.objects.update(announced_at=timezone.now() - MONTH)
    UploadedPart.objects.update(arrived_at=timezone.now() - MONTH)
    assert abandon_untouched() == 0
    assert Submission.objects.get().state == "receiving"


def test_more_than_the_quota_is_not_announced_and_handing_in_frees_it(uploader, settings):
    settings.UPLOAD_QUOTA_BYTES = 5000
    uploader.send("first.dcm", b"x" * 3000)
    body = {"files": [{"path": "second.dcm", "size": 2001}]}
    address = f"/api/v1/submissions/{uploader.pk}/files"
    refused = uploader.api.post(address, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "quota_exceeded")
    assert SubmissionFile.objects.count() == 1
    other = type(uploader)(uploader.api, "scans")
    assert uploader.api.post(f"/api/v1/submissions/{other.pk}/files", body, format="json").status_code == 400
    uploader.hand_in()
    assert uploader.api.post(f"/api/v1/submissions/{other.pk}/files", body, format="json").status_code == 201
