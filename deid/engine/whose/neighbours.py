"""What DICOM images say of folders and of BIDS' labels: of whom those are that lie in and below them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from deid.engine.formats.subjects import BIDS_SUBJECT, label_of, subject_of_cell


def patients_of_folders(patients: Mapping[Path, str], top: Path) -> dict[Path, str]:
    """Return the Patient ID of each folder in or below which images lie, *top* and what is below it; none where they differ.

    A trial sends `subject/dicom/…` beside `subject/report.txt`: the report is of whom the images below its folder are.
    """
    found: dict[Path, set[str]] = defaultdict(set)
    for image, patient in patients.items():
        for folder in _folders_of(image, top):
            found[folder].add(patient)
    return {folder: next(iter(said)) for folder, said in found.items() if len(said) == 1 and "" not in said}


def patients_of_labels(patients: Mapping[Path, str], top: Path) -> dict[str, str]:
    """Return the Patient ID by each label of BIDS: the one that is the label, else what all images below folders of that name
    state, else the one whose letters and digits it is; none where several are.

    Who sorts images into BIDS chooses labels (`sourcedata/sub-01/…`), or makes them of the Patient ID (`PAT-0012` is
    `sub-PAT0012`).
    """
    spelled, placed = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for image, patient in patients.items():
        spelled[label_of(patient)].add(patient)
        if found := BIDS_SUBJECT.search(image.relative_to(top).as_posix()):
            placed[found[1]].add(patient)
    same = {subject_of_cell(patient): patient for patient in patients.values()}
    ways = (spelled, placed, {label: {patient} for label, patient in same.items()})
    return {
        label: next(iter(said))
        for way in ways
        for label, said in way.items()
        if len(said) == 1 and "" not in said and label
    }


def _folders_of(image: Path, top: Path) -> Iterable[Path]:
    """Yield the folders in which an image lies, its own first, *top* last."""
    for folder in image.parents:
        yield folder
        if folder == top:
            return
