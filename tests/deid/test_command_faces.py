import json
import shutil

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import __main__ as command
from deid.engine.command import wishes

REASON = "THE FACES EXTRA IS MISSING: no face was removed"
pytest.importorskip("SimpleITK", reason=REASON)
pytest.importorskip("pydeface", reason=REASON)
from tests.deid.heads import head_volume, write_nifti, write_series  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")


def run(folder, source, *more):
    """Run the command on headers and faces; return its exit status and its report."""
    (folder / "key").write_text("ab" * 32)
    given = [
        source,
        folder / "out",
        "--key-file",
        folder / "key",
        "--report",
        folder / "r.json",
        "--pixels",
        "keep",
    ]
    status = command.main([*map(str, given), *more])
    return status, json.loads((folder / "r.json").read_text()) if (folder / "r.json").exists() else {}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A subject's head in two series of one frame of reference, one that cannot be read whole, one of few slices."""
    folder = tmp_path_factory.mktemp("faces")
    source = folder / "in"
    source.mkdir()
    values, to_patient = head_volume(4.0)
    write_series(source / "fine", values, to_patient, "1.2.3.4")
    write_series(source / "coarse", values + 11, to_patient, "1.2.3.4", skip=3)
    values, to_patient = head_volume(3.0)
    damaged = write_series(source / "damaged", values, to_patient, "1.2.3.5")
    # Every second slice is looked at for a face; all are read to plan.
    cut = pydicom.dcmread(
        sorted(damaged, key=lambda p: float(pydicom.dcmread(p).ImagePositionPatient[2]))[41]
    )
    cut.Rows = 4 * cut.Rows
    cut.save_as(cut.filename)
    few = write_series(source / "few", values[:60:4], to_patient, "1.2.3.6")
    for path in few:
        ds = pydicom.dcmread(path)
        ds.BodyPartExamined = "HEAD"
        ds.save_as(path)
    shutil.copy(get_testdata_file("CT_small.dcm"), source)
    status, report = run(folder, source, "--deface", "--workers", "2")
    return {"source": source, "out": folder / "out", "status": status, "report": report}


def entries(done, folder):
    return {name: e for name, e in done["report"]["files"].items() if name.startswith(folder)}


def pairs(done, folder):
    for name, entry in entries(done, folder).items():
        yield pydicom.dcmread(done["source"] / name), pydicom.dcmread(done["out"] / entry["output"]), entry


def test_a_face_is_blanked_in_all_series_of_its_frame_of_reference(done):
    blanked = {}
    for folder in ("fine", "coarse"):
        for before, after, entry in pairs(done, folder):
            changed = before.pixel_array != after.pixel_array
            assert (after.pixel_array[changed] == (7 if folder == "fine" else 18)).all()
            assert after.RecognizableVisualFeatures == "NO" and entry["face_confidence"] >= 0.7
            assert "113102" in [item.CodeValue for item in after.DeidentificationMethodCodeSequence]
            blanked[folder, float(before.ImagePositionPatient[2])] = changed
    assert sum(int(changed.sum()) for changed in blanked.values()) > 10_000
    assert all((changed == blanked["fine", place]).all() for (_folder, place), changed in blanked.items())


def test_a_likely_face_that_cannot_be_removed_does_not_leave(done):
    refused = entries(done, "damaged").values()
    assert len(refused) == len(list((done["source"] / "damaged").iterdir()))
    assert {entry["refused"] for entry in refused} == {"face_not_removed"} and done["status"] == 1
    assert all(entry["needs_person"] == ["face_not_removed"] and "output" not in entry for entry in refused)


def test_a_possible_face_that_cannot_be_removed_is_for_a_person_and_nothing_is_claimed(done):
    assert entries(done, "few")
    for before, after, entry in pairs(done, "few"):
        assert entry["needs_person"] == ["face_possible"] and after.PixelData == before.PixelData
        assert "RecognizableVisualFeatures" not in after


def test_what_shows_no_face_stays_as_it_is(done):
    ((before, after, entry),) = pairs(done, "CT_small")
    assert after.PixelData == before.PixelData and "RecognizableVisualFeatures" not in after
    assert "needs_person" not in entry and "face_confidence" not in entry


@pytest.mark.parametrize("option", ["--deface", "--skull-strip"])
def test_a_missing_extra_ends_the_command_where_defacing_was_asked_for(
    tmp_path, done, monkeypatch, capsys, option
):
    monkeypatch.setattr(wishes, "FACES", ("no_such_module",))
    status, report = run(tmp_path, done["source"], option)
    assert status == 2 and report == {} and "pip install 'tessera[faces]'" in capsys.readouterr().err


@pytest.mark.soak
def test_a_face_is_blanked_in_a_nifti_file(tmp_path):
    (tmp_path / "in").mkdir()
    head = write_nifti(tmp_path / "in" / "head.nii.gz", *head_volume(3.0))
    _status, report = run(tmp_path, tmp_path / "in", "--deface")
    (entry,) = report["files"].values()
    old, new = (np.asarray(nibabel.load(path).dataobj) for path in (head, tmp_path / "out" / entry["output"]))
    assert entry["counts"]["blanked_voxels"] > 10_000 and entry["face_confidence"] >= 0.7
    assert (new[old != new] == 7).all() and (old != new).any()


@pytest.mark.soak
def test_only_the_brain_of_a_nifti_file_stays_where_that_was_asked_for(tmp_path):
    (tmp_path / "in").mkdir()
    head = write_nifti(tmp_path / "in" / "head.nii.gz", *head_volume(3.0))
    _status, report = run(tmp_path, tmp_path / "in", "--skull-strip")
    (entry,) = report["files"].values()
    old, new = (np.asarray(nibabel.load(path).dataobj) for path in (head, tmp_path / "out" / entry["output"]))
    assert (new[old != new] == 7).all() and (old != new).mean() > 0.5
