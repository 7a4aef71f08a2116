"""The engine's functions that may run in a child, each taking and giving only what JSON (and bytes) can
say."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from deid.engine.facts.dicom import read_facts
from deid.engine.facts.nifti import read_nifti_facts
from deid.engine.formats.cleaning import clean_file
from deid.engine.formats.kinds import Kind
from deid.engine.formats.nifti import clean_nifti
from deid.engine.identity import identity_of
from deid.engine.instances import clean_dicom
from deid.engine.profiles.files import profile_given
from deid.engine.results import Cleaned, Mask


def facts_of(path: str) -> dict[str, Any]:
    """Return `read_facts` as a dictionary with `identity` and `safe`."""
    return asdict(read_facts(path))


def nifti_facts_of(path: str) -> dict[str, Any]:
    """Return `read_nifti_facts` as a dictionary."""
    return asdict(read_nifti_facts(path))


def mask_of(given: Mapping[str, Any]) -> Mask:
    """Return the mask a dictionary describes; `frames` is null or [first, end)."""
    frames = range(*given["frames"]) if given.get("frames") else None
    return Mask(frames, *(int(given[name]) for name in ("x", "y", "width", "height")))


def clean_dicom_file(
    source: str,
    target: str,
    profile: str | Mapping[str, Any],
    key: str,
    subject_key: str,
    *,
    masks: list[Mapping[str, Any]] | None = None,
    pixels_inspected: bool = False,
    known_values_of_subject: list[str] | None = None,
    faces_removed: bool = False,
    voxel_mask: str | None = None,
    clear_hidden_bits: bool | None = None,
) -> dict[str, Any]:
    """Clean the DICOM file *source* into *target* with the *key* given in hexadecimal; return `Cleaned` as
    a dictionary."""
    identity = identity_of(key)
    with Path(source).open("rb") as file, Path(target).open("wb") as out:
        cleaned = clean_dicom(
            file,
            out,
            profile=profile_given(profile),
            identity=identity,
            subject_key=subject_key,
            masks=[mask_of(mask) for mask in masks or ()],
            known_values_of_subject=known_values_of_subject or (),
            pixels_inspected=pixels_inspected,
            faces_removed=faces_removed,
            voxel_mask=voxel_mask,
            clear_hidden_bits=clear_hidden_bits,
        )
    return _as_dict(cleaned)


def clean_nifti_file(
    source: str,
    target: str,
    key: str,
    subject_key: str,
    *,
    voxel_mask: str | None = None,
) -> dict[str, Any]:
    """Clean the NIfTI file *source* into *target*; return `Cleaned` as a dictionary."""
    identity = identity_of(key)
    with Path(source).open("rb") as file, Path(target).open("wb") as out:
        cleaned = clean_nifti(file, out, identity=identity, subject_key=subject_key, voxel_mask=voxel_mask)
    return _as_dict(cleaned)


def clean_any_file(
    kind: str,
    source: str,
    target: str,
    key: str,
    subject_key: str,
    *,
    masks: list[Mapping[str, Any]] | None = None,
    known_values: list[str] | None = None,
    renamed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Clean the file *source* of a *kind* beside DICOM into *target*; return `Cleaned` as a dictionary.

    *renamed* has how files that a table names are called now.
    """
    cleaned = clean_file(
        Kind(kind),
        Path(source),
        Path(target),
        identity=identity_of(key),
        subject_key=subject_key,
        masks=[mask_of(mask) for mask in masks or ()],
        known_values=known_values or (),
        file_name_of=None if renamed is None else lambda name: renamed.get(name.strip(), ""),
    )
    return _as_dict(cleaned)


def _as_dict(cleaned: Cleaned) -> dict[str, Any]:
    return {name: getattr(cleaned, name) for name in Cleaned.__dataclass_fields__}
