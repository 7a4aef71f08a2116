"""Whose a file is: decided in one place for all formats, and never two patients' files under one pseudonym unsaid."""

import json
import shutil
import time
from pathlib import Path

import h5py
import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import Identity, subject_key
from deid.engine.whose.deciding import Statements, Told, Whose
from deid.engine.whose.links import rows_of_identifiers
from tests.deid.raw_words import HEADER
from tests.deid.test_command import run
from tests.deid.test_formats_documents import CDA, report
from tests.deid.test_formats_images import png

TOP = Path("/in")
SECRET = bytes.fromhex("ab" * 32)
PATIENTS = {"0330": "80330001", "0441": "80441001", "0552": "80552001"}


def whose(files, *, images=None, others=None, rows=()):
    """Return whom each of *files* is of, by what *images* and *others* (paths with Patient IDs) and *rows* state."""
    said = Statements(
        {TOP / path: patient for path, patient in (images or {}).items()},
        {TOP / path: [patient] for path, patient in (others or {}).items()},
        [list(row.items()) for row in rows],
    )
    paths = [*files, *(images or {}), *(others or {})]
    decided = Whose([TOP / path for path in paths], TOP, said)
    return {path: decided.of(TOP / path, path) for path in files}


def subjects(*files, **said):
    return [told.subject for told in whose(files, **said).values()]


def test_a_folder_of_a_subject_is_the_one_whose_siblings_are_subjects_and_not_the_trials():
    files = [
        f"TRIAL77/{mrn}/{name}" for mrn in PATIENTS.values() for name in ("docs/a.txt", "raw/b.h5", "c.png")
    ]
    assert subjects(*files) == [mrn for mrn in PATIENTS.values() for _ in range(3)]


def test_folders_that_sort_by_visit_or_kind_are_no_subjects():
    files = [
        f"{who}/{what}/scan.nii"
        for who in ("P77", "P78")
        for what in ("ses-01", "visit 2", "2019-03-02", "odd")
    ]
    assert subjects(*files) == ["P77"] * 4 + ["P78"] * 4
    assert subjects("nifti/P77/a.nii", "raw/P77/a.h5", "nifti/P78/a.nii") == ["P77", "P77", "P78"]


def test_folders_of_the_same_name_at_two_sites_are_two_subjects():
    assert subjects("bonn/001/a.txt", "ulm/001/a.txt", "ulm/002/a.txt") == ["bonn/001", "ulm/001", "002"]


def test_images_below_the_folder_of_which_a_folder_is_a_part_say_whose_its_files_are():
    images = {"T/sub-0330/dicom/a.dcm": "80330001", "T/sub-0441/dicom/a.dcm": "80441001"}
    files = ["T/sub-0330/docs/a.pdf", "T/sub-0330/sub-0330_scans.tsv", "T/sub-0441/img/x/a.png"]
    assert subjects(*files, images=images) == ["80330001", "80330001", "80441001"]
    assert subjects("T/P9/report.txt", images=images) == ["P9"]


def test_a_label_whose_files_lie_beside_the_images_of_one_patient_is_theirs_but_not_where_others_do():
    images = {"T/80330001/dicom/a.dcm": "80330001", "T/80441001/dicom/a.dcm": "80441001"}
    files = ["T/80330001/anat/sub-0330_T1w.nii.gz", "T/80441001/sub-0441_scans.tsv"]
    assert subjects(*files, images=images) == ["80330001", "80441001"]
    crowd = ["all/sub-0330_T1w.nii.gz", "all/sub-0441_T1w.nii.gz"]
    assert subjects(*crowd, images={"all/a.dcm": "80330001"}) == ["0330", "0441"]


def test_among_images_of_several_patients_a_file_is_of_the_one_whose_are_called_alike():
    images = {
        "batch/PAT1_ct.dcm": "80330001",
        "batch/PAT1_mr.dcm": "80330001",
        "batch/PAT2_ct.dcm": "80441001",
    }
    assert subjects("batch/PAT1_report.txt", "batch/PAT2.pdf", images=images) == ["80330001", "80441001"]
    assert whose(["batch/PAT3.pdf"], images=images)["batch/PAT3.pdf"].in_doubt


