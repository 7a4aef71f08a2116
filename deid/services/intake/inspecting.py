"""Inspecting a series: quality, pixels, text in the image, faces; what needs a person becomes a finding."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings

from deid.engine import RefusedError, sandbox
from deid.engine.finding.content import SURFACE, recognisable_content
from deid.engine.finding.expecting import is_drawn_by_scanner
from deid.engine.finding.raw_heads import face_in_raw
from deid.engine.formats.kinds import Kind, kind_of
from deid.engine.version import recogniser_version
from deid.services.intake.boxes import SIZE, merge, note_places
from deid.services.intake.quality import geometry_findings
from deid.services.intake.reading import ACQUIRED, suffix_of_instance
from deid.services.intake.recording import Seen, record
from deid.services.looking import LOOKERS, faults_that_pass, looking_pool
from portal.jobs import JobHandle
from portal.models import Instance, Series, SeriesKind
from storage.objects import raw_store

# Of scanners that draw no text of their own every image is looked at, and few are read; whatever may carry an overlay
# is read image by image.
READ_OF_SAMPLED = 4


def inspect_series(series_id: UUID, handle: JobHandle) -> None:
    """Look at a series once and for all; running it again replaces what nobody has decided yet."""
    series = Series.objects.select_related("study__subject__collection").get(pk=series_id)
    instances = list(series.instances.order_by("number", "pk"))
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with faults_that_pass(), tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        inspection = Inspection(series, instances, looking_pool(), Path(folder), handle)
        inspection.look()
        with handle.finishing():
            record(series, inspection.seen)


class Inspection:
    """One look at one series: `look` gathers in `seen` what there is to record."""

    def __init__(
        self, series: Series, instances: list[Instance], pool: sandbox.Pool, folder: Path, handle: JobHandle
    ) -> None:
        self.series, self.instances, self.pool = series, instances, pool
        self.folder, self.handle = folder, handle
        self.seen = Seen()

    def look(self) -> None:
        """Gather everything that the record needs; remote and slow, outside of any transaction."""
        self.seen.quality = geometry_findings([instance.geometry for instance in self.instances])
        self._judge_raw_data()
        if any(kind_of(f"x{one.transfer_syntax}") is Kind.MODEL for one in self.instances):
            self.seen.content = SURFACE
        if self.series.kind not in LOOKERS:
            return
        looker = LOOKERS[SeriesKind(self.series.kind)]
        middle = self._fetch(self.instances[len(self.instances) // 2])
        if kind_of(middle.name) is Kind.PULSEQ:
            self._look_at_signature(middle)
        try:
            self.seen.preview = self.pool.run(looker.render, str(middle))
            self.seen.thumbnail = self.pool.run(looker.thumbnail, str(middle))
        except RefusedError as error:
            self.seen.quality.append({"code": error.code, "count": 1, "text": error.reason})
        if self.series.kind == SeriesKind.DICOM:
            safe = self.pool.run("read_facts", str(middle))["safe"]
            self.seen.private, self.seen.content = safe["private_elements"], recognisable_content(safe) or ""
        if self.seen.preview:
            self._look_for_text()
            self._look_for_hindrance()
            self._look_for_face()

    def _look_at_signature(self, sequence: Path) -> None:
        """Flag a sequence that was changed after it was signed (PulSeq specification, section on signatures)."""
        if self.pool.run("read_file_facts", Kind.PULSEQ, str(sequence))["safe"]["signature"] == "wrong":
            text = "The sequence was changed after it was signed."
            self.seen.quality.append({"code": "wrong_signature", "count": 1, "text": text})

    def _look_for_text(self) -> None:
        finders = LOOKERS[SeriesKind(self.series.kind)].find_text
        if not finders:
            return
        if self.series.kind == SeriesKind.DICOM and is_drawn_by_scanner(self.series.modality):
            self._look_for_text_in_all()
            return
        looked_at = self._sample()
        self.seen.unread, self.series.text_finder = not looked_at, recogniser_version() if looked_at else ""
        for place, instance in enumerate(looked_at, 1):
            file = self._fetch(instance)
            try:
                found = [box for finder in finders for box in self.pool.run(finder, str(file))]
            except RefusedError as error:
                self.seen.quality.append({"code": error.code, "count": 1, "text": error.reason})
                found = []
            note_places(self.seen.places, [instance.pk], found)
            size = {name: instance.geometry.get(name) for name in SIZE}
            self.seen.boxes = merge([*self.seen.boxes, *({**box, **size} for box in found)])
            file.unlink(missing_ok=True)
            self.handle.progress(place, len(looked_at), "images", "looking for text")

    def _look_for_text_in_all(self) -> None:
        most = min(READ_OF_SAMPLED, settings.INSPECT_MOST_IMAGES)
        self.seen.unread, self.series.text_finder = not most, recogniser_version() if most else ""
        if not most:
            return
        files = [str(self._fetch(instance)) for instance in self.instances]
        try:
            found = self.pool.run("find_text_in_series", files, most_images=most)
        except RefusedError as error:
            self.seen.quality.append({"code": error.code, "count": 1, "text": error.reason})
            return
        note_places(self.seen.places, [one.pk for one in self.instances], found)
        self.seen.boxes = merge([*self.seen.boxes, *found])

    def _look_for_hindrance(self) -> None:
        """Learn now, not in somebody's release, whether a mask could be put on the images in which text was found."""
        can_mask = LOOKERS[SeriesKind(self.series.kind)].can_mask
        if not self.seen.boxes or not can_mask:
            return
        middle = self._fetch(self.instances[len(self.instances) // 2])
        try:
            self.seen.hindrance = self.pool.run(can_mask, str(middle)) or ""
        except RefusedError as error:
            self.seen.hindrance = error.reason

    def _sample(self) -> list[Instance]:
        count: int = settings.INSPECT_MOST_IMAGES
        if len(self.instances) <= count:
            return self.instances
        if not count:
            return []
        step = len(self.instances) / count
        return [self.instances[int((place + 0.5) * step)] for place in range(count)]

    def _look_for_face(self) -> None:
        files = [str(self._fetch(instance)) for instance in self.instances] if self._may_show_face() else []
        if not files:
            return
        try:
            self.seen.face = self.pool.run("face_risk", files)
        except RefusedError as error:
            self.seen.quality.append({"code": error.code, "count": 1, "text": error.reason})

    def _judge_raw_data(self) -> None:
        """Look for the face that raw data of a head holds, whether or not a picture can be made of it."""
        acquired = [one for one in self.instances if kind_of(f"x{one.transfer_syntax}") in ACQUIRED]
        if self.series.kind != SeriesKind.RAW or not acquired:
            return
        depths = [one.geometry.get("depth") for one in acquired]
        verdict = face_in_raw(self.series.body_part, None if None in depths else max(depths))
        if verdict:
            self.seen.face = {"risk": "raw", "confidence": verdict.confidence, "summary": verdict.reason}

    def _may_show_face(self) -> bool:
        volume = self.series.kind == SeriesKind.DICOM and self.series.modality in {"CT", "MR", "PT"}
        return volume or self.series.kind == SeriesKind.NIFTI

    def _fetch(self, instance: Instance) -> Path:
        file = self.folder / f"{instance.pk}{suffix_of_instance(instance, self.series.kind)}"
        if not file.exists():
            raw_store().get_to(instance.source_key, file, sha256=instance.sha256)
        return file
