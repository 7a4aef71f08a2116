"""The header of one source before and after cleaning, for a curator's eyes; nothing of it is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from deid.engine import RefusedError
from deid.keys import collection_key, index_key
from deid.policies import visible_sources
from deid.services.knowing import known_values_of
from deid.services.looking import looking_pool
from deid.services.masks import signed_off_masks
from deid.services.profiling import profile_for_child
from deid.services.releasing.sources import fetch_instance
from portal.errors import InvalidInputError, NotThereError
from portal.models import Person, Series, SeriesKind

MOST_BYTES = 64 << 20


def explain_header(*, person: Person, series: Series, number: int, reference: str) -> list[dict[str, Any]]:
    """Return a row for each attribute of image *number* (from 0, in order) as the profile *reference* treats it.

    Pseudonyms and shift are those of a preview, of no grant. Raises `InvalidInputError` where nothing can be shown.
    """
    if not visible_sources(person).contains(series):
        raise NotThereError("There is no such series.")
    if series.kind != SeriesKind.DICOM:
        raise InvalidInputError("Only DICOM files have a header to show.")
    instance = series.instances.order_by("number", "pk")[number : number + 1].first()
    if instance is None:
        raise NotThereError("There is no such image.")
    if instance.size > MOST_BYTES:
        raise InvalidInputError("The image is too large to be explained in the browser.")
    secret, subject = collection_key(series.collection), series.study.subject
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        source = fetch_instance(instance, series.kind, Path(folder))
        given = (str(source), profile_for_child(reference), index_key(secret, "preview", "header"))
        try:
            rows: list[dict[str, Any]] = looking_pool().run(
                "explain_dicom",
                *given,
                subject.key,
                masks=signed_off_masks(instance),
                known_values_of_subject=known_values_of(subject),
            )
        except RefusedError as error:
            raise InvalidInputError(error.reason) from error
    return rows