def test_an_image_without_a_patient_leaves_the_folder_to_say_whose_its_files_are():
    assert whose(["P77/a.txt"], images={"P77/a.dcm": "", "P78/b.dcm": ""})["P77/a.txt"] == Told("P77")


def test_an_image_without_a_patient_makes_no_crowd_of_a_folder():
    images = {"P77/a.dcm": "", "P77/b.dcm": "80330001", "P78/c.dcm": ""}
    assert whose(["P77/a.txt"], images=images)["P77/a.txt"] == Told("P77")


def test_folders_that_every_subject_has_are_parts_whatever_they_are_called():
    files = [f"{who}/{side}/a.txt" for who in ("ada", "bo") for side in ("left", "right")]
    assert subjects(*files) == ["ada", "ada", "bo", "bo"]
    assert subjects("ada/left/a.txt", "ada/right/a.txt", "bo/up/a.txt") == ["left", "right", "bo"]


def test_a_bids_folder_says_whose_what_lies_in_it_is_where_nobody_is_known():
    assert subjects("T/sub-01/docs/a.txt", "T/sub-02/docs/a.txt") == ["01", "02"]


def test_a_bids_file_that_states_a_patient_id_says_whose_its_label_is_unless_two_labels_state_it():
    images, files = {"dicom/a.dcm": "80330001", "dicom/b.dcm": "80441001"}, ["T/sub-0330/docs/a.txt"]
    stated = {"T/sub-0330/anat/sub-0330_T1w.json": "80330001"}
    assert subjects(*files, images=images, others=stated) == ["80330001"]
    stated["T/sub-0331/anat/sub-0331_T1w.json"] = "80330001"
    assert subjects(*files, images=images, others=stated) == ["0330"]


def test_a_large_tree_is_decided_in_little_time():
    files = [
        f"trial/{name}{number}x/{part}/{kind}.txt"
        for name in ("ada", "bo")
        for number in "".join(map(chr, range(97, 123)))
        for part in ("docs", "img", "other")
        for kind in range(20)
    ]
    rows = [{"participant_id": f"sub-{number}", "mrn": f"8{number}"} for number in range(1000, 9000)]
    start = time.process_time()
    assert len(set(subjects(*files, rows=rows))) == 52
    assert time.process_time() - start < 5


def test_a_file_that_names_a_known_patient_is_theirs_wherever_it_lies():
    images = {"A/dicom/a.dcm": "80330001", "B/dicom/a.dcm": "80441001"}
    assert subjects("A/raw/k.h5", images=images, others={"A/raw/k.h5": "80441001"}) == ["80441001"]
    assert subjects("A/raw/k.h5", images=images, others={"A/raw/k.h5": "anonymous"}) == ["80330001"]
    assert subjects("A/80441001_letter.txt", images=images) == ["80441001"]


def test_rows_that_name_two_identifiers_link_them_and_so_does_the_end_of_a_longer_one():
    rows = [{"participant_id": f"sub-{label}", "mrn": mrn} for label, mrn in PATIENTS.items()]
    files = ["sub-0330/docs/a.txt", "80330001/a.txt", "sub-0330/anat/sub-0330_T1w.nii.gz", "T-01-0330/a.txt"]
    rows += [{"usubjid": "T-01-0330"}, {"usubjid": "T-01-0441"}]
    assert len(set(subjects(*files, rows=rows))) == 1
    assert set(
        subjects(*files, rows=rows, images={"dicom/a.dcm": "80330001", "dicom/b.dcm": "80441001"})
    ) == {"80330001"}


@pytest.mark.parametrize(
    "rows",
    [
        [{"participant_id": "sub-01", "mrn": "anonym"}, {"participant_id": "sub-02", "mrn": "anonym"}],
        [{"subject_id": "01", "mrn": "111111"}, {"subject_id": "01", "mrn": "222222"}],
        [{"usubjid": "BONN-01"}, {"usubjid": "ULM-01"}, {"subject_id": "01"}],
    ],
)
def test_an_identifier_of_two_people_links_nobody(rows):
    people = [
        value for row in rows for value in row.values() if value not in ("anonym", "sub-01", "01", "sub-02")
    ]
    files = [f"{one}/a.txt" for one in people or ["sub-01", "sub-02"]]
    assert len(set(subjects(*files, rows=rows))) == len(files) == 2


