"""One Patient ID of two people is said, and somebody with a number of each of two hospitals is known by both."""

import pydicom
import pytest
from pydicom.data import get_testdata_file

from tests.deid.test_command import run

TEXT = "MRI of the Liver. user mquackenbush exported; Q_4711471 staging CT"


@pytest.fixture
def image(tmp_path):
    """What writes an image of somebody into the tree."""
    (tmp_path / "key").write_text("ab" * 32)

    def write(path, patient, name, birth, **more):
        ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
        ds.PatientID, ds.PatientName, ds.PatientBirthDate = patient, name, birth
        ds.SOPInstanceUID = f"1.2.3.{sum(path.encode())}"
        for keyword, value in more.items():
            setattr(ds, keyword, value)
        (tmp_path / "in" / path).parent.mkdir(parents=True, exist_ok=True)
        ds.save_as(tmp_path / "in" / path)

    return write


def test_images_of_two_people_under_one_number_are_told_and_those_of_one_with_a_new_name_are_not(
    image, tmp_path
):
    image("bonn/001/a.dcm", "001", "Quackenbush^Xiomara", "19600101")
    image("ulm/001/a.dcm", "001", "Zywiec^Zofia", "19710203")
    (tmp_path / "in" / "bonn" / "001" / "report.txt").write_text("There is a nodule.")
    image("bonn/002/a.dcm", "002", "Grimwade^Ada", "19600101")
    image("bonn/002/b.dcm", "002", "Larkspur^Ada", "19600102")
    image("bonn/003/a.dcm", "003", "Grimwade^Ada", "19600101")
    image("bonn/003/b.dcm", "003", "Larkspur^Bo", "19600101")
    image("bonn/004/a.dcm", "004", "Grimwade^Ada", "19600101")
    image("bonn/004/b.dcm", "004", "", "19600102")
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out", "--pixels", "keep")
    shared = {
        path for path, entry in told["files"].items() if "several_people" in entry.get("needs_person", ())
    }
    assert shared == {"bonn/001/a.dcm", "ulm/001/a.dcm", "bonn/001/report.txt"}


def test_what_one_hospital_states_leaves_the_files_of_the_other_in_the_folder_of_a_subject(image, tmp_path):
    image("T-01/baseline/a.dcm", "4711471", "Quackenbush^Xiomara", "19600101")
    image("T-01/followup/a.dcm", "KH8150", "Q^X", "", ImageComments=TEXT)
    image("T-02/baseline/a.dcm", "4711472", "Zywiec^Zofia", "19710203", ImageComments=TEXT)
    (tmp_path / "in" / "T-01" / "report.txt").write_text(TEXT)
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out", "--pixels", "keep")
    out = {path: tmp_path / "out" / entry["output"] for path, entry in told["files"].items()}
    comments = pydicom.dcmread(out["T-01/followup/a.dcm"]).ImageComments
    for text in (out["T-01/report.txt"].read_text(), comments):
        assert "Liver" in text and "quackenbush" not in text and "4711471" not in text
    assert "mquackenbush" in pydicom.dcmread(out["T-02/baseline/a.dcm"]).ImageComments
