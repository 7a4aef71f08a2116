"""Reading one file in a limited child: what it is, what the index needs, and whether it can be cleaned."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deid.engine import sandbox, subject_key
from portal.models import Instance, SeriesKind

NIFTI = re.compile(r"\.nii(\.gz)?$", re.IGNORECASE)
TABLE = re.compile(r"\.csv$", re.IGNORECASE)
BIDS_SUBJECT = re.compile(r"(?:^|/)sub-([A-Za-z0-9]+)")


@dataclass(frozen=True, slots=True)
class Read:
    """A file as understood: `kind` is dicom, nifti or table; identifiers as they stand in the source.

    `known` are all values in it that say who the subject is.
    """

    kind: str
    patient_id: str = ""
    study_uid: str = ""
    series_uid: str = ""
    sop_instance_uid: str = ""
    safe: dict[str, Any] = field(default_factory=dict)
    known: tuple[str, ...] = ()

    @property
    def encoding(self) -> str:
        """How the bytes are packed, for formats without a transfer syntax: the ending that says so."""
        return ".nii.gz" if self.safe.get("compressed") else ".nii"


def suffix_of_instance(instance: Instance, kind: str) -> str:
    """Return the ending by which the engine knows the format of an indexed instance."""
    return instance.transfer_syntax if kind == SeriesKind.NIFTI else ".dcm"


def suffix_of(path: str) -> str:
    """Return the ending by which the engine tells formats apart; nothing else of a name is ever used."""
    for pattern in (NIFTI, TABLE):
        found = pattern.search(path)
        if found:
            return found.group().lower()
    return ".dcm"


def read_file(pool: sandbox.Pool, file: Path, source_path: str, profile: dict[str, Any]) -> Read:
    """Return what *file* is, or raise `RefusedError` with a reason that the uploader can act on.

    A DICOM or NIfTI file is also cleaned once with a throw-away key: what cannot be cleaned is refused here,
    not in somebody's release.
    """
    if file.suffix == ".csv":
        return Read("table")
    pool.run("check_structure", str(file))
    key, target = secrets.token_hex(32), str(file) + ".out"
    try:
        if NIFTI.search(file.name):
            pool.run("clean_nifti_file", str(file), target, key, "trial run")
            return _nifti(pool.run("read_nifti_facts", str(file)), source_path)
        pool.run("clean_dicom_file", str(file), target, profile, key, "trial run")
        known = pool.run("read_known_values", str(file), profile)
        return _dicom(pool.run("read_facts", str(file)), known)
    finally:
        Path(target).unlink(missing_ok=True)


def _dicom(facts: dict[str, Any], known: list[str]) -> Read:
    identity = facts["identity"]
    # Without a Patient ID, a study is the closest thing to a subject that the file knows.
    patient = identity["patient_id"].strip() or f"study {identity['study_uid']}"
    return Read(
        "dicom",
        patient_id=patient,
        study_uid=identity["study_uid"],
        series_uid=identity["series_uid"] or identity["study_uid"],
        sop_instance_uid=identity["sop_instance_uid"],
        safe=facts["safe"],
        known=tuple(known),
    )


def _nifti(facts: dict[str, Any], source_path: str) -> Read:
    return Read(
        "nifti",
        patient_id=subject_of_path(source_path),
        study_uid=str(Path(source_path).parent),
        series_uid=source_path,
        sop_instance_uid=source_path,
        safe=facts["safe"],
    )


def subject_of_path(path: str) -> str:
    """Return the subject that a path names: BIDS' `sub-…`, else the top folder, else the name up to its first “_”."""
    bids = BIDS_SUBJECT.search(path)
    if bids:
        return bids.group(1)
    parts = Path(path).parts
    return parts[0] if len(parts) > 1 else re.split(r"[_.]", parts[-1])[0]


def subject_of_cell(text: str) -> str:
    """Return the subject that a table's cell names: the same as in a DICOM header or a BIDS path."""
    return text.strip().removeprefix("sub-")


def known_subject(collection_key: bytes, patient_id: str) -> str:
    """Return the key of a subject in the index and for the engine: one identity in every format."""
    return subject_key(collection_key, subject_of_cell(patient_id))
