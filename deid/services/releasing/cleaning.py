"""Cleaning one item: each source through the engine, in a limited child, into one stored container."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from deid.engine import Identity, RefusedError
from deid.engine.formats.kinds import kind_of
from deid.engine.version import engine_version
from deid.keys import collection_key, grant_key
from deid.models import Release, ReleaseFile, ReleaseItem
from deid.services.defacing import signed_off_plan
from deid.services.knowing import aliases_of, known_values_by_key, known_values_of
from deid.services.looking import cleaning_pool, faults_that_pass
from deid.services.masks import signed_off_masks
from deid.services.profiling import is_pinned, profile_for_child
from deid.services.releasing.containers import Member, write_container
from deid.services.releasing.naming import Places
from deid.services.releasing.sources import fetch_instance, fetch_table, instances_in_order
from deid.services.releasing.steps import fail_release, finish_item, is_under_way
from deid.states import ItemState, ReleaseState
from portal.jobs import JobHandle
from portal.models import Series, SeriesKind, SeriesState
from storage import keys
from storage.objects import released_store

MEGABYTE = 1_000_000
CLEANER = "cleaner"


def clean_item(item_id: UUID, handle: JobHandle) -> None:
    """Clean one series or table and keep it under the release's own prefix; the same again gives the same bytes.

    A source that the engine refuses fails the whole release with the engine's code: it passed at intake, so
    something is wrong that a person must look at.
    """
    item = ReleaseItem.objects.select_related("release__version__collection", "series", "table").get(
        pk=item_id
    )
    if not is_under_way(item.release_id, ReleaseState.BUILDING) or item.state != ItemState.PLANNED:
        return
    if not is_pinned(item.release.profile_name, item.release.profile_digest):
        fail_release(item.release_id, "profile has changed")
        return
    if item.series and item.series.state != SeriesState.CLEARED:
        fail_release(item.release_id, "series is not cleared")
        return
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    try:
        with faults_that_pass(), tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
            result = _Cleaning(item, Path(folder), handle).run()
    except RefusedError as error:
        fail_release(item.release_id, error.code)
        return
    with handle.finishing():
        if is_under_way(item.release_id, ReleaseState.BUILDING):
            _record(item, result)
            finish_item(item, ItemState.CLEANED)


class _Cleaning:
    """One item on its way: `run` returns what is to be recorded."""

    def __init__(self, item: ReleaseItem, folder: Path, handle: JobHandle) -> None:
        self.item, self.release, self.folder, self.handle = item, item.release, folder, handle
        self.key = grant_key(item.release.grant_id)
        self.counts: Counter[str] = Counter()
        self.origins: dict[str, UUID] = {}
        self.known = known_values_of(item.series.study.subject) if item.series else []

    def run(self) -> dict[str, Any]:
        """Clean, pack and store; return the item's new values and its files."""
        if self.item.series:
            files, row = self._series(self.item.series)
        else:
            files, row = [self._table()], {}
        container = self.folder / "container"
        with container.open("w+b") as target:
            members = write_container(target, files)
            target.seek(0)
            stored = released_store().put_file(keys.release_item(self.release.pk, self.item.pk), target)
        return {
            "stored": stored,
            "members": members,
            "row": row,
            "counts": dict(self.counts),
            "origins": self.origins,
        }

    def _series(self, series: Series) -> tuple[list[tuple[str, Path]], dict[str, Any]]:
        subject = series.study.subject.key
        instances, places = instances_in_order(series), Places(self.release, series, Identity(self.key))
        files: dict[str, Path] = {}
        cleaned: dict[str, Any] = {}
        for place, instance in enumerate(instances, 1):
            source = fetch_instance(instance, series.kind, self.folder)
            target = self.folder / f"clean-{instance.pk}"
            renamed = places.beside(instance) if series.kind == SeriesKind.SIDECAR else {}
            cleaned = self._one(series, source, target, subject, signed_off_masks(instance), renamed)
            path = places.of(instance, cleaned)
            files[path], self.origins[path] = target, instance.pk
            self.counts.update(cleaned["counts"])
            source.unlink()
            self.handle.progress(place, len(instances), "images", "cleaning")
        ordered = sorted(files.items())
        uids = places.uids(cleaned)
        return ordered, _row(self.release, series, cleaned["pseudonym"], uids, ordered)

    def _one(
        self,
        series: Series,
        source: Path,
        target: Path,
        subject: str,
        masks: list[dict[str, Any]],
        renamed: dict[str, str],
    ) -> dict[str, Any]:
        given, plan = (str(source), str(target)), signed_off_plan(series, self.folder)
        if series.kind == SeriesKind.NIFTI:
            keyed = (*given, self.key.hex(), subject)
            return dict(cleaning_pool().run("clean_nifti_file", *keyed, voxel_mask=plan))
        if series.kind != SeriesKind.DICOM:
            more = {"masks": masks, "known_values": self.known, "renamed": renamed}
            kind = kind_of(source.name)
            return dict(cleaning_pool().run("clean_file", kind, *given, self.key.hex(), subject, **more))
        profile = profile_for_child(self.release.profile_name)
        cleaned = cleaning_pool().run(
            "clean_dicom_file",
            *given,
            profile,
            self.key.hex(),
            subject,
            masks=masks,
            pixels_inspected=True,
            known_values_of_subject=self.known,
            voxel_mask=plan,
        )
        return dict(cleaned)

    def _table(self) -> tuple[str, Path]:
        table = self.item.table
        assert table is not None
        source, ending = fetch_table(table, self.folder, cleaning_pool())
        target = self.folder / "clean.csv"
        cleaned = cleaning_pool().run(
            "clean_table_file",
            str(source),
            str(target),
            self.key.hex(),
            collection_key(table.collection).hex(),
            columns={column.name: column.role for column in table.columns.all()},
            people=known_values_by_key(table.collection),
            aliases=aliases_of(table.collection),
            ending=ending,
            written=".csv",
            # The order of the source would join the subjects of two grants.
            by_subject=True,
        )
        self.counts.update({f"table_{name}": count for name, count in cleaned["counts"].items()})
        place = list(self.release.items.filter(table__isnull=False).order_by("table__title", "pk")).index(
            self.item
        )
        return f"clinical/table-{place + 1}.csv", target


