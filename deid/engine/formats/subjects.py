"""Whose a file is that does not say it inside: its path or a table's cell names the subject."""

import re
from pathlib import PurePosixPath

BIDS_SUBJECT = re.compile(r"(?:^|/)sub-([A-Za-z0-9]+)")


def subject_of_path(path: str) -> str:
    """Return the subject that a path names: BIDS' `sub-…`, else the top folder, else the name up to its first “_”."""
    bids = BIDS_SUBJECT.search(path)
    if bids:
        return bids.group(1)
    parts = PurePosixPath(path).parts
    return parts[0] if len(parts) > 1 else re.split(r"[_.]", parts[-1])[0]


def subject_of_cell(text: str) -> str:
    """Return the subject that a table's cell names: the same as in a DICOM header or a BIDS path."""
    return text.strip().removeprefix("sub-")
