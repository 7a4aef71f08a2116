"""The header of one source before and after cleaning, for a curator's eyes; nothing of it is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from deid.engine import RefusedError
from deid.keys import preview_key
from deid.policies import visible_sources
from deid.services.foretelling import Row, foretell
from deid.services.knowing import known_values_of
from deid.services.looking import looking_pool
from deid.services.masks import signed_off_masks
from deid.services.profiling import profile_for_child
from deid.services.releasing.sources import fetch_instance
from portal.errors import InvalidInputError, NotThereError
from portal.models import Instance, Person, Series, SeriesKind

MOST_BYTES = 64 << 20
# De-identification Method and its Code Sequence (PS3.15 E.1.1) differ between any two profiles, and say nothing of what else
# leaves.
NAMES_PROFILE = ("00120063", "00120064")
WITH_HEADER = frozenset({SeriesKind.DICOM, SeriesKind.NIFTI})


def explain_header(*, person: Person, series: Series, number: int, reference: str) -> list[Row]:
    """Return a row for each attribute of image *number* (from 0, in order) as the profile *reference* treats it.

    Pixels are told as the findings of the series stand. Pseudonyms and shift are those of a preview, of no grant. Raises
    `InvalidInputError` where nothing can be shown.
    """
    (rows,) = _explained(person, series, number, [reference])
    return rows


def compare_headers(
    *, person: Person, series: Series, number: int, present: str, other: str
) -> list[dict[str, Any]]:
    """Return each attribute as the profile *present* treats it, with `other`: its row under the profile *other*.

    Either is `None` where one of them has no such attribute; `differs` says whether what leaves would be different. Those
    that differ come first; the attributes that name the profile and its options are none of them. Raises `InvalidInputError`
    where either cannot be shown, so that no answer is never "alike".
    """
    ours, theirs = _explained(person, series, number, [present, other])
    by_path = {row["path"]: row for row in theirs}
    joined: list[tuple[Row | None, Row | None]] = [(row, by_path.pop(row["path"], None)) for row in ours]
    joined += [(None, row) for row in by_path.values()]
    rows = [
        {
            **(shown := one or two or {}),
            "present": one,
            "other": two,
            "differs": not shown["path"].startswith(NAMES_PROFILE) and _left(one) != _left(two),
            "names_profile": shown["path"].startswith(NAMES_PROFILE),
        }
        for one, two in joined
    ]
    return sorted(rows, key=lambda row: not row["differs"])


def _left(row: Row | None) -> tuple[Any, Any] | None:
    """Return what would leave of an attribute; what is removed leaves as little as what was never there."""
    return None if row is None or row["outcome"] == "removed" else (row["outcome"], row["after"])


def _explained(person: Person, series: Series, number: int, references: list[str]) -> list[list[Row]]:
    if not visible_sources(person).contains(series):
        raise NotThereError("There is no such series.")
    if series.kind not in WITH_HEADER:
        raise InvalidInputError("Only DICOM and NIfTI files have a header to show.")
    instance = series.instances.order_by("number", "pk")[number : number + 1].first()
    if instance is None:
        raise NotThereError("There is no such image.")
    if series.kind == SeriesKind.DICOM and instance.size > MOST_BYTES:
        raise InvalidInputError("The image is too large to be explained in the browser.")
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        source = str(fetch_instance(instance, series.kind, Path(folder)))
        try:
            told = [_of_file(source, series, instance, reference) for reference in references]
        except RefusedError as error:
            raise InvalidInputError(error.reason) from error
    return [foretell(rows, series, instance) for rows in told]


def _of_file(source: str, series: Series, instance: Instance, reference: str) -> list[Row]:
    rows: list[Row]
    if series.kind == SeriesKind.NIFTI:
        rows = looking_pool().run("explain_nifti", source)
    else:
        subject = series.study.subject
        rows = looking_pool().run(
            "explain_dicom",
            *(source, profile_for_child(reference), preview_key(series.collection)),
            subject.key,
            masks=signed_off_masks(instance),
            known_values_of_subject=known_values_of(subject),
        )
    return rows
