"""What identifies by itself: found when it arrives, kept or withheld by a person, known to committee and public."""

import importlib
import io

import h5py
import numpy as np
import pydicom
import pytest
from django.apps import apps
from django.urls import reverse
from pydicom.data import get_testdata_file

from deid.models import Finding
from deid.services import curating, defacing
from deid.services.recognising import FACE_IN_RAW, FACE_KEPT, NO_IDENTIFYING, NO_RENDERING
from deid.states import FindingMove
from examples.walking import curate, publish, upload
from portal.errors import InvalidInputError
from portal.jobs.inline import run_queued
from portal.models import Series
from portal.services.statistics import describe
from requests_app.models import Condition, Review
from tests.deid.heads import head_volume
from tests.deid.segments import as_bytes, segmentation
from tests.portal.builders import fill, kept

pytestmark = pytest.mark.django_db


def raw_head() -> bytes:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        file["kspace"] = np.ones((2, 8, 6), np.complex64)
        file.attrs["acquisition"] = "AXFLAIR"
    return out.getvalue()


def fundus() -> bytes:
    ds = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
    ds.Modality, ds.PatientID = "OP", "P77"
    out = io.BytesIO()
    ds.save_as(out)
    return out.getvalue()


@pytest.fixture
def walked(world, objects):
    collection = world.collection("looks", published=False)
    upload(collection, [("P77/raw.h5", raw_head()), ("P77/eye.dcm", fundus())], world.manager)
    run_queued()
    return collection


def decide(world, finding, move):
    return curating.decide_finding(curator=world.curator, finding_id=finding.pk, move=move)


def test_raw_data_of_a_head_waits_for_a_person_who_cannot_have_its_face_planned(world, walked):
    face = Finding.objects.get(kind="face")
    assert face.series.kind == "raw" and face.series.body_part == "HEAD" and face.state == "open"
    assert face.series.state == "inspected"
    for act in (
        lambda: defacing.ask_for_plan(curator=world.curator, finding_id=face.pk),
        lambda: decide(world, face, FindingMove.ACCEPT),
    ):
        with pytest.raises(InvalidInputError):
            act()
    decide(world, face, FindingMove.WITHHOLD)
    face.series.refresh_from_db()
    assert face.series.state == "withheld"


def test_the_name_of_a_raw_file_may_be_all_that_speaks_of_a_head(world, objects):
    collection = world.collection("arrays", published=False)
    flat = b"# Dimensions\n4 2\n"
    files = [
        ("P77/brain.hdr", flat),
        ("P77/brain.cfl", bytes(64)),
        ("P77/a.hdr", flat),
        ("P77/a.cfl", bytes(64)),
    ]
    upload(collection, files, world.manager)
    run_queued()
    (finding,) = Finding.objects.filter(kind="face")
    assert finding.series.body_part == "HEAD" and finding.series.instances.get().transfer_syntax == ".cfl"


def test_what_could_only_be_dismissed_before_counts_as_kept(world, walked):
    migration = importlib.import_module("deid.migrations.0009_dismissed_before_is_kept")
    content, face = Finding.objects.get(kind="content"), Finding.objects.get(kind="face")
    decided = {"state": "dismissed", "decided_by": world.curator}
    Finding.objects.filter(pk=face.pk).update(**decided)
    told = f"{content.summary} Release it only if the committee knows."
    Finding.objects.filter(pk=content.pk).update(summary=told, **decided)
    migration.keep(apps, None)
    states = dict(Finding.objects.values_list("kind", "state"))
    assert (states["content"], states["face"]) == ("kept", "dismissed")
    assert Finding.objects.get(kind="content").summary == content.summary


def test_the_desk_offers_to_keep_a_face_in_raw_data_and_no_plan(client, world, walked):
    client.force_login(world.curator)
    face = Finding.objects.get(kind="face")
    page = client.get(reverse("deid:desk", args=[face.pk])).content.decode()
    assert 'value="keep"' in page and 'value="plan"' not in page and "Show" not in page
    client.post(reverse("deid:desk", args=[face.pk]), {"action": "keep", "note": "k-space of a brain"})
    face.refresh_from_db()
    assert face.state == "kept" and face.series.state == "cleared"


def test_only_what_identifies_by_itself_is_kept_knowingly(world, walked):
    finding = Finding.objects.get(kind="content")
    Finding.objects.filter(pk=finding.pk).update(kind="quality")
    with pytest.raises(InvalidInputError):
        decide(world, finding, FindingMove.KEEP)


