"""Clean one file of a folder tree: find out what it is and whose, and write it under a name that carries
nothing."""

import os
from pathlib import Path
from typing import Any, BinaryIO

from deid.engine.deciding.rules import PATIENT_ID
from deid.engine.formats.nifti import GZIP_MARK, clean_nifti
from deid.engine.identity import Identity, keyed_digest, subject_key
from deid.engine.instances import clean_dicom, text_at, top_level
from deid.engine.profiles.profile import load_profile
from deid.engine.reading.files import read_data_set
from deid.engine.results import Cleaned

NIFTI_SUFFIXES = (".nii", ".nii.gz")


def clean_one(
    source: str, relative: str, out: str, *, staging: str, profile: str, key: str
) -> dict[str, Any]:
    """Clean *source* into the tree *out* and return output path and counts; *staging* is a scratch file.

    The subject is derived from Patient ID; NIfTI carries none, so each stands for itself by its *relative*
    path.
    """
    secret = bytes.fromhex(key)
    identity, scratch = Identity(secret), Path(staging)
    with Path(source).open("rb") as file, scratch.open("wb") as target:
        if relative.lower().endswith(NIFTI_SUFFIXES):
            cleaned, name = _nifti(file, target, identity, secret, relative)
        else:
            cleaned, name = _dicom(file, target, identity, secret, profile)
    name = _settled(scratch, Path(out), name, keyed_digest(secret, "file", relative).hex()[:8])
    return {"output": name, "sha256": cleaned.sha256, "size": cleaned.size, "counts": dict(cleaned.counts)}


def _settled(scratch: Path, out: Path, name: str, suffix: str) -> str:
    """Move the finished file to its place; a second file of the same instance gets a *suffix*."""
    first = out / name
    first.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(scratch, first)
    except FileExistsError:
        stem, dot, extension = name.rpartition("/")[2].partition(".dcm" if name.endswith(".dcm") else ".nii")
        name = name[: -len(stem + dot + extension)] + f"{stem}-{suffix}{dot}{extension}"
        scratch.replace(out / name)
    else:
        scratch.unlink()
    return name


def _dicom(
    file: BinaryIO, target: BinaryIO, identity: Identity, secret: bytes, profile: str
) -> tuple[Cleaned, str]:
    data = read_data_set(file)
    subject = subject_key(secret, text_at(data, top_level(data), PATIENT_ID))
    file.seek(0)
    cleaned = clean_dicom(file, target, profile=load_profile(profile), identity=identity, subject_key=subject)
    parts = (cleaned.pseudonym, cleaned.study_uid or "study", cleaned.series_uid or "series")
    return cleaned, "/".join((*parts, f"{cleaned.sop_instance_uid}.dcm"))


def _nifti(
    file: BinaryIO, target: BinaryIO, identity: Identity, secret: bytes, relative: str
) -> tuple[Cleaned, str]:
    packed = file.read(2) == GZIP_MARK
    file.seek(0)
    cleaned = clean_nifti(file, target, identity=identity, subject_key=subject_key(secret, relative))
    number = keyed_digest(secret, "file", relative).hex()[:16]
    return cleaned, f"{cleaned.pseudonym}/nifti/{number}{'.nii.gz' if packed else '.nii'}"
