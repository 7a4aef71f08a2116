"""Where the command puts one cleaned file, whose it is, and what lies beside it."""

import hashlib
import io
import json

import numpy as np
import pydicom
import pytest

from deid.engine import Identity, subject_key
from deid.engine.command.one_file import clean_one
from deid.engine.formats.bids.names import subject_label
from tests.deid.conftest import wheel_file

SECRET = bytes(range(32))
PSEUDONYM = Identity(SECRET).pseudonym(subject_key(SECRET, "P77"))


@pytest.fixture
def put(tmp_path):
    """Clean a file with some content as the *relative* one of a tree, and return the report and what came out."""
    (tmp_path / "out").mkdir()

    def one(relative, content, **more):
        source = tmp_path / "source"
        source.write_bytes(content if isinstance(content, bytes) else content.encode())
        staging, told = tmp_path / "out" / ".staging", {"profile": "research", "key": SECRET.hex()} | more
        report = clean_one(str(source), relative, str(tmp_path / "out"), staging=str(staging), **told)
        assert not staging.exists()
        made = (tmp_path / "out" / report["output"]).read_bytes()
        assert (report["sha256"], report["size"]) == (hashlib.sha256(made).hexdigest(), len(made))
        return report, made

    return one


def test_a_document_lies_with_its_subject_under_a_number_and_a_second_one_beside_it(put):
    report, content = put("P77/letter of Quackenbush.rtf", r"{\rtf1 Nodule of 8 mm.}")
    assert content.strip() == b"Nodule of 8 mm." and report["size"] == len(content)
    folder, kind, name = report["output"].split("/")
    assert (folder, kind, name[16:]) == (PSEUDONYM, "document", ".txt")
    again, _ = put("P77/letter of Quackenbush.rtf", r"{\rtf1 Another.}")
    stem, _, suffix = again["output"].removesuffix(".txt").rpartition("-")
    assert f"{stem}.txt" == report["output"] and len(suffix) == 8
    other, _ = put("x.txt", "Nodule.", patient_id="P77")
    assert other["output"].startswith(f"{PSEUDONYM}/document/") and other["output"] != report["output"]


def test_what_is_known_of_a_subject_leaves_its_documents(put):
    _, content = put(
        "scan.txt", "Seen: Zolvart, 8 mm, MRN 77-123.", patient_id="77-123", known_values=["Zolvart^Ada"]
    )
    assert b"Zolvart" not in content and b"77-123" not in content and b"8 mm" in content


def test_companions_share_a_number_and_a_folder(put):
    array = np.ones(6, np.complex64).tobytes()
    names = [put("P77/k.hdr", "# Dimensions\n3 2\n")[0]["output"], put("P77/k.cfl", array)[0]["output"]]
    assert [name.split("/")[1] for name in names] == ["bart", "bart"]
    assert names[0].removesuffix(".hdr") == names[1].removesuffix(".cfl")


def test_a_file_of_bids_is_called_as_bids_does(put):
    label = subject_label(PSEUDONYM)
    told = json.dumps({"EchoTime": 0.1})
    assert put("sub-P77/anat/sub-P77_T1w.json", told)[0]["output"] == f"sub-{label}/anat/sub-{label}_T1w.json"
    assert put("task-rest_bold.json", told)[0]["output"] == "task-rest_bold.json"
    assert (
        put("dataset_description.json", json.dumps({"BIDSVersion": "1.10"}))[0]["output"]
        == "dataset_description.json"
    )
    report, content = put(
        "sub-P77/sub-P77_scans.tsv", "filename\tage\nanat/sub-P77_T1w.nii.gz\t61\nx.nii\t93\n"
    )
    assert report["output"] == f"sub-{label}/sub-{label}_scans.tsv"
    assert content.decode().splitlines()[1].split("\t")[0] == f"anat/sub-{label}_T1w.nii.gz"


def test_a_table_lies_among_the_tables_and_says_what_it_dropped(put):
    report, content = put("Quackenbush.xpt.csv", "patient_id,comment,dose\nP77,Zolvart,2\n")
    assert report["output"].startswith("tables/") and len(report["output"]) == len("tables/.csv") + 16
    assert content.decode() == f"patient_id,dose\n{PSEUDONYM},2\n" and report["dropped_columns"] == [
        "comment"
    ]
    assert "dropped_columns" not in put("b.csv", "patient_id,dose\nP77,2\n")[0]
    assert put("participants.tsv", "participant_id\tage\nsub-P77\t61\n")[0]["output"] == "participants.tsv"


def test_the_rows_of_a_table_stand_as_they_stood(put):
    _, content = put("doses.csv", "patient_id,dose\n" + "".join(f"P{n % 7},{n}\n" for n in range(14)))
    assert [line.split(",")[1] for line in content.decode().split()] == ["dose", *map(str, range(14))]


def test_an_image_lies_by_its_new_identifiers_and_without_them_by_words(put):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    ds.PatientID = "P77"

    def saved():
        out = io.BytesIO()
        ds.save_as(out)
        return out.getvalue()

    report, content = put("a/b.dcm", saved(), patient_id="somebody else")
    made = pydicom.dcmread(io.BytesIO(content))
    assert (
        report["output"]
        == f"{PSEUDONYM}/{made.StudyInstanceUID}/{made.SeriesInstanceUID}/{made.SOPInstanceUID}.dcm"
    )
    assert made.PatientID == PSEUDONYM and report["size"] == len(content)
    del ds.StudyInstanceUID, ds.SeriesInstanceUID
    assert put("a/b.dcm", saved())[0]["output"].split("/")[:3] == [PSEUDONYM, "study", "series"]