def _row(
    release: Release, series: Series, pseudonym: str, uids: tuple[str, str], files: list[tuple[str, Path]]
) -> dict[str, Any]:
    """Return the series' row of the index, in the new identifiers; *uids* are those of study and series."""
    study, named = uids
    return {
        "collection_id": release.version.collection.slug,
        "PatientID": pseudonym,
        "StudyInstanceUID": study,
        "SeriesInstanceUID": named,
        "Modality": series.modality,
        "BodyPartExamined": series.body_part,
        "Manufacturer": series.manufacturer,
        "ManufacturerModelName": series.model_name,
        "instanceCount": len(files),
        "series_size_MB": round(sum(file.stat().st_size for _, file in files) / MEGABYTE, 2),
        "series_folder": files[0][0].rpartition("/")[0],
    }


def _record(item: ReleaseItem, result: Mapping[str, Any]) -> None:
    stored = result["stored"]
    members: list[Member] = result["members"]
    ReleaseItem.objects.filter(pk=item.pk).update(
        object_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        row=result["row"],
        counts=result["counts"],
        tools={CLEANER: engine_version()},
    )
    item.files.all().delete()
    ReleaseFile.objects.bulk_create(
        ReleaseFile(
            release_id=item.release_id,
            item=item,
            instance_id=result["origins"].get(member.path),
            path=member.path,
            object_key=stored.key,
            offset=member.offset,
            size=member.size,
            sha256=member.sha256,
        )
        for member in members
    )
