"""What callers hand to the functions of a child reaches the engine, and nothing is claimed that they did not say."""

import os
import re
import signal
import threading
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import nibabel
import numpy
import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import EngineError, Identity, RefusedError, sandbox
from deid.engine.sandbox.limits import MAPPED_FILES

CT, CLEANED = get_testdata_file("CT_small.dcm"), ("research", "00" * 32, "s")


@pytest.fixture(scope="module")
def pool():
    with sandbox.Pool() as made:
        yield made


def day(text):
    return datetime.strptime(text, "%Y%m%d").date()


def test_faces_are_said_to_be_removed_only_where_the_caller_says_so(pool, tmp_path):
    pool.run("clean_dicom_file", CT, tmp_path / "plain", *CLEANED)
    pool.run("clean_dicom_file", CT, tmp_path / "defaced", *CLEANED, faces_removed=True)
    plain, defaced = (pydicom.dcmread(tmp_path / name) for name in ("plain", "defaced"))
    assert "RecognizableVisualFeatures" not in plain
    assert defaced.RecognizableVisualFeatures == "NO"


def test_pixels_are_said_to_be_inspected_only_where_the_caller_says_so(pool, tmp_path):
    pool.run("clean_dicom_file", CT, tmp_path / "plain", *CLEANED)
    pool.run("clean_dicom_file", CT, tmp_path / "seen", *CLEANED, pixels_inspected=True)
    plain, seen = (pydicom.dcmread(tmp_path / name) for name in ("plain", "seen"))
    assert "BurnedInAnnotation" not in plain
    assert seen.BurnedInAnnotation == "NO"


@pytest.mark.parametrize(("frames", "blanked"), [(None, [0, 1, 2]), ([1, 2], [1]), ([0, 2], [0, 1])])
def test_a_mask_blanks_its_rectangle_in_the_frames_it_names(pool, tmp_path, frames, blanked):
    ds = pydicom.dcmread(CT)
    ds.NumberOfFrames, ds.PixelData = 3, b"\x07\x00" * 3 * ds.Rows * ds.Columns
    ds.save_as(tmp_path / "three.dcm")
    mask = {"frames": frames, "x": 3, "y": 5, "width": 20, "height": 10}
    pool.run("clean_dicom_file", tmp_path / "three.dcm", tmp_path / "o", *CLEANED, masks=[mask])
    pixels = pydicom.dcmread(tmp_path / "o").pixel_array
    changed = [sorted(map(tuple, zip(*(frame != 7).nonzero(), strict=True))) for frame in pixels]
    assert [number for number, places in enumerate(changed) if places] == blanked
    assert {(places[0], places[-1]) for places in changed if places} == {((5, 3), (14, 22))}


def test_dates_move_alike_in_every_kind_of_file(pool, tmp_path):
    days = Identity(bytes(32)).shift_days("s")
    (tmp_path / "note.txt").write_text("Seen on 2019-03-12.")
    pool.run("clean_file", "document", tmp_path / "note.txt", tmp_path / "o.txt", *CLEANED[1:])
    pool.run("clean_dicom_file", CT, tmp_path / "o.dcm", *CLEANED)
    moved = day(pydicom.dcmread(tmp_path / "o.dcm").StudyDate) - day(pydicom.dcmread(CT).StudyDate)
    assert moved.days == days < -300
    assert (date(2019, 3, 12) + timedelta(days)).isoformat() in (tmp_path / "o.txt").read_text()


def test_values_known_of_a_subject_are_found_in_a_document(pool, tmp_path):
    (tmp_path / "note.txt").write_text("nodule of quackenbush")
    pool.run("clean_file", "document", tmp_path / "note.txt", tmp_path / "o.txt", *CLEANED[1:],
             known_values=["Quackenbush^Ada"])  # fmt: skip
    text = (tmp_path / "o.txt").read_text()
    assert "nodule" in text and "quackenbush" not in text


