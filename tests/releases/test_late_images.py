"""Images that come to a series later: what was decided before does not cover them, and what is published does not grow."""

import io

import numpy as np
import pydicom
import pytest

from deid.models import Finding, Release
from deid.services.curating import decide_finding, send_back_submission
from deid.states import FindingMove
from examples.walking import curate, publish, upload
from portal.errors import InvalidInputError
from portal.jobs.inline import run_queued
from portal.models import Instance, Series, SeriesState
from portal.services.versions import open_draft_version, publish_version, submit_version, withdraw_version
from storage.advice import advice_for
from storage.models import SubmissionFile
from tests.releases.conftest import members_of, walk_to_grant, walk_to_release
from tests.releases.test_leafing import dicom

pytestmark = pytest.mark.django_db


@pytest.fixture
def unread(settings):
    """Nothing is read, so a person is asked about every series, and nothing slow runs."""
    settings.INSPECT_MOST_IMAGES = 0


def image(number):
    return f"P1/{number}.dcm", dicom(number, np.full((40, 48), 100 + number, np.int16))


@pytest.fixture
def collection(world, objects, unread):
    collection = world.collection("late", published=False)
    upload(collection, [image(1)], world.manager)
    run_queued()
    curate(collection, world.curator)
    run_queued()
    return collection


def numbers(release):
    members = members_of(release)
    return sorted(
        int(pydicom.dcmread(io.BytesIO(one)).InstanceNumber)
        for name, one in members.items()
        if name.endswith(".dcm")
    )


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("burned_in_text", "dismissed"),
        ("burned_in_text", "changed"),
        ("face", "accepted"),
        ("content", "kept"),
        ("quality", "withheld"),
    ],
)
def test_no_decision_covers_images_that_come_later(collection, world, kind, state):
    text = Finding.objects.get(kind="burned_in_text")
    decided = {"kind": kind, "state": state, "plan_key": "a plan", "boxes": [{"x": 1, "instance": None}]}
    Finding.objects.exclude(pk=text.pk).delete()
    Finding.objects.filter(pk=text.pk).update(**decided)
    settled = SeriesState.WITHHELD if state == "withheld" else SeriesState.CLEARED
    Series.objects.update(state=settled)
    upload(collection, [image(2)], world.manager)
    run_queued()
    reopened = Finding.objects.get(pk=text.pk)
    assert (reopened.state, reopened.decided_by, reopened.plan_key) == ("open", None, "")
    assert reopened.boxes == decided["boxes"], "what was drawn is not lost"
    assert Series.objects.get().state == "inspected"


def test_a_file_that_is_there_already_opens_nothing_again(collection, world):
    upload(collection, [image(1)], world.manager)
    run_queued()
    assert Finding.objects.get(kind="burned_in_text").state == "dismissed"
    assert Series.objects.get().state == "cleared"


def test_nothing_is_decided_between_the_coming_of_images_and_their_inspection(collection, world):
    finding = Finding.objects.get(kind="burned_in_text")
    Finding.objects.filter(pk=finding.pk).update(state="open", decided_by=None)
    Series.objects.update(state=SeriesState.INDEXED)
    with pytest.raises(InvalidInputError, match="wait for their inspection"):
        decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.DISMISS)


def test_a_published_version_does_not_grow_and_the_uploader_reads_why(collection, world):
    publish(collection, world.people)
    run_queued()
    upload(collection, [image(2)], world.manager)
    run_queued()
    late = SubmissionFile.objects.get(path="P1/2.dcm")
    assert (late.state, late.reason_code) == ("rejected", "series_published")
    assert "published version" in late.reason and advice_for(late.reason_code).startswith("Withdraw")
    assert Instance.objects.count() == Series.objects.get().instance_count == 1
    assert Finding.objects.get(kind="burned_in_text").state == "dismissed"
    assert numbers(walk_to_release(world, collection)) == [1]


def test_a_version_that_stepped_back_is_as_fixed_until_it_is_withdrawn_too(collection, world):
    first = publish(collection, world.people)
    run_queued()
    open_draft_version(collection=collection, actor=world.manager)
    draft = collection.versions.get(state="draft")
    submit_version(version_id=draft.pk, actor=world.manager, notes="The same again.")
    second = publish_version(version_id=draft.pk, actor=world.curator)
    finding = Finding.objects.get(kind="burned_in_text")
    reopen = {"curator": world.curator, "finding_id": finding.pk, "move": FindingMove.REOPEN}
    for version in (second, first):
        with pytest.raises(InvalidInputError, match="part of a published version"):
            decide_finding(**reopen)
        withdraw_version(version_id=version.pk, actor=world.manager, reason="Gone.")
    assert decide_finding(**reopen).state == "open"


def test_a_release_with_a_series_that_is_not_cleared_fails(collection, world):
    publish(collection, world.people)
    run_queued()
    walk_to_grant(world, collection)
    Series.objects.update(state=SeriesState.INSPECTED)
    run_queued()
    release = Release.objects.get()
    assert (release.state, release.failure_code) == ("failed", "series is not cleared")
    assert not release.files.exists()


def test_an_inspection_that_comes_again_keeps_what_a_curator_drew(collection, world):
    finding = Finding.objects.get(kind="burned_in_text")
    drawn = {
        "x": 1,
        "y": 2,
        "width": 3,
        "height": 4,
        "rows": 40,
        "columns": 48,
        "confidence": 1.0,
        "frames": None,
    }
    proposed = drawn | {"x": 9}
    boxes = [drawn | {"instance": None}, proposed]
    Finding.objects.filter(pk=finding.pk).update(boxes=boxes)
    upload(collection, [image(2)], world.manager)
    run_queued()
    assert Finding.objects.get(pk=finding.pk).boxes == [drawn | {"instance": None}]


def test_what_was_sent_back_stays_withheld_whatever_else_is_decided(world, objects, unread):
    collection = world.collection("back", published=False)
    submission = upload(collection, [image(1)], world.manager)
    run_queued()
    send_back_submission(curator=world.curator, submission_id=submission.pk, reason="Cropped.")
    run_queued()
    finding = Finding.objects.get(kind="burned_in_text")
    decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.DISMISS)
    run_queued()
    assert Series.objects.get().state == "withheld"
    sent_back = Finding.objects.get(kind="quality")
    assert (sent_back.state, sent_back.note, sent_back.decided_by) == ("withheld", "Cropped.", world.curator)
    upload(collection, [image(2)], world.manager)
    run_queued()
    curate(collection, world.curator)
    run_queued()
    assert Series.objects.get().state == "cleared"
