"""The words of one report before and after cleaning, for a curator's eyes; nothing of it is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from deid.engine import RefusedError
from deid.keys import preview_key
from deid.policies import visible_sources
from deid.services.knowing import known_values_of
from deid.services.looking import looking_pool
from deid.services.profiling import profile_for_child
from deid.services.releasing.sources import fetch_instance
from portal.errors import InvalidInputError, NotThereError
from portal.models import Person, Series, SeriesKind

MOST_BYTES = 64 << 20


def explain_report(*, person: Person, series: Series, number: int) -> dict[str, Any]:
    """Return `passages` (`how`, `text`) and `is_cut` of report *number* (from 0), as the collection's profile treats it.

    Pseudonyms and shift are those of a preview, of no grant. Raises `InvalidInputError` where nothing can be shown.
    """
    if not visible_sources(person).contains(series):
        raise NotThereError("There is no such series.")
    instance = series.instances.order_by("number", "pk")[number : number + 1].first()
    if instance is None:
        raise NotThereError("There is no such report.")
    if instance.size > MOST_BYTES:
        raise InvalidInputError("The report is too large to be shown in the browser.")
    in_dicom, subject = series.kind == SeriesKind.DICOM, series.study.subject
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        source = str(fetch_instance(instance, series.kind, Path(folder)))
        try:
            told: dict[str, Any] = looking_pool().run(
                "explain_report",
                source,
                profile_for_child(series.collection.deid_profile) if in_dicom else None,
                preview_key(series.collection),
                subject.key,
                known_values=known_values_of(subject),
            )
        except RefusedError as error:
            raise InvalidInputError(error.reason) from error
    return told