def test_what_an_instance_would_become_is_told_with_what_is_known_of_its_subject(pool, tmp_path):
    ds = pydicom.dcmread(CT)
    ds.SeriesDescription = "knee with marker"
    ds.save_as(tmp_path / "o.dcm")
    given = (None, ["Marker^Ada"])
    told = [
        pool.run("explain_dicom", tmp_path / "o.dcm", *CLEANED, known_values_of_subject=known)
        for known in given
    ]
    after = [row["after"] for rows in told for row in rows if row["name"] == "Series Description"]
    assert after == ["knee with marker", "knee with"]


def test_what_a_volume_would_become_is_told(pool, tmp_path):
    volume = nibabel.Nifti1Image(numpy.zeros((2, 2, 2), numpy.int16), numpy.eye(4))
    volume.header["descrip"] = b"grimwade"
    nibabel.save(volume, tmp_path / "v.nii")
    rows = {row["name"]: row for row in pool.run("explain_nifti", tmp_path / "v.nii")}
    assert (rows["descrip"]["before"], rows["descrip"]["after"]) == ("grimwade", "")


def test_what_is_known_of_an_instance_is_read(pool):
    assert "CompressedSamples^CT1" in pool.run("read_known_values", CT, "research")


def test_answers_that_come_together_are_told_apart(pool, tmp_path):
    answers = pool.run_each("read_facts", [((tmp_path / "missing",), {})] * 1000)
    assert [type(one) for one in answers] == [EngineError] * 1000
    assert pool.run("read_facts", CT)["safe"]["rows"] == 128


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT])
def test_a_child_that_ends_in_any_other_way_has_crashed(pool, number):
    pool.run("read_facts", CT)
    child = pool._child.pid

    def end_it_once_it_is_asked():
        while not pool._lock.locked():
            time.sleep(0.01)
        time.sleep(0.2)
        os.kill(child, number)
        os.kill(child, signal.SIGCONT)

    os.kill(child, signal.SIGSTOP)
    threading.Thread(target=end_it_once_it_is_asked).start()
    with pytest.raises(RefusedError) as refusal:
        pool.run("read_facts", CT)
    assert refusal.value.code == "crashed"


def test_what_is_printed_in_a_child_goes_nowhere(pool):
    pool.run("read_facts", CT)
    for name in ("1", "2"):
        assert Path(f"/proc/{pool._child.pid}/fd/{name}").samefile(os.devnull)


def test_a_child_that_counts_takes_one_thread(pool):
    pool.run("thumbnail", CT, size=64)
    assert len(list(Path(f"/proc/{pool._child.pid}/task").iterdir())) == 1


def test_a_function_that_stumbles_refuses_its_file_and_the_child_goes_on(pool):
    pool.run("read_facts", CT)
    child = pool._child.pid
    with pytest.raises(RefusedError) as refusal:
        pool.run("read_facts", CT, "one argument too many")
    assert refusal.value.code == "not_understood" and "TypeError" in refusal.value.reason
    assert pool.run("read_facts", CT)["safe"]["rows"] == 128 and pool._child.pid == child


def test_a_child_is_held_to_its_limits_and_knows_nothing_else_of_its_parent(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TESSERA_SECRET", "Quackenbush")
    kept = {"LANG": "C.UTF-8", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"]}
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    memory, size = 1 << 30, 1 << 20
    with sandbox.Pool(sandbox.Limits(memory_bytes=memory, file_size_bytes=size)) as made:
        made.run("read_facts", CT)
        about = Path(f"/proc/{made._child.pid}")
        limits = re.findall(r"Max (.+?) {2,}(\d+) +\2 ", (about / "limits").read_text())
        environment = dict(one.split("=", 1) for one in (about / "environ").read_text().split("\0") if one)
    held = {name: int(number) for name, number in limits}
    assert (held["data size"], held["file size"], held["core file size"]) == (memory, size, 0)
    assert held["address space"] == memory + MAPPED_FILES
    assert environment.pop("PYTHONPATH").endswith(f":{tmp_path}")
    assert environment == kept | {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
