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


@pytest.mark.parametrize("nobodys", ["", "ANON", "0000", "xxx"])
def test_images_without_a_patient_id_are_whose_their_folder_is_in_all_formats(image, tmp_path, nobodys):
    for subject in ("NEU-01-0142", "NEU-01-0149"):
        for study in ("study1", "study2"):
            image(
                f"{subject}/{study}/a.dcm",
                nobodys,
                "Quackenbush^X",
                "",
                StudyInstanceUID=f"1.2.{subject[-3:]}{study[-1]}",
            )
        (tmp_path / "in" / subject / "report.txt").write_text("MRI of the Liver. user mquackenbush exported")
    (tmp_path / "in" / "dm.csv").write_text("USUBJID,visit\nNEU-01-0142,1\nNEU-01-0149,1\n")
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out", "--pixels", "keep")
    rows = (tmp_path / "out" / told["files"]["dm.csv"]["output"]).read_text().splitlines()[1:]
    for row, subject in zip(rows, ("NEU-01-0142", "NEU-01-0149"), strict=True):
        outputs = [entry["output"] for path, entry in told["files"].items() if path.startswith(subject)]
        assert {output.split("/")[0] for output in outputs} == {row.split(",")[0]} and len(outputs) == 3
        report = next(output for output in outputs if output.endswith(".txt"))
        assert "quackenbush" not in (tmp_path / "out" / report).read_text()
        released = pydicom.dcmread(tmp_path / "out" / next(one for one in outputs if one.endswith(".dcm")))
        assert released.PatientID == row.split(",")[0]
    assert rows[0].split(",")[0] != rows[1].split(",")[0] and not told["needs_person"]


def test_images_of_which_nothing_tells_whose_they_are_go_by_their_study_and_a_person_is_told(image, tmp_path):
    for number, study in enumerate(("1.2.7.1", "1.2.7.1", "1.2.7.2")):
        image(f"IM{number:06d}", "", "", "", StudyInstanceUID=study)
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out", "--pixels", "keep")
    found = [told["files"][f"IM{number:06d}"]["output"].split("/")[0] for number in range(3)]
    assert found[0] == found[1] != found[2]
    assert all(entry["needs_person"] == ["subject_in_doubt"] for entry in told["files"].values())


def test_images_without_a_patient_id_beside_those_of_one_patient_are_theirs(image, tmp_path):
    image("a/x.dcm", "P-77", "", "", StudyInstanceUID="1.2.7.1")
    image("a/y.dcm", "", "", "", StudyInstanceUID="1.2.7.2")
    image("b/z.dcm", "", "", "", StudyInstanceUID="1.2.7.3")
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out", "--pixels", "keep")
    found = [told["files"][path]["output"].split("/")[0] for path in ("a/x.dcm", "a/y.dcm", "b/z.dcm")]
    assert found[0] == found[1] != found[2]


def test_a_lone_study_without_a_patient_id_waits_for_nobody(image, tmp_path):
    image("IM1", "", "", "")
    image("IM2", "", "", "")
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out", "--pixels", "keep")
    assert len({entry["output"].split("/")[0] for entry in told["files"].values()}) == 1
    assert not told["needs_person"]


def test_a_file_that_may_be_anybodys_loses_what_is_known_of_anybody(image, tmp_path):
    image("dicom/4711471/a.dcm", "4711471", "Quackenbush^Xiomara", "19600101")
    image("dicom/4711472/a.dcm", "4711472", "Zywiec^Zofia", "19710203")
    (tmp_path / "in" / "letters").mkdir()
    for name in ("one.txt", "two.txt"):
        (tmp_path / "in" / "letters" / name).write_text(TEXT)
    _done, told = run(tmp_path, tmp_path / "in", tmp_path / "out", "--pixels", "keep")
    entry = told["files"]["letters/one.txt"]
    text = (tmp_path / "out" / entry["output"]).read_text()
    assert entry["needs_person"] == ["subject_in_doubt"]
    assert "Liver" in text and "quackenbush" not in text and "4711471" not in text