def published_with_both(world, collection):
    for finding in Finding.objects.filter(state="open", kind__in=["face", "content"]):
        decide(world, finding, FindingMove.KEEP)
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)


def test_the_committee_reads_what_was_kept_and_proposes_a_condition_with_one_press(client, world, walked):
    published_with_both(world, walked)
    review = world.in_review(walked)
    address = reverse("requests_app:review", args=[review.pk])
    client.force_login(world.member)
    page = client.get(address).content.decode()
    assert FACE_IN_RAW in page and "vessels of a fundus" in page
    assert page.count("1 series · 1 person") == 2
    assert NO_RENDERING in page and NO_IDENTIFYING in page
    client.post(address, {"action": "condition", "text": NO_RENDERING})
    assert Condition.objects.get(review=review).text == NO_RENDERING
    answer = client.get(address)
    assert answer.context["suggestions"] == [NO_IDENTIFYING]


def test_the_committee_is_told_of_what_is_asked_for_and_of_nothing_else(client, world, walked):
    published_with_both(world, walked)
    review = world.in_review(walked)
    client.force_login(world.member)
    address = reverse("api-review-recognisable", args=[review.pk])
    assert [one["kind"] for one in client.get(address).json()] == ["face", "content"]
    Review.objects.filter(pk=review.pk).update(selection={"modalities": ["OP"]})
    (left,) = client.get(address).json()
    assert (left["kind"], left["series"], left["subjects"]) == ("content", 1, 1)
    Review.objects.filter(pk=review.pk).update(selection={"modalities": ["CT"]})
    assert client.get(address).json() == []
    page = client.get(reverse("requests_app:review", args=[review.pk]))
    assert page.status_code == 200 and "What identifies by itself" not in page.content.decode()


@pytest.fixture
def heads(world):
    """A published collection of 20 people, of whom nobody is in a finding yet."""
    collection = world.collection("heads")
    for series in fill(collection, sexes="F" * 19):
        collection.published_version().series.add(series)
    return collection


def figures(collection):
    return describe(collection.published_version())


@pytest.mark.parametrize(
    ("count", "shown"), [(4, None), (5, 5), (14, 14), (15, 15), (17, None), (19, None), (20, 20)]
)
def test_the_public_counts_are_never_small_nor_tell_of_a_few_others(world, heads, count, shown):
    for series in heads.published_version().series.order_by("pk")[:count]:
        kept(series, world.curator)
    (one,) = figures(heads)["recognisable"]
    assert one == {"reason": FACE_KEPT, "subjects": shown, "series": shown}


def test_faces_that_were_removed_are_counted_apart_from_those_that_stayed(client, world, heads):
    version = heads.published_version()
    for series in version.series.order_by("pk")[:7]:
        kept(series, world.curator)
    Finding.objects.update(state="accepted", plan_key="plans/x")
    version.statistics = describe(version)
    version.save()
    assert version.statistics["recognisable"] == []
    assert version.statistics["faces_removed"] == {"subjects": 7, "series": 7}
    page = client.get("/collections/heads/").content.decode()
    assert "removed from the heads of 7 people" in page and "What still identifies" not in page
    assert client.get("/api/v1/collections/heads/versions/1").json()["statistics"]["faces_removed"]


def test_the_public_page_says_what_still_identifies_by_itself(client, world, heads):
    version = heads.published_version()
    for series in version.series.order_by("pk")[:3]:
        kept(series, world.curator)
    version.statistics = describe(version)
    version.save()
    page = client.get("/collections/heads/").content.decode()
    assert FACE_KEPT in page and "Some people" in page and "3 people" not in page


def test_the_segments_of_a_head_wait_for_a_person_and_those_of_a_lesion_for_none(world, objects):
    values, to_patient = head_volume(4.0)
    head, lesion = values > 300, np.zeros(values.shape, bool)
    z, y, x = np.argwhere(head).mean(0).astype(int)
    lesion[z - 9 : z + 9, y - 3 : y + 3, x - 3 : x + 3] = True
    collection = world.collection("segments", published=False)
    files = [
        (f"P77/{name}.dcm", as_bytes(segmentation([mask], to_patient, SeriesDescription=name)))
        for name, mask in (("head", head), ("lesion", lesion))
    ]
    upload(collection, files, world.manager)
    run_queued()
    (finding,) = Finding.objects.filter(kind="content")
    assert finding.state == "open" and "outer contour of a head" in finding.summary
    assert sorted(Series.objects.values_list("state", flat=True)) == ["cleared", "inspected"]
