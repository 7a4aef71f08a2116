"""Whoever reads why a file was refused reads what to do about it, once."""

import csv
import re

import pytest
from django.conf import settings
from django.urls import reverse

from deid.engine import errors
from storage.advice import ADVICE, advice_for
from storage.models import Submission, SubmissionFile
from storage.services.receiving.refusals import REASONS
from storage.states import FileState, SubmissionState
from tests.portal.builders import collection, manager_of, sponsor

pytestmark = pytest.mark.django_db
# Codes of the engine that no upload meets: of masks, of faces, of the command, and of other work on a file.
NOT_UPLOADED = {
    "deep_colours", "jpeg_not_maskable", "mask_outside", "no_pixels", "no_such_frame", "no_volume", "odd_geometry",
    "unsupported_mask", "voxel_mask_missing", "text_not_masked", "face_not_removed",
}  # fmt: skip


def test_every_code_with_which_a_file_can_be_refused_has_its_own_advice():
    folders = [settings.BASE_DIR / "deid/engine", settings.BASE_DIR / "deid/services/intake"]
    texts = [path.read_text() for folder in folders for path in folder.rglob("*.py")]
    codes = {code for text in texts for code in re.findall(r'\bcode\s*=\s*"([a-z_0-9]+)"', text)}
    codes |= {getattr(errors, name).code for name in dir(errors) if name.endswith("Error")} | REASONS.keys()
    assert len(codes) > 60
    assert sorted(codes - NOT_UPLOADED - ADVICE.keys()) == []
    assert not NOT_UPLOADED & ADVICE.keys()


def test_advice_is_one_sentence_and_is_not_said_twice():
    for code, text in ADVICE.items():
        assert re.fullmatch(r"[A-Z].*[^.]\.", text), code
        assert not re.search(r"\. [A-Z]", text), code
    assert advice_for("encrypted", REASONS["encrypted"]) == ""
    assert advice_for("truncated", "The image ends before it should.").startswith("Export it anew")
    assert "administrators" in advice_for("of_next_year", "It is odd.")
    assert advice_for("", "") == ""


def test_the_report_shows_what_to_do_beside_the_reason(client):
    manager = manager_of(sponsor())
    report = Submission.objects.create(
        collection=collection(manager), person=manager, state=SubmissionState.INSPECTED
    )
    for path, code, reason in (
        ("disc/DICOMDIR", "dicomdir", "This is a DICOMDIR."),
        ("locked.zip", "encrypted", REASONS["encrypted"]),
    ):
        SubmissionFile.objects.create(
            submission=report, path=path, size=5, state=FileState.REJECTED, reason_code=code, reason=reason
        )
    client.force_login(manager)
    page = client.get(reverse("storage:report", args=[report.pk])).content.decode()
    assert "This is a DICOMDIR.<br><strong>Upload the images that it lists.</strong>" in page
    assert page.count("Upload it without a password.") == 1
    answer = client.get(reverse("storage:report_csv", args=[report.pk]))
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    assert [row["what to do"] for row in rows] == ["Upload the images that it lists.", ""]
