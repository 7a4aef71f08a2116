"""Check the paths of a run before anything is read or written, so that none overwrites or takes in another.

All are compared as they resolve, through links; each refusal is one sentence that says what to do.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from deid.engine.command.sheets import outputs_of

SCRATCH = ".part-"


class PathsError(ValueError):
    """The paths of a run cannot be used together, or not at all."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where a run reads and writes."""

    source: Path
    out: Path
    key: Path
    report: Path


def require_usable(paths: Paths) -> None:
    """Refuse, with `PathsError`, paths that are not there, cannot be written or lie inside one another."""
    source, out, key, report = (path.resolve() for path in (paths.source, paths.out, paths.key, paths.report))
    if not source.exists():
        raise PathsError("there is nothing at IN")
    if not key.is_file():
        raise PathsError("there is no file at --key-file; name a file that holds the key")
    if out.exists() and not out.is_dir():
        raise PathsError("OUT is a file; name a folder")
    if out == source or out.is_relative_to(source) or source.is_relative_to(out):
        raise PathsError("IN and OUT lie inside one another; name an OUT outside of IN")
    if report.is_dir():
        raise PathsError("--report is a folder; name a file in it")
    if not report.parent.is_dir():
        raise PathsError("the folder of --report is not there; make it first")
    if not os.access(report.parent, os.W_OK):
        raise PathsError("nothing can be written to the folder of --report; name another")
    if report == key or (report.exists() and report.samefile(key)):
        raise PathsError("--report would overwrite the key; name another file")
    if report.is_relative_to(source):
        raise PathsError("--report lies in IN and could overwrite an input; name a file outside of IN")
    if report.is_relative_to(out) or key.is_relative_to(out):
        raise PathsError(
            "--report and the key must not leave with the cleaned files; keep them outside of OUT"
        )


def prepare_out(paths: Paths, *, replace: bool) -> None:
    """Have an empty folder OUT; with *replace*, what the report of the run before names is removed from it.

    What a killed run left unfinished goes in any case. Raises `PathsError` where OUT holds anything else.
    """
    out = paths.out
    there = [path for path in _files(out) if not path.relative_to(out).parts[0].startswith(SCRATCH)]
    if there and not replace:
        raise PathsError("OUT is not empty; name an empty folder, or say --replace")
    ours = _outputs(paths.report, out) if there else set()
    if not ours.issuperset(there):
        raise PathsError(
            "OUT holds files that the report at --report does not name; name an empty folder, or empty it yourself"
        )
    out.mkdir(parents=True, exist_ok=True)
    for path in there:
        path.unlink()
    for left in out.glob(f"{SCRATCH}*"):
        shutil.rmtree(left)


def _files(folder: Path) -> list[Path]:
    """Return everything below *folder* but folders; a link counts as a file."""
    return [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]


def _outputs(report: Path, out: Path) -> set[Path]:
    """Return the files below *out* that a *report* names; none where there is no report."""
    try:
        entries = json.loads(report.read_text("utf-8"))["files"].values()
        return {out / PurePosixPath(name) for name in outputs_of(entries)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return set()
