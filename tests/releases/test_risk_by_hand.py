"""The risk report of a release, held against what its released files say, counted anew."""

import csv
import io
from collections import Counter, defaultdict

import h5py
import numpy as np
import pydicom
import pytest

from examples.images.dicom import ct_trial
from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable
from tests.deid.raw_words import HEADER
from tests.releases.conftest import members_of, walk_to_release

pytestmark = pytest.mark.django_db
TABLE = "subject_id,sex,age,weight_kg,score\nP1,F,61,70,1\nP2,F,61,70,2\nP3,M,93,80,3\nP4,F,61,,4\n"


def image(subject: str, number: int, **said: str) -> bytes:
    ds, out = pydicom.dcmread(io.BytesIO(next(iter(ct_trial(1, 2, size=32)))[1])), io.BytesIO()
    ds.PatientID = subject
    ds.StudyInstanceUID, ds.SeriesInstanceUID = f"1.2.3.{subject[1]}", f"1.2.3.{subject[1]}.1"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{subject[1]}.1.{number}"
    ds.InstanceNumber = number
    for name in ("PatientSex", "PatientAge", "PatientWeight", "PatientSize"):
        if name in ds:
            del ds[name]
    for name, value in said.items():
        setattr(ds, name, value)
    ds.save_as(out)
    return out.getvalue()


def raw() -> bytes:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        file["ismrmrd_header"] = HEADER.replace("71.5", "72.5").encode()
        file["kspace"] = np.ones((2, 8, 6), np.complex64)
    return out.getvalue()


def test_every_file_of_a_series_the_raw_data_and_the_measures_of_tables_are_counted(world, objects, settings):
    settings.INSPECT_MOST_IMAGES = settings.READ_AGAIN_MOST_IMAGES = 0
    collection = world.collection("risky", published=False)
    # The first image of P1 does not say what the second does.
    files = [
        ("P1/1.dcm", image("P1", 1)), ("P1/2.dcm", image("P1", 2, EthnicGroup="OTHER")),
        ("P2/1.dcm", image("P2", 1)), ("P3/1.dcm", image("P3", 1, PatientAge="093Y")), ("P4/1.dcm", image("P4", 1)),
        ("P4/raw.h5", raw()), ("people.csv", TABLE.encode()),
    ]  # fmt: skip
    upload(collection, files, world.manager)
    run_queued()
    columns = {column.name: column for column in ClinicalTable.objects.get().columns.all()}
    assert {name: one.role for name, one in columns.items()}["weight_kg"] == "value"
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    release = walk_to_release(world, collection)
    risk = release.certificate["risk"]
    assert risk["quasi_identifiers"] == ["EthnicGroup", "PatientAge", "PatientSex", "PatientWeight"]
    told = counted(members_of(release))
    sizes = Counter(Counter(told.values()).values())
    assert risk["classes_by_size"] == {str(size): count for size, count in sizes.items()} == {"1": 4}
    assert (risk["subjects"], risk["subjects_alone"], risk["smallest_class"]) == (4, 4, 1)


def counted(members: dict[str, bytes]) -> dict[str, tuple[tuple[str, str], ...]]:
    """What each released subject's files say, read with other libraries."""
    said: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path, body in members.items():
        if path.endswith(".dcm"):
            ds = pydicom.dcmread(io.BytesIO(body))
            age = str(ds.get("PatientAge", "")).strip("Y").lstrip("0")
            pairs = {
                "sex": ds.get("PatientSex"),
                "age": age,
                "ethnic": ds.get("EthnicGroup"),
                "kg": ds.get("PatientWeight"),
            }
            said[ds.PatientID] |= {(name, str(value)) for name, value in pairs.items() if value}
        elif "/clinical/" in path:
            for row in csv.DictReader(io.StringIO(body.decode())):
                pairs = {"sex": row["sex"], "age": row["age"].strip("+"), "kg": row["weight_kg"]}
                said[row["subject_id"]] |= {(name, value) for name, value in pairs.items() if value}
        elif path.endswith(".h5"):
            with h5py.File(io.BytesIO(body)) as file:
                assert b"72.5" in file["ismrmrd_header"][()]
            said[path.split("/")[2]] |= {("kg", "72.5"), ("sex", "F")}
    return {subject: tuple(sorted(pairs)) for subject, pairs in said.items()}
