"""A leaked file names its grant, whatever is left of it; and where it cannot, the portal says so."""

import base64
import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile

import pydicom
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from deid.models import Release
from deid.services.leaks import marks, unpacking
from portal.jobs.inline import run_queued
from portal.models import LedgerEvent
from requests_app.models import Grant, Review
from requests_app.services.tracing import trace_leak
from storage.objects import released_store
from tests.conftest import empty_buckets
from tests.releases.conftest import walk_to_grant, walk_to_publication, walk_to_release
from tests.world import make_world


def body_of(release: Release, suffix: str) -> bytes:
    file = release.files.filter(path__endswith=suffix, item__isnull=False).first()
    return b"".join(released_store().get_stream(file.object_key, start=file.offset, length=file.size))


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker):
    """Two grants on the same collection, each with its release, walked once for all tests here."""
    with django_db_blocker.unblock(), empty_buckets():
        world = make_world()
        collection = walk_to_publication(world)
        first = walk_to_release(world, collection)
        Review.objects.update(requester=world.manager)
        grant = walk_to_grant(world, collection)
        run_queued()
        yield world, (first, Release.objects.get(grant_id=grant.pk))
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def world(walked, db):
    return walked[0]


@pytest.fixture
def two(walked, db):
    return walked[1]


def traced(world, content: bytes):
    return trace_leak(person=world.manager, content=io.BytesIO(content))


def test_an_image_names_its_grant_and_its_subject_even_when_it_was_changed(world, two):
    for release in two:
        ds = pydicom.dcmread(io.BytesIO(body_of(release, ".dcm")))
        ds.StudyDescription = "changed by somebody"
        out = io.BytesIO()
        ds.save_as(out)
        (one,) = traced(world, out.getvalue()).named
        assert one.grant.pk == release.grant_id
        assert one.found.subjects
        assert one.found.uids
        assert not one.found.same_bytes


def test_one_pseudonym_alone_is_enough(world, two):
    pseudonym = two[1].items.filter(series__isnull=False).first().row["PatientID"]
    (one,) = traced(world, f"as we saw in {pseudonym}, the lesion grew".encode()).named
    assert one.grant.pk == two[1].grant_id


def test_the_holder_of_the_keys_can_join_two_grants_and_nobody_else(world, two):
    tables = [body_of(release, ".csv") for release in two]
    first, second = (traced(world, table).named[0].found.subjects for table in tables)
    assert first == second
    assert first
    assert not set(tables[0].split()) & {row for row in tables[1].split() if b"T-" in row}


def test_a_file_inside_gzip_is_looked_into(world, two):
    (one,) = traced(world, gzip.compress(body_of(two[0], ".csv"))).named
    assert one.grant.pk == two[0].grant_id


