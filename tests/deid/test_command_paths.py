import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from deid.engine.command.tree import TreeCleaner
from tests.deid.test_command import outputs, run, tree

__all__ = ["tree"]


def refused(tmp_path, source, out, *more):
    done, _report = run(tmp_path, source, out, *map(str, more))
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    return done.stderr


def test_a_report_never_overwrites_the_key(tmp_path, tree):
    (tmp_path / "link").symlink_to(tmp_path / "key")
    (tmp_path / "hard").hardlink_to(tmp_path / "key")
    for report in ("key", "link", "hard"):
        assert "key" in refused(tmp_path, tree, tmp_path / "out", "--report", tmp_path / report)
    assert (tmp_path / "key").read_text() == "ab" * 32


def test_a_report_never_overwrites_an_input(tmp_path, tree):
    image = tree / "deep" / "CT_small.dcm"
    before = image.read_bytes()
    refused(tmp_path, tree, tmp_path / "out", "--report", image)
    refused(tmp_path, image, tmp_path / "out", "--report", image)
    assert image.read_bytes() == before


def test_a_report_that_cannot_be_written_is_said_before_anything_is_cleaned(tmp_path, tree):
    for report in (tmp_path, tmp_path / "missing" / "r.json", tmp_path / "out" / "r.json"):
        refused(tmp_path, tree, tmp_path / "out", "--report", report)
    assert not (tmp_path / "out").exists()


def test_the_folders_above_out_are_made(tmp_path, tree):
    done, _report = run(tmp_path, tree, tmp_path / "deep" / "down" / "out")
    assert done.returncode == 0 and len(outputs(tmp_path / "deep" / "down" / "out")) == 3


def test_in_and_out_lie_apart(tmp_path, tree):
    (tmp_path / "link").symlink_to(tree)
    for source, out in (
        (tree, tree),
        (tree, tree / "out"),
        (tree / "deep", tree),
        (tree, tmp_path / "link" / "o"),
    ):
        assert "inside one another" in refused(tmp_path, source, out)
    assert len(outputs(tree)) == 3


def test_a_file_as_out_and_a_missing_key_are_said_in_words(tmp_path, tree):
    assert "OUT is a file" in refused(tmp_path, tree, tmp_path / "key")
    said = refused(tmp_path, tree, tmp_path / "out", "--key-file", tmp_path / "none")
    assert "key" in said and "Errno" not in said


def test_the_key_never_leaves_with_the_cleaned_files(tmp_path, tree):
    (tmp_path / "out").mkdir()
    shutil.copy(tmp_path / "key", tmp_path / "out" / "key")
    said = refused(tmp_path, tree, tmp_path / "out", "--key-file", tmp_path / "out" / "key")
    assert "must not leave" in said


def test_an_in_that_is_not_there_is_said(tmp_path, tree):
    assert "nothing at IN" in refused(tmp_path, tree / "none", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("workers", ["0", "-1"])
def test_nothing_is_done_without_a_worker(tmp_path, tree, workers):
    assert "--workers" in refused(tmp_path, tree, tmp_path / "out", "--workers", workers)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "report",
    ["", "{", "[]", "{}", '{"files": []}', '{"files": {"a": 1}}', '{"files": {"a": {"output": 1}}}', '{"files": {"a": {}}}',
     '{"files": {"a": {"output": "other.dcm"}}}', None],
)  # fmt: skip
def test_nothing_is_removed_by_a_report_that_does_not_name_it(tmp_path, tree, report):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.dcm").write_bytes(b"mine")
    if report is not None:
        (tmp_path / "before.json").write_text(report)
    said = refused(tmp_path, tree, tmp_path / "out", "--replace", "--report", tmp_path / "before.json")
    assert "does not name" in said
    assert outputs(tmp_path / "out") == {"mine.dcm": b"mine"}


def test_a_link_in_out_is_something_that_the_report_does_not_name(tmp_path, tree):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "link").symlink_to(tree)
    refused(tmp_path, tree, tmp_path / "out", "--replace")
    assert (tmp_path / "out" / "link").is_symlink() and len(outputs(tree)) == 3


def test_an_out_that_is_not_empty_is_refused_and_stays_as_it_is(tmp_path, tree):
    run(tmp_path, tree, tmp_path / "out")
    before = outputs(tmp_path / "out")
    assert "--replace" in refused(tmp_path, tree, tmp_path / "out")
    assert outputs(tmp_path / "out") == before


def test_replacing_leaves_no_file_of_the_run_before(tmp_path, tree):
    run(tmp_path, tree, tmp_path / "out")
    (tree / "deep" / "MR_small.dcm").unlink()
    done, report = run(tmp_path, tree, tmp_path / "out", "--replace")
    assert done.returncode == 0
    assert set(outputs(tmp_path / "out")) == {entry["output"] for entry in report["files"].values()}
    assert len(report["files"]) == 2


