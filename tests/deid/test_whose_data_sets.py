"""Several data sets of BIDS in one tree: the same label in two of them is of two people, unless they are the same patient's."""

import json

import pydicom
import pytest
from pydicom.data import get_testdata_file

from tests.deid.test_command import run

PATIENTS = {"bonn": "NB4711", "ulm": "NB0815"}


@pytest.fixture
def tree(tmp_path):
    """Two data sets in which `sub-01` is of two people, whose images lie in the first of the *ways* that is asked for."""

    def made(way):
        (tmp_path / "key").write_text("ab" * 32)
        for site, patient in PATIENTS.items():
            root = tmp_path / "in" / site
            (root / "sub-01" / "anat").mkdir(parents=True)
            sidecar = {"EchoTime": 0.1} | ({"PatientID": patient} if way == "sidecars" else {})
            (root / "sub-01" / "anat" / "sub-01_T1w.json").write_text(json.dumps(sidecar))
            (root / "sub-01" / "anat" / "sub-01_T2w.json").write_text(json.dumps({"EchoTime": 0.2}))
            (root / "participants.tsv").write_text(
                "participant_id\tmrn\tiq\n" + f"sub-01\t{patient if way == 'rows' else ''}\t101\n"
            )
            if way in ("images", "rows"):
                place = (
                    root / "sourcedata" / "sub-01" if way == "images" else tmp_path / "in" / "dicom" / patient
                )
                image = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
                image.PatientID, image.SOPInstanceUID = patient, f"1.2.3.{patient[2:].strip('0')}"
                place.mkdir(parents=True)
                image.save_as(place / "a.dcm")
        return tmp_path / "in"

    return made


@pytest.mark.parametrize("way", ["images", "sidecars", "rows", "nothing"])
def test_a_label_of_two_data_sets_is_of_two_people_in_all_their_files(tree, tmp_path, way):
    _done, told = run(tmp_path, tree(way), tmp_path / "out")
    found = {}
    for site in PATIENTS:
        names = [f"{site}/sub-01/anat/sub-01_T{number}w.json" for number in (1, 2)]
        labels = {told["files"][name]["output"].split("/")[0] for name in names}
        table = (tmp_path / "out" / told["files"][f"{site}/participants.tsv"]["output"]).read_text()
        labels |= {
            path["output"].split("/")[0].replace("T-", "sub-T")
            for name, path in told["files"].items()
            if name.endswith(".dcm") and (site in name or PATIENTS[site] in name)
        }
        labels.add(table.splitlines()[1].split("\t")[0])
        assert len(labels) == 1
        found[site] = labels.pop()
    assert len(set(found.values())) == 2


def test_a_label_stays_one_subject_where_two_folders_hold_parts_of_the_same_data_set(tmp_path):
    (tmp_path / "key").write_text("ab" * 32)
    for root, kind in {"bids": "T1w", "bids/derivatives/masks": "T1w", "more": "T2w"}.items():
        (tmp_path / "in" / root / "sub-01" / "anat").mkdir(parents=True)
        name = tmp_path / "in" / root / "sub-01" / "anat" / f"sub-01_{kind}.json"
        name.write_text(json.dumps({"EchoTime": 0.1}))
    (tmp_path / "in" / "bids" / "participants.tsv").write_text("participant_id\tiq\nsub-01\t101\n")
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out")
    names = [entry["output"].split("/")[-1] for path, entry in told["files"].items() if path.endswith("json")]
    labels = {name.split("_")[0] for name in names}
    assert len(labels) == 1


def test_files_of_a_second_data_set_share_a_sign_and_what_was_made_of_images_lies_apart(tree, tmp_path):
    top = tree("images")
    for site in PATIENTS:
        (top / site / "participants.json").write_text(json.dumps({"iq": {"Description": "score"}}))
        for place in ("derivatives/fmriprep-23.1.0", "derivatives/quackenbush", "sourcedata"):
            (top / site / place / "sub-01" / "anat").mkdir(parents=True)
            sidecar = top / site / place / "sub-01" / "anat" / "sub-01_T1w.json"
            sidecar.write_text(json.dumps({"EchoTime": 0.3}))
    (top / "ulm" / "README").write_text("Imaging of the brain.")
    _done, told = run(tmp_path, top, tmp_path / "out")
    out = {path: entry["output"] for path, entry in told["files"].items()}
    assert (out["bonn/participants.tsv"], out["bonn/participants.json"]) == (
        "participants.tsv",
        "participants.json",
    )
    sign = out["ulm/participants.tsv"].removeprefix("participants").removesuffix(".tsv")
    assert len(sign) == 9
    assert (out["ulm/participants.json"], out["ulm/README"]) == (f"participants{sign}.json", f"README{sign}")
    name = out["ulm/sub-01/anat/sub-01_T1w.json"]
    assert name.startswith("sub-T") and name.endswith("_T1w.json")
    for place, kept in {"derivatives/fmriprep-23.1.0": "derivatives/fmriprep-23.1.0", "sourcedata": "sourcedata",
                        "derivatives/quackenbush": "derivatives/unnamed"}.items():  # fmt: skip
        assert out[f"ulm/{place}/sub-01/anat/sub-01_T1w.json"] == f"{kept}/{name}"
