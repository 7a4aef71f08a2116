"""One subject under every spelling of its number, in every format: case, separators, zeros, names of files and folders."""

import csv

import h5py
import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine.whose.spelling import Spellings
from tests.deid.raw_words import HEADER
from tests.deid.test_command import run

KEY = "ab" * 32


@pytest.fixture
def tree(tmp_path):
    """A folder with images of two patients, and what writes further files into it."""
    (tmp_path / "key").write_text(KEY)
    for patient in ("000231-LK", "000525"):
        image = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
        image.PatientID, image.SOPInstanceUID = patient, f"1.2.3.{patient[:6].strip('0')}"
        (tmp_path / "in" / "dicom" / patient).mkdir(parents=True)
        image.save_as(tmp_path / "in" / "dicom" / patient / "a.dcm")

    def write(path, text):
        (tmp_path / "in" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / path).write_text(text)

    return write


def pseudonyms(tmp_path, *paths):
    """Return the pseudonyms of files or of the first row of tables, and those of both patients' images."""
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out")
    files = {path: tmp_path / "out" / entry["output"] for path, entry in told["files"].items()}

    def of(path):
        if path.endswith(".csv"):
            with files[path].open(newline="") as table:
                return list(csv.reader(table))[1][0]
        return files[path].relative_to(tmp_path / "out").parts[0]

    images = [of(f"dicom/{patient}/a.dcm") for patient in ("000231-LK", "000525")]
    return [of(path) for path in paths], images


CELLS = {"525": 1, "525.0": 1, "000231lk": 0, "000231_LK": 0, "000231LK": 0, "231": None}


def test_a_cell_that_spells_a_patient_id_otherwise_is_that_patients_but_not_where_two_cells_do(
    tree, tmp_path
):
    tables = {f"{cell}{column}.csv": (cell, column) for cell in CELLS for column in ("patient_id", "subject")}
    for path, (cell, column) in tables.items():
        tree(path, f"{column},weight_kg\n{cell},70.5\n")
    tree("two.csv", "patient_id,weight_kg\n000231 lk,70.5\n000231/lk,71.5\n")
    found, images = pseudonyms(tmp_path, *tables, "two.csv")
    assert found.pop() not in images
    for (cell, _column), told in zip(tables.values(), found, strict=True):
        whose = CELLS[cell]
        assert told == images[whose] if whose is not None else told not in images


def test_a_number_within_a_name_tells_whose_a_file_is_and_the_study_before_it_does_not(tree, tmp_path):
    named = [
        "letters/report_000525_v2.txt",
        "letters/2019-03-02 000525.txt",
        "x/Pat 000525 (copy)/b/a.txt",
        "reports/000525_a.txt",
    ]
    for path in (*named, "letters/other.txt", "reports/000231_lk.txt"):
        tree(path, "There is a nodule.\n")
    told, images = pseudonyms(tmp_path, *named, "letters/other.txt", "reports/000231_lk.txt")
    assert told[:4] == [images[1]] * 4 and told[4] not in images and told[5] == images[0]


def test_spellings_do_not_confuse_people_whose_numbers_have_the_same_digits():
    known = ["1-11", "11-1", "P-77", "NEU-05-0254", "NEU-05-0255", "20190302", "2014", "201903"]
    spelled = Spellings(known, lambda one: one)
    assert spelled.of("1_11") == "1-11" and spelled.of("11.1") == "11-1" and spelled.of("111") == ""
    assert spelled.of("neu050254") == "NEU-05-0254" and spelled.of("NEU-050-254") == ""
    assert spelled.within("T1_neu-05-0254_v2") == "NEU-05-0254"
    assert spelled.within("NEU-05-0254 and NEU-05-0255") == ""
    for name in ("scan 20190302", "report_2014", "201903-scan"):
        assert spelled.within(name) == ""
    assert spelled.of("2014") == "2014" and spelled.within("P77 or P-77") == ""


def test_arrays_keep_their_names_in_a_folder_that_sorts_them(tree, tmp_path):
    (tmp_path / "in" / "kspace").mkdir()
    with h5py.File(tmp_path / "in" / "kspace" / "knee_000525.h5", "w") as file:
        file["ismrmrd_header"] = HEADER.encode()
        file["kspace"] = np.ones((2, 8, 6), np.complex64)
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out")
    with h5py.File(tmp_path / "out" / told["files"]["kspace/knee_000525.h5"]["output"]) as file:
        assert set(file) == {"ismrmrd_header", "kspace"}
