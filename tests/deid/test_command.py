import contextlib
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import __main__ as command
from deid.engine import load_profile
from deid.engine.command.reporting import Outcome, write_report
from deid.engine.command.wishes import Wishes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tree(tmp_path):
    source = tmp_path / "Quackenbush"
    (source / "deep").mkdir(parents=True)
    for name in ("CT_small.dcm", "MR_small.dcm", "rtplan.dcm"):
        shutil.copy(get_testdata_file(name), source / "deep" / name)
    (tmp_path / "key").write_text("ab" * 32)
    return source


def arguments_of(tmp_path, source, out):
    given = [
        source,
        out,
        "--profile",
        "research",
        "--key-file",
        tmp_path / "key",
        "--report",
        tmp_path / "r.json",
    ]
    return list(map(str, given))


def run(tmp_path, source, out, *more):
    """Run the command on headers, in this process; return its exit status with what it says, and its report."""
    with contextlib.redirect_stderr(io.StringIO()) as said:
        status = command.main([*arguments_of(tmp_path, source, out), "--pixels", "keep", *more])
    report = tmp_path / "r.json"
    done = SimpleNamespace(returncode=status, stderr=said.getvalue())
    return done, json.loads(report.read_text()) if report.exists() else {}


def outputs(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_tree_of_images_is_cleaned_with_exit_status_0(tmp_path, tree):
    started = [sys.executable, "-m", "deid.engine", *arguments_of(tmp_path, tree, tmp_path / "out")]
    done = subprocess.run(started, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads((tmp_path / "r.json").read_text())
    assert done.returncode == 0
    for phase in ("learning", "reading headers", "cleaning"):
        assert f"{phase}: 3 of 3 files, " in done.stderr
    assert set(report["files"]) == {"deep/CT_small.dcm", "deep/MR_small.dcm", "deep/rtplan.dcm"}
    for entry in report["files"].values():
        ds = pydicom.dcmread(tmp_path / "out" / entry["output"])
        assert (
            entry["output"]
            == f"{ds.PatientID}/{ds.StudyInstanceUID}/{ds.SeriesInstanceUID}/{ds.SOPInstanceUID}.dcm"
        )
        assert entry["counts"]["U"] > 0
    assert len(outputs(tmp_path / "out")) == 3


def test_the_same_key_gives_the_same_tree_whatever_the_number_of_workers(tmp_path, tree):
    run(tmp_path, tree, tmp_path / "one")
    run(tmp_path, tree, tmp_path / "two", "--workers", "3")
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two")


def test_two_files_of_one_instance_both_come_out(tmp_path, tree):
    shutil.copy(tree / "deep" / "CT_small.dcm", tree / "again.dcm")
    done, report = run(tmp_path, tree, tmp_path / "out")
    assert done.returncode == 0 and len({entry["output"] for entry in report["files"].values()}) == 4


def test_names_of_inputs_appear_nowhere_in_the_output(tmp_path, tree):
    run(tmp_path, tree, tmp_path / "out")
    assert not [name for name in outputs(tmp_path / "out") if "uack" in name or "small" in name]


def test_a_single_file_is_taken_too(tmp_path, tree):
    done, report = run(tmp_path, tree / "deep" / "CT_small.dcm", tmp_path / "out")
    assert done.returncode == 0 and list(report["files"]) == ["CT_small.dcm"]


def test_a_short_key_and_an_unknown_profile_are_said_and_give_2(tmp_path, tree):
    (tmp_path / "key").write_text("ab")
    done, _ = run(tmp_path, tree, tmp_path / "out")
    assert done.returncode == 2 and "16 bytes" in done.stderr
    done, _ = run(tmp_path, tree, tmp_path / "out", "--profile", "none")
    assert done.returncode == 2 and "profile" in done.stderr


def test_a_dicomdir_is_left_out_and_is_no_failure(tmp_path, tree):
    shutil.copy(get_testdata_file("DICOMDIR"), tree / "DICOMDIR")
    done, report = run(tmp_path, tree, tmp_path / "out")
    assert done.returncode == 0 and done.stderr.endswith("3 cleaned, 1 left out, 0 refused; see the report\n")
    assert report["files"]["DICOMDIR"]["left_out"] == "dicomdir" and len(outputs(tmp_path / "out")) == 3


def test_the_report_counts_what_became_of_all_inputs_and_only_its_owner_may_read_it(tmp_path, tree):
    shutil.copy(get_testdata_file("DICOMDIR"), tree / "DICOMDIR")
    (tree / "notes.bin").write_text("no image")
    (tree / "again.dcm").symlink_to(tree / "deep" / "CT_small.dcm")
    for name in ("adult", "boy"):
        (tree / f"{name}.txt").write_text("There is a nodule of 8 mm.")
    done, report = run(tmp_path, tree, tmp_path / "out")
    files, research = report.pop("files"), load_profile("research")
    counts = sum((Counter(entry.get("counts")) for entry in files.values()), Counter())
    assert report == {
        "profile": {"name": "research", "edition": research.edition, "digest": research.digest},
        "inputs": 8, "cleaned": 5, "left_out": 2, "refused": 1, "needs_person": 2,
        "pixels": {
            "text_looked_for": False, "faces_looked_for": False, "missing": [], "looked_at": 0, "masked": 0, "defaced": 0,
        },
        "counts": counts,
    }  # fmt: skip
    assert list(report["counts"]) == sorted(counts) and len(files) == 8
    assert done.returncode == 1
    assert done.stderr.endswith("5 cleaned, 2 left out, 1 refused, 2 need a person; see the report\n")
    assert (tmp_path / "r.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "r.json").read_text().endswith("\n}\n") and not list(tmp_path.glob(".report-*"))


def test_where_there_is_nothing_that_is_said(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "key").write_text("ab" * 32)
    done, report = run(tmp_path, tmp_path / "in", tmp_path / "out")
    assert (done.returncode, done.stderr) == (
        0,
        "nothing to clean: there are no files at IN; see the report\n",
    )
    assert (report["inputs"], report["files"]) == (0, {})


def test_a_report_that_cannot_take_its_place_leaves_nothing_behind(tmp_path):
    (tmp_path / "r.json").mkdir()
    with pytest.raises(OSError):
        write_report(tmp_path / "r.json", Outcome(0, Wishes()), load_profile("research"))
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]


def test_a_name_told_in_one_image_leaves_the_text_of_all_images_of_the_subject(tmp_path, tree):
    told, telling = tree / "deep" / "CT_small.dcm", tree / "deep" / "MR_small.dcm"
    one, other = pydicom.dcmread(told), pydicom.dcmread(telling)
    one.PatientID = other.PatientID = "PT77"
    one.ReferringPhysicianName, other.ReferringPhysicianName = "Cortex^Lumbar", ""
    other.SeriesDescription = "spine for Cortex axial"
    one.save_as(told)
    other.save_as(telling)
    _done, report = run(tmp_path, tree, tmp_path / "out", "--workers", "2")
    output = tmp_path / "out" / report["files"]["deep/MR_small.dcm"]["output"]
    assert pydicom.dcmread(output).SeriesDescription == "spine for axial"


def test_links_are_in_the_report_and_none_leads_out_of_the_tree(tmp_path, tree):
    shutil.copy(get_testdata_file("CT_small.dcm"), tmp_path / "elsewhere.dcm")
    (tree / "again.dcm").symlink_to(tree / "deep" / "CT_small.dcm")
    (tree / "out.dcm").symlink_to(tmp_path / "elsewhere.dcm")
    (tree / "nowhere.dcm").symlink_to(tree / "gone.dcm")
    (tree / "folder").symlink_to(tmp_path)
    done, report = run(tmp_path, tree, tmp_path / "out")
    kinds = {name: (entry.get("left_out"), entry.get("refused")) for name, entry in report["files"].items()}
    assert all(("reason" in entry) != ("output" in entry) for entry in report["files"].values())
    assert "cleaned where it lies" in report["files"]["again.dcm"]["reason"]
    assert kinds["again.dcm"] == ("link", None)
    assert kinds["out.dcm"] == kinds["nowhere.dcm"] == kinds["folder"] == (None, "link")
    assert done.returncode == 1 and report["inputs"] == len(report["files"]) == 3 + 4
    assert len(outputs(tmp_path / "out")) == 3


def test_what_is_no_file_and_a_link_to_itself_are_in_the_report(tmp_path, tree):
    (tree / "loop").symlink_to("loop")
    os.mkfifo(tree / "pipe.dcm")
    done, report = run(tmp_path, tree, tmp_path / "out")
    assert report["files"]["loop"]["refused"] == "link"
    assert (
        report["files"]["pipe.dcm"]["refused"] == "not_a_file"
        and "pipe" in report["files"]["pipe.dcm"]["reason"]
    )
    assert (
        done.returncode == 1 and report["inputs"] == len(report["files"]) == 3 + 2 and report["cleaned"] == 3
    )


def test_a_name_that_is_no_utf_8_is_cleaned_and_in_the_report(tmp_path, tree):
    name = os.fsencode(tree) + b"/bad\xff\xfe\n.dcm"
    shutil.copy(get_testdata_file("CT_small.dcm"), name)
    done, report = run(tmp_path, tree, tmp_path / "out")
    entry = report["files"][os.fsdecode(b"bad\xff\xfe\n.dcm")]
    assert done.returncode == 0 and (tmp_path / "out" / entry["output"]).exists()


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"PK\3\4rest", "archive", "unpack"),
        (gzip.compress(b"x"), "archive", "unpack"),
        (b"7z\xbc\xaf\x27\x1crest", "archive", "unpack"),
        (b"MSH|^~\\&|RIS|X", "message", "HL7"),
        (b"", "not_dicom", "empty"),
    ],
)
def test_archives_and_empty_files_are_refused_with_what_to_do(tmp_path, tree, content, code, word):
    (tree / "study.zip").write_bytes(content)
    _done, report = run(tmp_path, tree, tmp_path / "out")
    entry = report["files"]["study.zip"]
    assert entry["refused"] == code and word in entry["reason"]
