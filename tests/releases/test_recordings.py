"""A packed recording of BIDS the whole way: taken as what it is, and released as the numbers that came in."""

import gzip

import pytest

from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from portal.models import Series
from storage.models import SubmissionFile
from tests.releases.conftest import members_of, walk_to_release

pytestmark = pytest.mark.django_db
NUMBERS = b"0.1\t2\n0.2\t3\n"


def test_a_packed_recording_is_released_as_it_came(world, objects):
    collection = world.collection("recordings", published=False)
    path = "sub-P1/func/sub-P1_task-rest_physio.tsv.gz"
    upload(collection, [(path, gzip.compress(NUMBERS)), ("sub-P1/.DS_Store", b"\0\0\0\1Bud1")], world.manager)
    run_queued()
    assert dict(SubmissionFile.objects.values_list("path", "state")) == {
        path: "accepted",
        "sub-P1/.DS_Store": "left_out",
    }
    assert Series.objects.get().kind == "sidecar"
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    members = members_of(walk_to_release(world, collection))
    (name,) = [name for name in members if name.endswith(".tsv.gz")]
    assert gzip.decompress(members[name]) == NUMBERS and "P1" not in name