def test_two_patients_of_images_stay_two_whatever_a_row_says():
    images = {"A/a.dcm": "111111", "B/b.dcm": "222222"}
    rows = [{"patient_id": "111111", "mrn": "222222"}]
    assert subjects("A/a.txt", "B/b.txt", images=images, rows=rows) == ["111111", "222222"]


def test_a_table_gives_the_numbers_that_stand_side_by_side_and_none_that_are_two_peoples(tmp_path):
    table = tmp_path / "a.csv"
    table.write_text(
        "participant_id,MRN,USUBJID,SUBJID,patient\nsub-1,11,T-1,1,Ada\nsub-2,22,T-2,2,Bo\nsub-3,22,T-3,3,C\n"
    )
    found = [dict(row) for row in rows_of_identifiers(str(table), ending=".csv")]
    assert {"participant_id": "sub-1", "mrn": "11", "usubjid": "T-1"} in found
    assert not [row for row in found if row.get("mrn") == "22" and len(row) > 1]


@pytest.mark.parametrize(
    "files",
    [
        ("adult.txt", "boy.txt"),
        ("batch/adult.txt", "batch/boy.txt"),
        ("T7/adult.txt", "T7/P77/a.txt", "T7/P78/a.txt"),
    ],
)
def test_a_file_that_may_be_anybodys_is_a_subject_of_its_own_and_a_person_is_told(files):
    told = whose(files)
    assert len({one.subject for one in told.values()}) == len(files)
    assert told[files[0]].in_doubt


def test_names_that_begin_with_a_number_of_three_signs_are_of_different_subjects():
    assert subjects("P77_scan.nii", "P77_note.txt", "P78.txt") == ["P77", "P77", "P78"]
    assert whose(["P7_scan.nii", "note.txt"])["P7_scan.nii"].in_doubt


def test_companions_in_doubt_stay_together_and_a_lone_file_is_in_none():
    told = whose(["adult.cfl", "adult.hdr", "boy.png"])
    assert told["adult.cfl"] == told["adult.hdr"] != told["boy.png"]
    assert not whose(["adult.png"])["adult.png"].in_doubt


@pytest.fixture(params=["label", "number"])
def trial(request, tmp_path):
    """A trial whose subject folders are called by BIDS labels or by the numbers of patients, and a table that links them."""
    (tmp_path / "key").write_text(SECRET.hex())
    top = tmp_path / "in" / "TRIAL77"
    for label, mrn in PATIENTS.items():
        folder = top / (f"sub-{label}" if request.param == "label" else mrn)
        for part in ("dicom", "docs", "img", "raw", "anat"):
            (folder / part).mkdir(parents=True)
        image = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
        image.PatientID, image.SOPInstanceUID = mrn, f"1.2.3.{mrn}"
        image.save_as(folder / "dicom" / "a.dcm")
        (folder / "docs" / "a.txt").write_text("Seen on 2019-03-02.\n")
        (folder / "docs" / "a.pdf").write_bytes(report())
        (folder / "docs" / "a.xml").write_text(CDA)
        (folder / "img" / "a.png").write_bytes(png("RGB"))
        (folder / "anat" / f"sub-{label}_T1w.json").write_text(
            json.dumps({"EchoTime": 0.1, "AcquisitionDateTime": "2019-03-02T10:00:00"})
        )
        with h5py.File(folder / "raw" / "a.h5", "w") as file:
            file["ismrmrd_header"] = HEADER.replace("MRN77123", mrn).encode()
            file["kspace"] = np.ones((2, 8, 6), np.complex64)
    rows = [f"sub-{label}\t{mrn}" for label, mrn in PATIENTS.items()]
    (top / "participants.tsv").write_text("\n".join(["participant_id\tmrn", *rows]) + "\n")
    (top / "ae.csv").write_text(
        "\n".join(["USUBJID,AESTDTC", *(f"TRIAL77-01-{label},2019-03-02" for label in PATIENTS)]) + "\n"
    )
    return top.parent


