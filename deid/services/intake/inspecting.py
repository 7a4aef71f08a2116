"""Inspecting a series: quality, pixels, text in the image, faces; what needs a person becomes a finding."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from deid.engine import RefusedError, sandbox
from deid.engine.finding.content import OUTLINE, SURFACE, recognisable_content
from deid.engine.finding.expecting import SEGMENTATION
from deid.engine.finding.raw_heads import face_in_raw
from deid.engine.formats.kinds import Kind, kind_of
from deid.engine.pixels.describing import NO_PIXELS
from deid.services.growing import locked_instances
from deid.services.intake.quality import geometry_findings, identity_findings, joined_findings
from deid.services.intake.reading import ACQUIRED, suffix_of_instance
from deid.services.intake.recording import Seen, record
from deid.services.intake.searching import TextSearch
from deid.services.looking import LOOKERS, Looker, faults_that_pass, looking_pool
from portal.jobs import JobHandle
from portal.models import Instance, Series, SeriesKind
from storage.models import SubmissionFile
from storage.objects import raw_store

# So many images are tried for one that can be drawn.
MOST_TRIED = 25


def inspect_series(series_id: UUID, handle: JobHandle) -> None:
    """Look at a series once and for all; running it again replaces what nobody has decided yet.

    Where it has got another image meanwhile nothing is recorded: the submission that brings it has the series inspected.
    """
    look_at(series_id, handle, record)


def look_at(series_id: UUID, handle: JobHandle, record_seen: Callable[[Series, Seen], None]) -> None:
    """Look at a series and have recorded what was seen, in the transaction that ends the job, unless it has got another image."""
    series = Series.objects.select_related("study__subject__collection").get(pk=series_id)
    instances = list(series.instances.order_by("number", "pk"))
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with faults_that_pass(), tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        inspection = Inspection(series, instances, looking_pool(), Path(folder), handle)
        inspection.look()
        with handle.finishing():
            if set(locked_instances(series.pk)) == {one.pk for one in instances}:
                record_seen(series, inspection.seen)


class Inspection:
    """One look at one series: `look` gathers in `seen` what there is to record."""

    def __init__(
        self, series: Series, instances: list[Instance], pool: sandbox.Pool, folder: Path, handle: JobHandle
    ) -> None:
        self.series, self.instances, self.pool = series, instances, pool
        self.folder, self.handle = folder, handle
        self.seen = Seen()
        self.drawn = instances[len(instances) // 2]

    def look(self) -> None:
        """Gather everything that the record needs; remote and slow, outside of any transaction."""
        of_subject = Instance.objects.filter(series__study__subject=self.series.study.subject_id)
        told = list(of_subject.values_list("geometry", flat=True))
        sources = SubmissionFile.objects.filter(object_key__in=of_subject.values("source_key"))
        self.seen.quality = [
            *identity_findings(told),
            *joined_findings(told, sources.values("submission").distinct().count()),
            *geometry_findings([instance.geometry for instance in self.instances]),
        ]
        self._judge_raw_data()
        kinds = {kind_of(f"x{one.transfer_syntax}") for one in self.instances}
        if Kind.MODEL in kinds:
            self.seen.content = SURFACE
        self.seen.has_narrative = self.series.kind == SeriesKind.DOCUMENT and Kind.DOCUMENT in kinds
        if self.series.kind not in LOOKERS:
            return
        looker = LOOKERS[SeriesKind(self.series.kind)]
        self.drawn = self._draw(looker)
        middle = self._fetch(self.drawn)
        if kind_of(middle.name) is Kind.PULSEQ:
            self._look_at_signature(middle)
        if self.series.kind == SeriesKind.DICOM:
            safe = self.pool.run("read_facts", str(middle))["safe"]
            self.seen.private, self.seen.content = safe["private_elements"], recognisable_content(safe) or ""
            self.seen.has_narrative = not safe["has_pixels"] and any(map(self._tells, self.instances))
        if self.series.kind == SeriesKind.DICOM and self.series.modality == SEGMENTATION:
            self._look_for_outline()
        if looker.is_searched:
            search = TextSearch(self.series, self.seen, self.pool, self.folder, self._fetch)
            search.run(self.instances, self.handle)
        self._look_for_hindrance()
        if self.seen.preview:
            self._look_for_face()

    def _draw(self, looker: Looker) -> Instance:
        """Draw the image nearest to the middle that can be drawn, and return it; the middle one where none can.

        Not every image of a series has pixels, and those beside it show what they show.
        """
        refusals: list[dict[str, Any]] = []
        middle = len(self.instances) // 2
        places = sorted(range(len(self.instances)), key=lambda place: abs(place - middle))
        nearest = [self.instances[place] for place in places[:MOST_TRIED]]
        for instance in nearest:
            image = str(self._fetch(instance))
            try:
                self.seen.preview = self.pool.run(looker.render, image)
                self.seen.thumbnail = self.pool.run(looker.thumbnail, image)
            except RefusedError as error:
                if error.code != NO_PIXELS:  # a report, a plan or a curve is none the worse
                    refusals.append({"code": error.code, "count": 1, "text": error.reason})
            if self.seen.preview:
                break
        self.seen.quality += refusals[:1]
        return instance if self.seen.preview else nearest[0]

    def _tells(self, instance: Instance) -> bool:
        """Say whether a report has words that somebody wrote."""
        told: bool = self.pool.run("read_facts", str(self._fetch(instance)))["safe"]["has_narrative"]
        return told

    def _look_at_signature(self, sequence: Path) -> None:
        """Flag a sequence that was changed after it was signed (PulSeq specification, section on signatures)."""
        if self.pool.run("read_file_facts", Kind.PULSEQ, str(sequence))["safe"]["signature"] == "wrong":
            text = "The sequence was changed after it was signed."
            self.seen.quality.append({"code": "wrong_signature", "count": 1, "text": text})

    def _look_for_hindrance(self) -> None:
        """Learn now, not in somebody's release, whether a mask could be put on images of which a person is asked for text."""
        can_mask = LOOKERS[SeriesKind(self.series.kind)].can_mask
        if not self.seen.asks_about_text or not can_mask:
            return
        try:
            self.seen.hindrance = self.pool.run(can_mask, str(self._fetch(self.drawn))) or ""
        except RefusedError as error:
            self.seen.hindrance = error.reason

    def _look_for_outline(self) -> None:
        """Look whether segments have the shape of a head; what cannot be judged may have it."""
        try:
            outlines = self.pool.run(
                "segments_outline_head", [str(self._fetch(one)) for one in self.instances]
            )
        except RefusedError:
            outlines = True
        self.seen.content = self.seen.content or (OUTLINE if outlines else "")

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
