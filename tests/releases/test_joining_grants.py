"""What two grants on one collection share beside pixels and values: no name, and no order."""

import csv
import io

import numpy as np
import pytest
from django.core.management import call_command
from django.test import override_settings

from deid.engine import Identity
from deid.keys import grant_key
from examples.walking import upload
from portal.jobs.inline import run_queued
from portal.models import Subject
from tests.conftest import empty_buckets
from tests.releases.conftest import curate_and_publish, members_of, walk_to_release
from tests.releases.test_leafing import dicom
from tests.world import make_world

pytestmark = pytest.mark.django_db
PEOPLE = [f"P{number}" for number in range(1, 9)]


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker):
    """Two packages of a collection of eight people, each with a picture, two visits, and a row of another table."""
    unread = override_settings(INSPECT_MOST_IMAGES=0, READ_AGAIN_MOST_IMAGES=0)
    with django_db_blocker.unblock(), empty_buckets(), unread:
        yield two_releases(make_world())
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def two(walked, db):
    return walked


def two_releases(world):
    collection = world.collection("shared", published=False)
    images = [
        (f"{one}/1.dcm", dicom(n, np.full((20, 20), n, np.int16), PatientID=one,
                               StudyInstanceUID=f"1.2.7.{n}", SeriesInstanceUID=f"1.2.9.{n}"))
        for n, one in enumerate(PEOPLE, 1)
    ]  # fmt: skip
    visits = "".join(f"{one},{visit}\n" for visit in (1, 2) for one in PEOPLE)
    arms = "".join(f"{one},alpha\n" for one in PEOPLE)
    tables = [
        ("visits.csv", f"subject_id,visit\n{visits}".encode()),
        ("arms.csv", f"subject_id,arm\n{arms}".encode()),
    ]
    upload(collection, [*images, *tables], world.manager)
    run_queued()
    curate_and_publish(world, collection)
    return [walk_to_release(world, collection) for _ in range(2)]


def rows(release, start):
    members = members_of(release)
    found = [body.decode("utf-8-sig") for name, body in sorted(members.items())
             if name.split("/", 1)[1].startswith(start) and name.endswith(".csv")]  # fmt: skip
    return [list(csv.DictReader(io.StringIO(body))) for body in found]


def test_no_order_says_who_is_who(two):
    for release in two:
        tables, (index,) = rows(release, "clinical/"), rows(release, "index")
        assert sorted(map(len, tables)) == [8, 16]
        for table in tables:
            assert [row["subject_id"] for row in table] == sorted(row["subject_id"] for row in table)
        assert [row["PatientID"] for row in index] == sorted(row["PatientID"] for row in index)
        names = [name for name in members_of(release) if "/data/" in name]
        assert names == sorted(names) and len(names) == 8
        listed = list(release.files.values_list("path", flat=True))
        assert listed == sorted(listed)


def test_visits_of_one_subject_stay_in_their_order(two):
    table = max(rows(two[0], "clinical/"), key=len)
    visits = {}
    for row in table:
        visits.setdefault(row["subject_id"], []).append(row["visit"])
    assert set(map(tuple, visits.values())) == {("1", "2")}


def test_neither_a_name_nor_bytes_are_shared(two):
    one, other = (
        {name.split("/", 1)[1]: body for name, body in members_of(release).items()} for release in two
    )
    shared = set(one) & set(other)
    assert not any(name.startswith("data/") for name in shared)
    assert {name for name in shared if one[name] == other[name]} <= {"LICENSE", "bagit.txt", "croissant.json", "dictionary.csv",
                                                                    "ro-crate-metadata.json"}  # fmt: skip
    keys = [set(release.files.values_list("object_key", flat=True)) for release in two]
    assert not keys[0] & keys[1]
    for subject in Subject.objects.all():
        assert len({Identity(grant_key(release.grant_id)).pseudonym(subject.key) for release in two}) == 2
