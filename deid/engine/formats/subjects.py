"""Whose a file is that does not say it inside: its path or a table's cell names the subject."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

BIDS_SUBJECT = re.compile(r"(?:^|/)sub-([A-Za-z0-9]+)")

_SEPARATOR = re.compile(r"[-_./: ]")
SHORTEST_END = 2
NO_PATIENTS: Mapping[str, str] = MappingProxyType({})


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


def label_of(identifier: str) -> str:
    """Return what BIDS leaves of an identifier, whose labels hold letters and digits only; case does not tell people apart."""
    return "".join(filter(str.isalnum, subject_of_cell(identifier))).casefold()


def patient_of_label(label: str, patients: Mapping[str, str]) -> str | None:
    """Return whom a BIDS label stands for among *patients*, their identifiers by labels; nothing where that is unknown.

    What holds other signs is no label: `1-11` and `11-1` are two people.
    """
    return patients.get(label) or (patients.get(label_of(label)) if label.isalnum() else None)


def ends_of(subject: str) -> list[str]:
    """Return the ends of an identifier that begins with study and site, longer ones first."""
    return [subject[found.end() :] for found in _SEPARATOR.finditer(subject)]


def keys_of_cells(
    cells: Iterable[str],
    key_of: Callable[[str], str],
    known: Container[str],
    patients: Mapping[str, str] = NO_PATIENTS,
) -> dict[str, str]:
    """Return the subject key of each cell of a table's column: what *key_of* makes of the subject it names.

    An identifier may begin with study and site (`USUBJID`, SDTMIG 3.4), which images often leave out, or be a label of one of
    the *patients*: where nobody is *known* by the whole, the longest end of it counts that somebody is known by, then whom
    the label stands for, unless two cells come to the same; what is one of the *patients'* labels as it stands is theirs.
    """
    subjects = {subject_of_cell(cell) for cell in cells}
    keys = {subject: _key_of(subject, key_of, known, patients) for subject in subjects}
    often = Counter(keys.values())
    return {
        subject: key if often[key] == 1 or subject in patients else key_of(subject)
        for subject, key in keys.items()
    }


def _key_of(
    subject: str, key_of: Callable[[str], str], known: Container[str], patients: Mapping[str, str]
) -> str:
    keys = (key_of(text) for text in (subject, *ends_of(subject)) if len(text) >= SHORTEST_END)
    labelled = subject_of_cell(patient_of_label(subject, patients) or subject)
    return next((key for key in keys if key in known), key_of(labelled))
