"""Reading a report in a child, which loads what PDF needs; it takes and gives only what JSON can say."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from deid.engine.identity import identity_of
from deid.engine.profiles.files import profile_given
from deid.engine.review.reports import explain_report


def explain_report_file(
    source: str,
    profile: str | Mapping[str, Any] | None,
    key: str,
    subject_key: str,
    *,
    known_values: list[str] | None = None,
) -> dict[str, Any]:
    """Return `explain_report` of the file *source* as a dictionary, with the *key* given in hexadecimal."""
    report = explain_report(
        source,
        profile=None if profile is None else profile_given(profile),
        identity=identity_of(key),
        subject_key=subject_key,
        known_values=known_values or (),
    )
    return asdict(report)
