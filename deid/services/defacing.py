"""Faces: planned for a whole subject at once, decided by a person, carried out in every release."""

from __future__ import annotations

import hashlib
import io
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from deid.engine import RefusedError, sandbox
from deid.models import Finding, FindingKind
from deid.services.looking import faults_that_pass
from deid.services.releasing.sources import fetch_instance
from deid.states import FindingState
from portal import ledger
from portal.errors import InvalidInputError
from portal.jobs import JobHandle, enqueue, open_job
from portal.models import Instance, Job, Person, Series, SeriesKind, SeriesState
from portal.policies import can_curate
from portal.states import FROZEN
from portal.verdicts import require
from storage import keys
from storage.objects import raw_store, released_store

LIMITS = sandbox.Limits(memory_bytes=6 << 30, cpu_seconds=1800, wall_seconds=3000)
VOLUMES = ("CT", "MR", "PT")
UNPLACED = [kind for kind in SeriesKind if kind not in {SeriesKind.DICOM, SeriesKind.NIFTI}]
# In the geometry of an image: the keyed digest of its frame of reference.
FRAME = "frame"
SAME_PLACE = "It lies where another series of the subject shows a face that does not leave. Have its removal planned, or look."
ASKED = "What goes is being planned."
PLANNED = "The face would be blanked as the picture shows; the brain stays whole. Accept it, or withhold the series."
STRIPPED = (
    "Everything but the brain would be blanked as the picture shows. Accept it, or withhold the series."
)
DOUBTED = "The place of the face is in doubt. Look closely at what would be blanked."
IMPOSSIBLE = (
    "The face cannot be removed by itself: {reason} Keep it, say that there is none, or withhold the series."
)


@transaction.atomic
def ask_for_plan(*, curator: Person, finding_id: UUID, brain_only: bool = False) -> None:
    """Have the removal of a face planned, together with every other face of the subject that waits.

    With *brain_only* everything but the brain goes (skull-strip), in all of them.
    """
    finding: Finding = Finding.objects.locked(finding_id)
    require(can_curate(curator, finding.series.collection))
    if finding.kind != FindingKind.FACE or finding.state != FindingState.OPEN:
        raise InvalidInputError("Only a face that nobody has decided on can be planned.")
    if not can_plan(finding):
        raise InvalidInputError("A face can only be removed from images: keep the raw data, or withhold it.")
    subject_id = finding.series.study.subject_id
    faces = _open_faces(subject_id)
    faces.exclude(plan_key="").update(
        plan_key="", preview_key=""
    )  # what stood is not to be accepted any more
    faces.update(brain_only=brain_only, summary=ASKED)
    ledger.record(curator, "face planning asked", finding, brain_only=brain_only)
    enqueue("deid.plan_faces", subject_id)


def can_plan(finding: Finding) -> bool:
    """Say whether the removal of what *finding* saw can be planned: of a face, in images."""
    return finding.kind == FindingKind.FACE and finding.series.kind not in UNPLACED


def planning_of(finding: Finding) -> Job | None:
    """Return the job that plans the removal of what *finding* saw, while there is one."""
    if not can_plan(finding) or finding.state != FindingState.OPEN:
        return None
    return open_job("deid.plan_faces", finding.series.study.subject_id)


def plan_faces(subject_id: UUID, handle: JobHandle) -> None:
    """Plan which voxels of a subject's images to blank, for all faces that wait for a decision.

    Every other volume of the subject is planned with them: where it shares the frame of reference, and so the face, it
    gets a finding too; those whose face was decided to go help to find its place. While a series of the subject is still
    to be inspected nothing is done: its inspection asks again.
    """
    mine = Series.objects.filter(study__subject=subject_id)
    waiting = set(_open_faces(subject_id).values_list("series", flat=True))
    if not waiting or mine.filter(state=SeriesState.INDEXED).exists():
        return
    volumes = mine.filter(Q(modality__in=VOLUMES) | Q(kind=SeriesKind.NIFTI)).exclude(kind__in=UNPLACED)
    undecided = volumes.exclude(findings__kind=FindingKind.FACE).exclude(versions__state__in=FROZEN)
    decided = volumes.filter(findings__in=_leaving(subject_id)).exclude(pk__in=waiting)
    helping = set(decided.values_list("pk", flat=True))
    planned_for = Q(pk__in=waiting) | Q(pk__in=undecided.values("pk")) | Q(pk__in=helping)
    series = list(Series.objects.filter(planned_for).order_by("key"))
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with faults_that_pass(), tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        brain_only = _asks_brain_only(subject_id)
        plan = _Plan(series, waiting, helping, Path(folder), handle, brain_only=brain_only)
        planned = plan.make()
        with handle.finishing():
            if _asks_brain_only(subject_id) != brain_only:
                return  # another plan was asked for meanwhile, and will be made after this
            for one, values in planned:
                _propose(one, values)
            ledger.record(Person.system(), "faces planned", plan.series[0], series=len(planned))


def _open_faces(subject_id: UUID) -> QuerySet[Finding]:
    return Finding.objects.filter(
        series__study__subject=subject_id, kind=FindingKind.FACE, state=FindingState.OPEN
    ).exclude(series__kind__in=UNPLACED)


