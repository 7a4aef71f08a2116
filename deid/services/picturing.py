"""The public picture of a cleared series: of the cleaned image, so that it shows what a release would show."""

from __future__ import annotations

import io
import secrets
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from deid.engine import RefusedError
from deid.engine.formats.kinds import kind_of
from deid.models import Finding
from deid.services.defacing import signed_off_plan
from deid.services.intake.reading import suffix_of_instance
from deid.services.looking import LOOKERS, cleaning_pool, faults_that_pass
from deid.services.masks import SIGNED_OFF, signed_off_masks
from deid.services.profiling import profile_for_child
from deid.services.releasing.sources import fetch_instance
from portal.models import Instance, Series, SeriesKind, SeriesState
from storage import keys
from storage.objects import released_store


def picture_series(series_id: UUID) -> None:
    """Make the thumbnail of a cleared series from its middle instance, with the signed-off masks applied.

    Where something else was decided while it was drawn it is thrown away: whoever decides asks for another one.
    """
    series = Series.objects.select_related("study__subject__collection").get(pk=series_id)
    if series.state != SeriesState.CLEARED or series.kind not in LOOKERS:
        return
    decided = _decided(series)
    instances = list(series.instances.order_by("number", "pk"))
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with faults_that_pass(), tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        middle = instances[len(instances) // 2]
        source = fetch_instance(middle, series.kind, Path(folder))
        try:
            picture = _picture(series, middle, source)
        except RefusedError:
            # Without pixels (plans, structure sets) there is nothing to show.
            return
    if picture:
        _keep(series, picture, decided)


@transaction.atomic
def _keep(series: Series, picture: bytes, decided: list[Any]) -> None:
    """Keep a picture, unless it shows what was *decided* no longer; nobody decides while it is put in its place."""
    locked: Series = Series.objects.locked(series.pk)
    if locked.state != SeriesState.CLEARED or _decided(series) != decided:
        return
    key = keys.thumbnail(series.pk)
    released_store().put_file(key, io.BytesIO(picture))
    Series.objects.filter(pk=series.pk).update(thumbnail_key=key)


def _decided(series: Series) -> list[Any]:
    """Return what was decided to hide in a series."""
    hiding = Finding.objects.filter(series=series, state__in=SIGNED_OFF).order_by("pk")
    return list(hiding.values_list("pk", "boxes", "plan_key"))


def _picture(series: Series, middle: Instance, source: Path) -> bytes:
    if series.kind == SeriesKind.DICOM:
        clean, profile = source.with_name("clean.dcm"), profile_for_child(series.collection.deid_profile)
        given = (str(source), str(clean), profile, secrets.token_hex(32), "picture")
        masks, plan = signed_off_masks(middle), signed_off_plan(series, source.parent)
        cleaning_pool().run("clean_dicom_file", *given, masks=masks, pixels_inspected=True, voxel_mask=plan)
    elif series.kind == SeriesKind.NIFTI:
        clean = source.with_name("clean" + suffix_of_instance(middle, series.kind))
        keyed = (str(source), str(clean), secrets.token_hex(32), "picture")
        plan = signed_off_plan(series, source.parent)
        cleaning_pool().run("clean_nifti_file", *keyed, voxel_mask=plan)
    else:
        clean = source.with_name("clean" + suffix_of_instance(middle, series.kind))
        paths = (str(source), str(clean))
        masks = signed_off_masks(middle)
        cleaning_pool().run(
            "clean_file", kind_of(source.name), *paths, secrets.token_hex(32), "picture", masks=masks
        )
    picture: bytes = cleaning_pool().run(LOOKERS[SeriesKind(series.kind)].thumbnail, str(clean))
    return picture
