"""Verifying one item: what lies in the store is re-read by the second reader and held against its sources."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import F

from deid.engine import RefusedError
from deid.engine.finding.expecting import is_written_on
from deid.engine.formats.kinds import ending_of
from deid.engine.verification.raw_headers import RAW_ENDINGS
from deid.engine.verification.reading_again import can_read
from deid.engine.version import engine_version, recogniser_version
from deid.keys import grant_key
from deid.models import ReleaseFile, ReleaseItem
from deid.services.defacing import signed_off_plan
from deid.services.knowing import known_values_of
from deid.services.looking import cleaning_pool, faults_that_pass
from deid.services.masks import has_masks, signed_off_masks
from deid.services.profiling import profile_of
from deid.services.releasing.sources import fetch_instance, fetch_table
from deid.services.releasing.steps import fail_release, finish_item
from deid.services.releasing.tables_again import TableAgain
from deid.services.risk import left_in_table
from deid.states import ItemState, ReleaseState
from portal.jobs import JobHandle
from portal.models import ClinicalTable, SeriesKind
from storage.objects import released_store

# So many images of a series are read once more where devices write into images.
SAMPLED = 3
READ_AGAIN = "images_read_again"
SECOND_READER, RECOGNISER = "second_reader", "recogniser"
READABLE = frozenset({SeriesKind.DICOM, SeriesKind.IMAGE})


def verify_item(item_id: UUID, handle: JobHandle) -> None:
    """Re-read every file of an item from the store; one hit fails the release, and nothing of it becomes visible."""
    item = ReleaseItem.objects.select_related("release", "series", "table").get(pk=item_id)
    if item.release.state != ReleaseState.VERIFYING or item.state != ItemState.CLEANED:
        return
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    try:
        with faults_that_pass(), tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
            verification = _Verification(item, Path(folder), handle)
            hit = verification.first_hit()
    except RefusedError as error:
        hit = f"verifier refuses: {error.code}"
    if hit:
        ReleaseItem.objects.filter(pk=item.pk).update(hits=F("hits") + 1)
        fail_release(item.release_id, hit)
        return
    with handle.finishing():
        counts = item.counts | {READ_AGAIN: verification.read_again}
        tools = item.tools | {SECOND_READER: engine_version()}
        tools |= {RECOGNISER: recogniser_version()} if verification.read_again else {}
        ReleaseItem.objects.filter(pk=item.pk).update(
            quasi_identifiers=verification.left, counts=counts, tools=tools
        )
        finish_item(item, ItemState.VERIFIED)


class _Verification:
    """One item re-read: `first_hit` returns the kind of the first thing that is wrong, or nothing."""

    def __init__(self, item: ReleaseItem, folder: Path, handle: JobHandle) -> None:
        self.item, self.folder, self.handle = item, folder, handle
        self.container = folder / "container"
        self.left: dict[str, dict[str, list[str]]] = {}
        self.read_again = 0

    def first_hit(self) -> str:
        """Look at every file; kinds only, never a value."""
        released_store().get_to(self.item.object_key, self.container, sha256=self.item.sha256)
        files = list(self.item.files.select_related("instance"))
        read_again = self._read_again(len(files))
        for place, file in enumerate(files, 1):
            for kind in self._hits(file, reads=place in read_again):
                return kind
            self.handle.progress(place, len(files), "images", "verifying")
        return ""

    def _read_again(self, count: int) -> set[int]:
        """Return the places of the images whose pixels are read again, spread over the series: most where masks were put, some
        where devices write into images, else one."""
        series, most = self.item.series, settings.READ_AGAIN_MOST_IMAGES
        if series is None or series.kind not in READABLE or not can_read():
            return set()
        written = series.kind == SeriesKind.IMAGE or is_written_on(series.modality)
        drawn = min(most, most if has_masks(series) else SAMPLED if written else 1)
        return {(2 * n + 1) * count // (2 * drawn) + 1 for n in range(drawn)}

    def _hits(self, file: ReleaseFile, *, reads: bool) -> Iterator[str]:
        released = self._cut_out(file)
        if hashlib.sha256(released.read_bytes()).hexdigest() != file.sha256:
            yield "bytes differ"
        elif self.item.table:
            yield from self._table_hits(self.item.table, released)
            self.left = left_in_table(self.item.table, released)
        else:
            yield from self._instance_hits(file, released, reads=reads)
        released.unlink()

    def _table_hits(self, table: ClinicalTable, released: Path) -> Iterator[str]:
        source = fetch_table(table, self.folder, cleaning_pool())
        again = TableAgain(table, *source, released, grant_key(self.item.release.grant_id))
        yield from (hit.kind for hit in again.hits())

    def _instance_hits(self, file: ReleaseFile, released: Path, *, reads: bool) -> Iterator[str]:
        series, instance = self.item.series, file.instance
        assert series is not None
        assert instance is not None
        source = fetch_instance(instance, series.kind, self.folder)
        options = sorted(profile_of(self.item.release.profile_name).options)
        masks = signed_off_masks(instance)
        known = known_values_of(series.study.subject)
        plan = signed_off_plan(series, self.folder)
        self.read_again += reads
        given = (str(source), str(released), options, masks, known)
        for hit in cleaning_pool().run("verify_file", *given, voxel_mask=plan, read_pixels=reads):
            yield hit["kind"]
        if series.kind == SeriesKind.DICOM or released.suffix.lower() in RAW_ENDINGS:
            said = self.left.setdefault(self.item.row["PatientID"], {})
            for name, value in cleaning_pool().run("quasi_identifiers", str(released)).items():
                if value not in said.setdefault(name, []):
                    said[name].append(value)
        source.unlink()

    def _cut_out(self, file: ReleaseFile) -> Path:
        """Return the file's bytes, cut out of the container at the recorded place, as a door would."""
        target = self.folder / f"released{ending_of(file.path)}"
        with self.container.open("rb") as source:
            source.seek(file.offset)
            target.write_bytes(source.read(file.size))
        return target