def zipped(content: bytes, name: str = "notes.txt", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def tarred(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("table.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


WAYS = {
    "zip": zipped,
    "zip in zip": lambda content: zipped(zipped(content), "inner.zip"),
    "gzip in zip": lambda content: zipped(gzip.compress(content), "table.csv.gz"),
    "tar": tarred,
    "tar and gzip": lambda content: gzip.compress(tarred(content)),
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "UTF-16, the other way round": lambda content: content.decode().encode("utf-16-be"),
    "base64": base64.b64encode,
    "base64 in lines, of a packed file": lambda content: base64.encodebytes(gzip.compress(content)),
    "base64 quoted": lambda content: (
        b'{"attached": "data:text/csv;base64,' + base64.b64encode(content) + b'"}'
    ),
    "hex": lambda content: content.hex().encode(),
    "hex quoted": lambda content: b"it read: " + content.hex(" ").encode() + b" (sic!)",
    "small letters": bytes.lower,
    "without hyphens": lambda content: content.replace(b"T-", b"T"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_pseudonym_is_found_however_it_is_packed_or_spelt(world, two, way):
    pseudonym = two[1].items.filter(series__isnull=False).first().row["PatientID"]
    said = f"as we saw in {pseudonym}, the lesion grew; in others it did not.\n" * 3
    answer = traced(world, WAYS[way](said.encode()))
    assert [one.grant.pk for one in answer.named] == [two[1].grant_id]
    assert answer.complete


def test_the_name_of_a_file_tells_whose_it_is_as_our_own_packages_write_it(world, two):
    pseudonym = two[0].items.filter(series__isnull=False).first().row["PatientID"]
    name = f"sub-{pseudonym.replace('-', '')}_T1w.nii.gz"
    for content in (name.encode(), zipped(b"pixels", f"data/{name}"), zipped(b"pixels", name.lower())):
        (one,) = traced(world, content).named
        assert one.grant.pk == two[0].grant_id


def test_a_file_in_an_archive_is_known_by_its_bytes(world, two):
    answer = traced(world, zipped(body_of(two[0], ".nii.gz"), "brain.nii.gz"))
    assert {one.grant.pk for one in answer.possible} == {release.grant_id for release in two}


@pytest.mark.parametrize("uid", ["StudyInstanceUID", "SeriesInstanceUID"])
def test_the_beginning_of_an_identifier_is_enough_in_whatever_format_its_series_is(world, two, uid):
    """Paths of DICOM files hold the UIDs; those of a BIDS data set do not."""
    items = [*two[0].items.filter(series__isnull=False)]
    assert {item.series.kind for item in items} >= {"dicom", "nifti"}
    for item in items:
        (one,) = traced(world, item.row[uid][:30].encode()).named
        assert (one.grant.pk, one.found.uids) == (two[0].grant_id, 1)


def false_marks(count: int) -> bytes:
    letters = random.Random(5)
    return "\n".join(f"T-AAA{''.join(letters.choices('ABCDEFG', k=7))}" for _ in range(count)).encode()


def test_many_false_marks_do_not_push_out_the_true_one(world, two):
    pseudonym = two[0].items.filter(series__isnull=False).first().row["PatientID"].encode()
    (one,) = traced(world, false_marks(20_000) + b"\n" + pseudonym).named
    assert one.grant.pk == two[0].grant_id


def test_where_there_are_too_many_marks_the_most_frequent_are_looked_at_and_it_is_said(
    world, two, monkeypatch
):
    monkeypatch.setattr(marks, "MOST_MARKS", 50)
    pseudonym = two[0].items.filter(series__isnull=False).first().row["PatientID"].encode()
    answer = traced(world, pseudonym + b"\n" + false_marks(500) + b"\n" + pseudonym)
    assert [one.grant.pk for one in answer.named] == [two[0].grant_id]
    assert not answer.complete


@pytest.mark.parametrize(
    ("limit", "most"), [("MOST_LAYERS", 1), ("MOST_MEMBERS", 1), ("MOST_BYTES", 5), ("MOST_SECONDS", -1)]
)
def test_what_packs_too_much_is_left_and_it_is_said(world, two, monkeypatch, limit, most):
    monkeypatch.setattr(unpacking, limit, most)
    bomb = zipped(zipped(b"ten bytes of it", "inner.txt"), "inner.zip")
    assert not traced(world, bomb).complete


def test_a_damaged_archive_is_searched_as_far_as_it_goes(world, two):
    packed = gzip.compress(body_of(two[0], ".csv") + random.Random(3).randbytes(4000))
    answer = traced(world, packed[:-1500])
    assert [one.grant.pk for one in answer.named] == [two[0].grant_id]
    assert not answer.complete


def test_the_same_bytes_given_to_two_grants_name_neither(world, two):
    answer = traced(world, body_of(two[0], ".nii.gz"))
    assert answer.named == []
    assert {one.grant.pk for one in answer.possible} == {release.grant_id for release in two}


def test_a_file_from_which_everything_was_taken_names_nobody(world, two):
    assert traced(world, b"P5 2 2 255 abcd") == traced(world, b"something else")


def test_a_sponsor_traces_its_own_grants_only_and_the_ledger_keeps_who_asked(world, two):
    content = body_of(two[0], ".dcm")
    foreign = trace_leak(person=world.researcher, content=io.BytesIO(content))
    assert foreign.named == foreign.possible == []
    assert foreign.marks
    everything = trace_leak(person=world.admin, content=io.BytesIO(content))
    assert [one.grant.pk for one in everything.named] == [two[0].grant_id]
    assert LedgerEvent.objects.filter(verb="file traced", actor=world.admin).exists()


def test_a_trace_still_names_a_grant_that_has_ended_and_whose_data_is_purged(world, two):
    sealed = two[0]
    content = body_of(sealed, ".dcm")
    Grant.objects.filter(pk=sealed.grant_id).update(state="expired")
    sealed.files.all().delete()
    (one,) = traced(world, content).named
    assert one.grant.pk == sealed.grant_id


def test_the_page_names_the_holder(world, two):
    browser = Client()
    browser.force_login(world.manager)
    file = io.BytesIO(body_of(two[0], ".dcm"))
    said = browser.post(reverse("requests_app:trace"), {"file": file}).content.decode()
    assert f"Grant {Grant.objects.get(pk=two[0].grant_id).number}" in said
    nothing = browser.post(reverse("requests_app:trace"), {"text": "x"}).content.decode()
    assert "It cannot be told" in nothing
    assert "Not everything was looked at" not in nothing
    damaged = io.BytesIO(gzip.compress(random.Random(3).randbytes(4000))[:-1500])
    said = browser.post(reverse("requests_app:trace"), {"file": damaged}).content.decode()
    assert "Not everything was looked at" in said
