"""What the sidecar of an image says of its patient leaves the texts that other files have of the same person."""

import json

import pytest

from deid.services.knowing import known_values_of
from deid.services.tabling import set_roles
from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable, Subject
from tests.releases.conftest import members_of, walk_to_release
from tests.releases.test_other_formats import volume

pytestmark = pytest.mark.django_db
SAID = {
    "EchoTime": 0.03, "PatientName": "Zorblatt, Vexilla", "PatientID": "H 99-123", "PatientBirthDate": "1961-02-03",
    "AccessionNumber": 771234,
}  # fmt: skip
ROWS = b"participant_id,remarks\nsub-P77,zorblatt was well and H99-123 is closed\nsub-P78,zorblatt sign\n"


def test_names_and_numbers_of_a_sidecar_leave_the_tables_of_its_subject(world, objects):
    collection = world.collection("sidecars", published=False)
    files = [
        ("sub-P77/anat/sub-P77_T1w.nii", volume()),
        ("sub-P77/anat/sub-P77_T1w.json", json.dumps(SAID).encode()),
        ("clinical.csv", ROWS),
    ]
    upload(collection, files, world.manager)
    run_queued()
    (subject,) = Subject.objects.filter(collection=collection)
    known = known_values_of(subject)
    assert {"Zorblatt^Vexilla", "H 99-123", "19610203", "771234"} <= set(known)
    table = ClinicalTable.objects.get()
    first, second = table.columns.all()
    set_roles(person=world.manager, table_id=table.pk, roles={first.pk: "identifier", second.pk: "free_text"})
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    members = members_of(walk_to_release(world, collection))
    (text,) = [body.decode() for name, body in members.items() if name.endswith("table-1.csv")]
    assert "was well" in text and "99-123" not in text
    (line,) = [line for line in text.splitlines() if "was well" in line]
    assert "zorblatt" not in line.lower()
