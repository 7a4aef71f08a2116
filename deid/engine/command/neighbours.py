"""Whose a report or picture near DICOM images is: the images in and below its folder say it, if they all say the same."""

from collections.abc import Iterable, Mapping
from pathlib import Path


def patients_of_folders(patients: Mapping[Path, str], top: Path) -> dict[Path, str]:
    """Return the Patient ID of each folder in or below which images lie, *top* and what is below it; none where they differ.

    A trial sends `subject/dicom/…` beside `subject/report.txt`: the report is of whom the images below its folder are.
    """
    found: dict[Path, set[str]] = {}
    for image, patient in patients.items():
        for folder in _folders_of(image, top):
            found.setdefault(folder, set()).add(patient)
    return {folder: next(iter(said)) for folder, said in found.items() if len(said) == 1 and "" not in said}


def _folders_of(image: Path, top: Path) -> Iterable[Path]:
    """Yield the folders in which an image lies, its own first, *top* last."""
    for folder in image.parents:
        yield folder
        if folder == top:
            return