def lies_where_a_face_goes(series: Series) -> bool:
    """Say whether images of *series* lie in the frame of reference of a face that leaves the subject's other series."""
    frames = {one[FRAME] for one in series.instances.values_list("geometry", flat=True) if FRAME in one}
    if not frames or series.modality not in VOLUMES:
        return False
    others = Instance.objects.filter(series__findings__in=_leaving(series.study.subject_id))
    return others.filter(**{f"geometry__{FRAME}__in": frames}).exclude(series=series).exists()


def _leaving(subject_id: UUID) -> QuerySet[Finding]:
    """Return the faces of a subject that were decided to go, or are planned to."""
    goes = ~Q(plan_key="") & Q(state__in=[FindingState.ACCEPTED, FindingState.OPEN])
    return Finding.objects.filter(
        goes | Q(state=FindingState.WITHHELD), series__study__subject=subject_id, kind=FindingKind.FACE
    )


def _asks_brain_only(subject_id: UUID) -> bool:
    return _open_faces(subject_id).filter(brain_only=True).exists()


def _propose(series: Series, values: dict[str, Any]) -> None:
    """Put a plan before the curators, unless somebody has decided meanwhile."""
    finding, new = Finding.objects.get_or_create(series=series, kind=FindingKind.FACE, defaults=values)
    if not new:
        Finding.objects.filter(pk=finding.pk, state=FindingState.OPEN).update(**values)
    enqueue("deid.settle_series", series.pk)


class _Plan:
    """One plan on its way: `make` returns the series with what is to be recorded of each."""

    def __init__(
        self,
        series: list[Series],
        waiting: set[UUID],
        helping: set[UUID],
        folder: Path,
        handle: JobHandle,
        *,
        brain_only: bool,
    ) -> None:
        self.series, self.waiting, self.helping = series, waiting, helping
        self.folder, self.handle, self.brain_only = folder, handle, brain_only
        self.files: list[list[str]] = []
        self.target = folder / "plan"

    def make(self) -> list[tuple[Series, dict[str, Any]]]:
        """Fetch, register, and return the values of each finding."""
        for place, series in enumerate(self.series, 1):
            instances = series.instances.order_by("number", "pk")
            self.files.append([str(fetch_instance(one, series.kind, self.folder)) for one in instances])
            self.handle.progress(place, len(self.series), "series", "fetching")
        self.handle.progress(0, len(self.series), "series", "planning")
        with sandbox.Pool(LIMITS) as pool:
            try:
                said = pool.run("plan_defacing", self.files, str(self.target), skull_strip=self.brain_only)
            except RefusedError as error:
                refused = {"summary": IMPOSSIBLE.format(reason=error.reason)[:300], "plan_key": ""}
                return [(one, refused) for one in self.series if one.pk in self.waiting]
            return [
                (series, self._values(place, frame, pool))
                for place, series in enumerate(self.series)
                for frame in [self._frame_of(place, said)]
                if series.pk in self.waiting or (series.pk not in self.helping and self._is_shared(frame))
            ]

    @staticmethod
    def _frame_of(place: int, said: dict[str, Any]) -> dict[str, Any] | None:
        """Return what was planned for the frame of reference of a series, if it could be."""
        found = next((one for one in said["frames"] if place in one["series"]), None)
        return found if found and found["registered_on"] is not None else None

    def _is_shared(self, frame: dict[str, Any] | None) -> bool:
        """Say whether a face that waits lies in the same frame of reference."""
        return frame is not None and any(self.series[place].pk in self.waiting for place in frame["series"])

    def _values(self, place: int, frame: dict[str, Any] | None, pool: sandbox.Pool) -> dict[str, Any]:
        """Keep plan and picture of one series, and return what its finding says from now on."""
        if frame is None:
            return {
                "summary": IMPOSSIBLE.format(reason="it makes no volume of a head.")[:300],
                "plan_key": "",
            }
        series, content = self.series[place], self.target.read_bytes()
        key = keys.face_plan(series.pk, hashlib.sha256(content).hexdigest())
        raw_store().put_file(key, io.BytesIO(content))
        picture: bytes = pool.run("picture_plan", self.files[place], str(self.target))
        released_store().put_file(keys.face_picture(series.pk), io.BytesIO(picture))
        doubts = "; ".join(frame["reasons"])
        return {
            "plan_key": key,
            "brain_only": self.brain_only,
            "confidence": frame["confidence"],
            "summary": f"{DOUBTED} {doubts.capitalize()}."[:300]
            if doubts
            else (STRIPPED if self.brain_only else PLANNED),
            "preview_key": keys.face_picture(series.pk),
            "preview_width": int.from_bytes(picture[16:20]),
            "preview_height": int.from_bytes(picture[20:24]),
        }


def signed_off_plan(series: Series, folder: Path) -> str | None:
    """Return the plan that a person accepted for *series*, fetched into *folder*; `None` where no face goes."""
    accepted = _accepted(series).first()
    if accepted is None:
        return None
    file = folder / f"face-{series.pk}"
    if not file.exists():
        file.write_bytes(raw_store().get_bytes(accepted.plan_key))
    return str(file)


def has_plan(series: Series) -> bool:
    """Say whether a person accepted that a face goes from *series*."""
    return _accepted(series).exists()


def _accepted(series: Series) -> QuerySet[Finding]:
    mine = Finding.objects.filter(series=series, kind=FindingKind.FACE, state=FindingState.ACCEPTED)
    return mine.exclude(plan_key="")
