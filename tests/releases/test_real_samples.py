"""All real sample files go the whole way: each accepted or rejected with a reason, and what was accepted is released."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pydicom
import pytest
from django.core.management import call_command
from django.db.models import Q
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from deid.models import Finding, Release, ReleaseFile
from deid.services.curating import decide_finding
from deid.states import FindingMove
from examples.walking import publish, upload
from portal.jobs.inline import run_queued
from portal.models import Collection, Instance, Job, Series
from requests_app.policies import readable_releases
from storage.models import Submission, SubmissionFile
from storage.objects import raw_store, released_store
from tests.conftest import empty_buckets
from tests.releases.conftest import walk_to_grant
from tests.world import World, make_world

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "dicom_samples"
SAMPLES = Path(os.environ.get("TESSERA_SAMPLES", BESIDE))
FILES = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.name != "MANIFEST.tsv")
pytestmark = [
    pytest.mark.soak,
    pytest.mark.django_db,
    pytest.mark.needs_samples,
    pytest.mark.skipif(
        not FILES, reason=f"NO SAMPLE FILES at {SAMPLES} (TESSERA_SAMPLES): nothing real was released here"
    ),
    pytest.mark.filterwarnings("ignore"),
]


@dataclass(frozen=True)
class Walked:
    """What the tests look at."""

    world: World
    submission: Submission
    release: Release


@pytest.fixture(scope="module")
def walked(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walked]:
    """Upload, curate, publish, grant and release, once for all tests of the module."""
    # Reading text in pixels is tested elsewhere; here a person is asked about every series instead, and lets pass what is there.
    unread = override_settings(INSPECT_MOST_IMAGES=0, READ_AGAIN_MOST_IMAGES=0)
    with django_db_blocker.unblock(), empty_buckets(), unread:
        world = make_world()
        collection = world.collection("samples", published=False)
        submission = upload(
            collection, ((str(path.relative_to(SAMPLES)), path.read_bytes()) for path in FILES), world.manager
        )
        run_queued()
        decide(collection, world)
        run_queued()
        publish(collection, world.people)
        grant = walk_to_grant(world, collection)
        run_queued()
        submission.refresh_from_db()
        yield Walked(world, submission, Release.objects.get(grant_id=grant.pk))
        call_command("flush", interactive=False, verbosity=0)


def decide(collection: Collection, world: World) -> None:
    for finding in Finding.objects.filter(series__study__subject__collection=collection, state="open"):
        decide_finding(
            curator=world.curator, finding_id=finding.pk, move=FindingMove.DISMISS, note="Samples are public."
        )


def test_every_file_is_accepted_or_rejected_with_a_reason_and_no_job_died(walked: Walked) -> None:
    counts = walked.submission.counts()
    assert walked.submission.state == "accepted"
    assert counts["total"] - counts["expanded"] == sum(
        counts[state] for state in ("accepted", "rejected", "here_already")
    )
    assert counts["accepted"] >= 230
    for file in SubmissionFile.objects.filter(state="rejected"):
        assert file.reason_code and file.reason, file.path
    codes = Counter(SubmissionFile.objects.filter(state="rejected").values_list("reason_code", flat=True))
    assert codes.keys() <= KNOWN_REASONS, codes
    assert not list(Job.objects.exclude(state="done").values_list("name", "error_code"))


def test_a_file_is_called_a_twin_only_where_its_twin_was_accepted(walked: Walked) -> None:
    """Many samples are one instance in several encodings; one of each is taken, the uploader is told of the others."""
    accepted = {instance_of(file) for file in SubmissionFile.objects.filter(state="accepted")}
    twins = SubmissionFile.objects.filter(Q(state="here_already") | Q(reason_code="conflicting_duplicate"))
    assert twins.count() >= 50
    for file in twins:
        assert instance_of(file) in accepted, file.path


def instance_of(file: SubmissionFile) -> str:
    if file.path.endswith(".nii.gz"):
        return file.path
    dataset = pydicom.dcmread(SAMPLES / file.path, stop_before_pixels=True, force=True)
    return str(dataset.SOPInstanceUID)


def test_what_was_accepted_is_indexed_cleared_and_in_the_release(walked: Walked) -> None:
    accepted = SubmissionFile.objects.filter(state="accepted")
    assert Instance.objects.count() == accepted.count()
    assert set(Instance.objects.values_list("source_key", flat=True)) == set(
        accepted.values_list("object_key", flat=True)
    )
    assert set(Series.objects.values_list("state", flat=True)) == {"cleared"}
    assert walked.release.state == "sealed", walked.release.failure_code
    assert readable_releases(walked.world.researcher).get() == walked.release
    released = walked.release.files.filter(item__isnull=False)
    assert released.count() == accepted.count()
    assert walked.release.certificate["verified"]["hits"] == 0


def test_every_released_file_opens_with_the_pixels_of_its_source(walked: Walked, tmp_path: Path) -> None:
    compared = 0
    for file in walked.release.files.filter(instance__isnull=False).select_related("instance__series"):
        compared += same_pixels(file, tmp_path)
    assert compared >= 165


def same_pixels(file: ReleaseFile, folder: Path) -> bool:
    assert file.instance is not None
    source, released = folder / "source", folder / "released"
    if file.instance.series.kind == "nifti":
        source, released = (
            folder / (name + file.instance.transfer_syntax) for name in ("source", "released")
        )
    raw_store().get_to(file.instance.source_key, source)
    body = released_store().get_stream(file.object_key, start=file.offset, length=file.size)
    released.write_bytes(b"".join(body))
    if file.instance.series.kind == "nifti":
        before, after = (np.asanyarray(nibabel.load(path).dataobj) for path in (source, released))
        assert np.array_equal(before, after)
        return True
    return same_pixel_data(source, released)


def same_pixel_data(source: Path, released: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before, after = pydicom.dcmread(source, force=True), pydicom.dcmread(released)
        assert str(after.PatientIdentityRemoved) == "YES"
        for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"):
            assert before.get(name) == after.get(name), after.SOPClassUID
        shown = decoded(before)
        if shown is not None:
            assert np.array_equal(shown, after.pixel_array, equal_nan=shown.dtype.kind == "f")
        return shown is not None


def decoded(dataset: pydicom.Dataset) -> Any:
    """Return the pixels, or nothing where the source has none that can be decoded."""
    try:
        return dataset.pixel_array
    except Exception:
        return None


KNOWN_REASONS = {
    "dicomdir", "no_sop_instance", "truncated", "bad_vr", "no_transfer_syntax",
    "conflicting_duplicate",
}  # fmt: skip
