"""NIfTI volumes in BIDS folders and a clinical table about the same subjects."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files

import nibabel
import numpy as np

from examples.images.phantoms import head_volume
from examples.images.subjects import Invented, invent

File = tuple[str, bytes]
PUBLIC_TITLES = {"participants": "Participants"}
# The columns of the table, with what its dictionary says of them.
COLUMNS = {
    "participant_id": "The same pseudonym as in the images",
    "sex": "As stated at enrolment",
    "age": "In years, at the first visit",
    "arm": "To which the participant was randomised",
    "visit_date": "Day of the first visit",
    "last_contact_date": "Day on which the participant was last spoken to",
    "score": "Memory score at the last contact, 0 to 30",
    "remarks": "",
}


def brain_trial(subjects: int, size: int = 64, slices: int = 24) -> Iterator[File]:
    """Yield one volume a subject, its header naming the subject, and then the table."""
    people = invent(subjects, "CUR", 53)
    for number, who in enumerate(people):
        volume = head_volume(size, slices, np.random.default_rng(300 + number))
        image = nibabel.Nifti1Image(np.transpose(volume, (2, 1, 0)), np.diag([3.0, 3.0, 6.0, 1.0]))  # type: ignore[no-untyped-call]
        image.header["descrip"] = f"{who.name} {who.first_study:%Y-%m-%d}".encode()[:79]
        yield (
            f"sub-{who.patient_id}/anat/sub-{who.patient_id}_T1w.nii.gz",
            gzip.compress(image.to_bytes(), mtime=0),
        )
    yield "participants.csv", _table(people)


def real_volumes() -> Iterator[File]:
    """Yield the real volumes that come with nibabel's wheel."""
    folder = files("nibabel") / "tests" / "data"
    for name in ("anatomical.nii", "functional.nii", "example4d.nii.gz"):
        found = folder / name
        if found.is_file():
            yield f"sub-{name.partition('.')[0]}/{name}", found.read_bytes()


def _table(people: list[Invented]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, who in enumerate(people):
        contact = who.first_study + timedelta(days=120 + 3 * number)
        writer.writerow(
            [
                f"sub-{who.patient_id}",
                who.sex,
                who.age,
                ("control", "treatment")[number % 2],
                who.first_study.isoformat(),
                contact.isoformat(),
                f"{21 + number % 9}",
                f"Spoke with {who.name.replace('^', ', ')} about the visit, see chart {who.patient_id}.",
            ]
        )
    return text.getvalue().encode()
