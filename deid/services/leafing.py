"""Leafing through a series at the desk: which pictures it has, drawing one of them, and which were looked at."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from deid.engine import RefusedError
from deid.models import LookedAt
from deid.services.looking import LOOKERS, faults_that_pass, looking_pool
from deid.services.releasing.sources import fetch_instance
from portal.errors import InvalidInputError, NotThereError
from portal.models import Instance, Person, Series, SeriesKind

FRAMES_IN_FILE = frozenset({SeriesKind.DICOM, SeriesKind.IMAGE})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One image of a series: its number from 1, how many frames (or slices) can be drawn of it, and its own size in pixels,
    which only images have that can be masked."""

    number: int
    instance_id: UUID
    frames: int
    rows: int | None
    columns: int | None

    @property
    def size(self) -> dict[str, int | None]:
        """Its size as boxes state theirs."""
        return {"rows": self.rows, "columns": self.columns}


def sheets_of(series: Series) -> list[Sheet]:
    """Return the images of *series* in the order of their numbers, none where nothing of it can be drawn."""
    rows = series.instances.order_by("number", "pk").values_list("pk", "frames", "geometry")
    if series.kind not in LOOKERS or not any(_has_picture(series.kind, one[2]) for one in rows):
        return []
    return [
        Sheet(
            number,
            pk,
            _pictures(series.kind, frames, geometry),
            geometry.get("rows"),
            geometry.get("columns"),
        )
        for number, (pk, frames, geometry) in enumerate(rows, 1)
    ]


def _has_picture(kind: str, geometry: dict[str, Any]) -> bool:
    """Say whether there is something to draw; of a DICOM file only where its header tells of pixels."""
    return kind != SeriesKind.DICOM or bool(geometry.get("rows"))


def _pictures(kind: str, frames: int, geometry: dict[str, Any]) -> int:
    if kind == SeriesKind.NIFTI:
        return int(geometry.get("slices") or 1)
    return max(1, frames) if kind in FRAMES_IN_FILE else 1


def sheet_at(series: Series, image: int, frame: int) -> Sheet:
    """Return image number *image*, which has frame number *frame*; raise `NotThereError` where there is none."""
    sheets = sheets_of(series)
    if not 1 <= image <= len(sheets) or not 1 <= frame <= sheets[image - 1].frames:
        raise NotThereError("There is no such picture.")
    return sheets[image - 1]


def draw_picture(*, person: Person, series: Series, image: int, frame: int) -> bytes:
    """Return a PNG of one frame of one source and note that *person* has it; only that frame is decoded, in a child.

    Raises `NotThereError` for numbers that are none, `InvalidInputError` for pixels that cannot be shown.
    """
    sheet = sheet_at(series, image, frame)
    instance = Instance.objects.get(pk=sheet.instance_id)
    looker = LOOKERS[SeriesKind(series.kind)]
    # Of raw data there is one picture; a volume that was indexed before its slices were counted shows its middle one.
    counted = series.kind in FRAMES_IN_FILE or (series.kind == SeriesKind.NIFTI and sheet.frames > 1)
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with faults_that_pass(), tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        source = fetch_instance(instance, series.kind, Path(folder))
        try:
            picture: bytes = looking_pool().run(looker.render, str(source), *([frame - 1] if counted else []))
        except RefusedError as error:
            raise InvalidInputError(error.reason) from error
    if not picture:
        raise InvalidInputError("There is no picture of this file.")
    seen = LookedAt(person=person, instance=instance, frame=frame)
    LookedAt.objects.bulk_create([seen], ignore_conflicts=True)
    return picture


def looked_at(person: Person, series: Series) -> set[tuple[UUID, int]]:
    """Return the pictures of *series*, by instance and frame, that were drawn for *person*."""
    mine = LookedAt.objects.filter(person=person, instance__series=series)
    return set(mine.values_list("instance_id", "frame"))


def how_much_was_seen(person: Person, series: Series) -> dict[str, int]:
    """Return how many pictures of *series* were drawn for *person*, and how many there are; nothing where none can be."""
    total = sum(sheet.frames for sheet in sheets_of(series))
    return {"pictures_seen": len(looked_at(person, series)), "pictures": total} if total else {}
