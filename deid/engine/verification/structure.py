"""Whether a released file got worse than its source, as David Clunie's `dciodvfy` judges it where it is installed."""

import re
import shutil
import subprocess
from pathlib import Path

CHECKER = "dciodvfy"
SECONDS = 60
UNREADABLE = "Dicom dataset read failed"
_VALUE = re.compile(r"= <[^>]*>|\b\d+(?:\.\d+){2,}\b")
_ITEM = re.compile(r"\[\d+\]")


def has_checker() -> bool:
    """Say whether `dciodvfy` is installed (Debian: dicom3tools)."""
    return shutil.which(CHECKER) is not None


def new_faults(source_path: Path | str, released_path: Path | str) -> list[str]:
    """Return the errors that `dciodvfy` sees in the released file and not in its source, without any value.

    A source that it cannot read (it knows no deflated data sets) gives nothing to compare with, and so no fault.
    Raises `FileNotFoundError` where it is not installed.
    """
    before = _faults(source_path)
    if any(UNREADABLE in fault for fault in before):
        return []
    return sorted(_faults(released_path) - before)


def _faults(path: Path | str) -> set[str]:
    said = subprocess.run([CHECKER, "-new", str(path)], capture_output=True, timeout=SECONDS, check=False)
    lines = (said.stdout + said.stderr).decode("latin-1").splitlines()
    return {_ITEM.sub("", _VALUE.sub("", line)) for line in lines if line.startswith("Error")}
