"""Whose a file is that does not say it inside: its path or a table's cell names the subject."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable
from pathlib import PurePosixPath

BIDS_SUBJECT = re.compile(r"(?:^|/)sub-([A-Za-z0-9]+)")

_SEPARATOR = re.compile(r"[-_./: ]")
SHORTEST_END = 2


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


def keys_of_cells(
    cells: Iterable[str], key_of: Callable[[str], str], known: Container[str]
) -> dict[str, str]:
    """Return the subject key of each cell of a table's column: what *key_of* makes of the subject it names.

    An identifier may begin with study and site (`USUBJID`, SDTMIG 3.4), which images often leave out: where nobody is
    *known* by the whole, the longest end of it counts that somebody is known by, unless two cells end alike.
    """
    subjects = {subject_of_cell(cell) for cell in cells}
    keys = {subject: _key_of(subject, key_of, known) for subject in subjects}
    often = Counter(keys.values())
    return {subject: key if often[key] == 1 else key_of(subject) for subject, key in keys.items()}


def _key_of(subject: str, key_of: Callable[[str], str], known: Container[str]) -> str:
    ends = (subject[found.end() :] for found in _SEPARATOR.finditer(subject))
    keys = (key_of(text) for text in (subject, *ends) if len(text) >= SHORTEST_END)
    return next((key for key in keys if key in known), key_of(subject))