def test_replacing_never_removes_what_the_report_does_not_name(tmp_path, tree):
    run(tmp_path, tree, tmp_path / "out")
    shutil.copy(get_testdata_file("CT_small.dcm"), tmp_path / "out" / "mine.dcm")
    before = outputs(tmp_path / "out")
    refused(tmp_path, tree, tmp_path / "out", "--replace")
    assert outputs(tmp_path / "out") == before


@pytest.mark.parametrize("name", [".part-abc"])
def test_what_a_killed_run_left_unfinished_is_removed(tmp_path, tree, name):
    (tmp_path / "out" / name).mkdir(parents=True)
    (tmp_path / "out" / name / "1.part").write_bytes(b"half")
    done, _report = run(tmp_path, tree, tmp_path / "out")
    assert done.returncode == 0 and len(outputs(tmp_path / "out")) == 3


def test_what_readers_may_take_for_something_else_is_refused(tmp_path):
    whole = Path(get_testdata_file("CT_small.dcm")).read_bytes()
    length = whole.index(b"\2\0\0\0UL\4\0") + 8
    (tmp_path / "in").mkdir()
    (tmp_path / "key").write_text("ab" * 32)
    lies = (int.from_bytes(whole[length : length + 4], "little") + 2).to_bytes(4, "little")
    (tmp_path / "in" / "meta.dcm").write_bytes(whole[:length] + lies + whole[length + 4 :])
    (tmp_path / "in" / "group.dcm").write_bytes(whole + b"\xff\xff\x10\0LO\2\0a ")
    done, report = run(tmp_path, tmp_path / "in", tmp_path / "out")
    assert done.returncode == 1
    codes = {name: entry["refused"] for name, entry in report["files"].items()}
    assert codes == {"meta.dcm": "meta_length", "group.dcm": "bad_group"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_stopped_says_what_was_done(tmp_path, how):
    (tmp_path / "in").mkdir()
    (tmp_path / "key").write_text("ab" * 32)
    for number in range(600):
        shutil.copy(get_testdata_file("CT_small.dcm"), tmp_path / "in" / f"{number:03d}.dcm")
    out, report = tmp_path / "out", tmp_path / "report.json"
    command = [
        sys.executable,
        "-m",
        "deid.engine",
        tmp_path / "in",
        out,
        "--key-file",
        tmp_path / "key",
        "--report",
        report,
    ]
    running = subprocess.Popen(
        [*map(str, command), "--pixels", "keep"],
        stderr=subprocess.PIPE,
        text=True,
        # What runs in the background of a shell ignores Ctrl-C, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - nothing else runs here yet
    )
    while running.poll() is None and len(list(out.rglob("*.dcm"))) < 10:
        time.sleep(0.02)
    running.send_signal(how)
    said = running.communicate(timeout=60)[1]
    done = json.loads(report.read_text())
    assert running.returncode == 3 and "Traceback" not in said and done["stopped"] == "It was interrupted."
    named = {out / entry["output"] for entry in done["files"].values()}
    assert named == {path for path in out.rglob("*") if path.is_file()} and len(named) < 600
    assert not list(out.glob(".part-*"))


@pytest.mark.parametrize("workers", ["1", "3"])
def test_a_run_that_loses_its_files_stops_and_says_so_and_names_all_that_it_wrote(
    tmp_path, tree, monkeypatch, workers
):
    """As where a disk is full or goes away: the machine is at fault, not the file."""
    monkeypatch.setattr(TreeCleaner, "look", lambda *_given: (tree / "deep" / "MR_small.dcm").unlink())
    done, report = run(tmp_path, tree, tmp_path / "out", "--workers", workers)
    assert done.returncode == 3 and f"stopped: {report['stopped']}\n" in done.stderr
    assert "could not reach its files" in report["stopped"] and "is there room in OUT" in report["stopped"]
    assert report["inputs"] == 3 and list(report["files"]) == ["deep/CT_small.dcm"]
    assert list(outputs(tmp_path / "out")) == [report["files"]["deep/CT_small.dcm"]["output"]]


def test_what_systems_note_of_folders_is_left_out_and_no_failure(tmp_path):
    (tmp_path / "key").write_text("ab" * 32)
    (tmp_path / "in").mkdir()
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (tmp_path / "in" / name).write_bytes(b"\0\0\0\1Bud1")
    (tmp_path / "in" / "._a.txt").write_bytes(b"\0\5\x16\7\0\2")
    (tmp_path / "in" / "._b.txt").write_text("There is a nodule.")
    done, told = run(tmp_path, tmp_path / "in", tmp_path / "out")
    assert done.returncode == 0 and told["inputs"] == 5
    left = {path for path, entry in told["files"].items() if entry.get("left_out") == "of_the_system"}
    assert left == {".DS_Store", "Thumbs.db", "desktop.ini", "._a.txt"}