@pytest.mark.parametrize("with_images", [True, False])
def test_each_subject_of_a_trial_has_one_pseudonym_and_one_clock_over_all_formats(
    trial, with_images, tmp_path
):
    if not with_images:
        for folder in sorted(trial.rglob("dicom")):
            shutil.rmtree(folder)
    _done, told = run(tmp_path, trial, tmp_path / "out")
    assert told["refused"] == 0 and told["needs_person"] == 0
    identity = Identity(SECRET)
    tables = {name: (tmp_path / "out" / told["files"][f"TRIAL77/{name}"]["output"]).read_text().splitlines()[1:]
              for name in ("participants.tsv", "ae.csv")}  # fmt: skip
    pseudonyms = set()
    for place, (label, mrn) in enumerate(PATIENTS.items()):
        made = [
            entry["output"].split("/")[0].replace("sub-T", "T-")
            for path, entry in told["files"].items()
            if f"/sub-{label}/" in path or f"/{mrn}/" in path
        ]
        assert len(made) == 6 + with_images
        assert len(set(made)) == 1
        pseudonyms.add(made[0])
        assert tables["participants.tsv"][place].startswith(f"sub-{made[0].replace('-', '')}")
        assert tables["ae.csv"][place].startswith(f"{made[0]},")
        if with_images:
            assert made[0] == identity.pseudonym(subject_key(SECRET, mrn))
        letter = next(entry["output"] for path, entry in told["files"].items()
                      if path.endswith("docs/a.txt") and (f"sub-{label}/" in path or mrn in path))  # fmt: skip
        day = (tmp_path / "out" / letter).read_text().split()[2].strip(".")
        assert tables["ae.csv"][place].endswith(day)
    assert len(pseudonyms) == 3


def test_the_report_names_files_of_whom_nobody_knows_whose_they_are(tmp_path):
    batch = tmp_path / "in" / "batch"
    batch.mkdir(parents=True)
    (tmp_path / "key").write_text(SECRET.hex())
    for name in ("adult", "boy"):
        (batch / f"{name}.txt").write_text("There is a nodule of 8 mm.")
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out")
    entries = told["files"].values()
    assert [entry["needs_person"] for entry in entries] == [["subject_in_doubt"]] * 2
    assert len({entry["output"].split("/")[0] for entry in entries}) == 2


@pytest.fixture
def keyed(tmp_path):
    (tmp_path / "key").write_text("ab" * 32)
    return tmp_path


def named(count, patient="MRN-77"):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PatientID, ds.PatientName = patient, "Zywiec^Zofia"
    ds.OperatorsName = "\\".join(f"Name{number}^A" for number in range(count))
    return ds


def test_a_name_leaves_reports_however_many_other_names_its_image_states(keyed):
    folder = keyed / "in" / "MRN-77"
    folder.mkdir(parents=True)
    named(2500).save_as(folder / "1.dcm")
    (folder / "report.txt").write_text("Frau Dr. sah zywiec heute wieder; Befund unauffällig.")
    _done, told = run(keyed, keyed / "in", keyed / "out")
    report = (keyed / "out" / told["files"]["MRN-77/report.txt"]["output"]).read_text()
    assert "zywiec" not in report.lower() and "Befund" in report


def test_what_is_of_somebody_with_more_names_than_anybody_does_not_leave(keyed):
    folder = keyed / "in" / "MRN-77"
    folder.mkdir(parents=True)
    named(5100).save_as(folder / "1.dcm")
    named(1, "MRN-8").save_as(keyed / "in" / "8.dcm")
    (folder / "report.txt").write_text("Befund unauffällig.")
    _done, told = run(keyed, keyed / "in", keyed / "out")
    assert {path: entry.get("refused") for path, entry in told["files"].items()} == {
        "MRN-77/1.dcm": "too_many_names", "MRN-77/report.txt": "too_many_names", "8.dcm": None
    }  # fmt: skip
    entry = told["files"]["MRN-77/1.dcm"]
    assert "more names and numbers" in entry["reason"] and entry["needs_person"] == ["too_many_names"]
