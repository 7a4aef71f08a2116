"""Reviewing functions that may run in a child, each taking and giving only what JSON can say."""

from collections.abc import Mapping
from typing import Any

from deid.engine.facts.known import read_known_values
from deid.engine.identity import identity_of
from deid.engine.profiles.files import profile_given
from deid.engine.review.explaining import explain_dicom, explained_json
from deid.engine.review.nifti import explain_nifti
from deid.engine.sandbox.functions import mask_of


def explain_dicom_file(
    source: str,
    profile: str | Mapping[str, Any],
    key: str,
    subject_key: str,
    *,
    masks: list[Mapping[str, Any]] | None = None,
    known_values_of_subject: list[str] | None = None,
) -> list[dict[str, Any]]:
    """Return `explain_dicom` of the file *source* as dictionaries, with the *key* given in hexadecimal."""
    rows = explain_dicom(
        source,
        profile=profile_given(profile),
        identity=identity_of(key),
        subject_key=subject_key,
        masks=[mask_of(mask) for mask in masks or ()],
        known_values_of_subject=known_values_of_subject or (),
    )
    return explained_json(rows)


def explain_nifti_file(source: str) -> list[dict[str, Any]]:
    """Return `explain_nifti` of the file *source* as dictionaries."""
    return explained_json(explain_nifti(source))


def known_values_of(source: str, profile: str | Mapping[str, Any]) -> list[str]:
    """Return `read_known_values` of the file *source*."""
    return read_known_values(source, profile_given(profile))
