"""Plan which voxels of the heads of a tree are blanked, so that no face can be rendered.

All images of one frame of reference lose the same place, so they are planned together; a NIfTI file names none and is planned
by itself. A face that cannot be removed with certainty does not leave.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from deid.engine.command.orders import NOTHING, Order, Person
from deid.engine.command.pools import DEFACING, Pools
from deid.engine.errors import RefusedError
from deid.engine.finding.expecting import SEGMENTATION
from deid.engine.formats.kinds import Kind
from deid.engine.looking.surveying import Surveyed, in_series

VOLUMES = frozenset({"CT", "MR", "PT"})
NO_FACE, POSSIBLE, LIKELY = "none", "possible", "likely"
Series = Sequence[Surveyed]
Judged = Sequence[tuple[Series, str]]


def _frame_of(image: Surveyed) -> tuple[str, str]:
    """Return what images that lose the same place share."""
    return image.patient_id, image.frame_of_reference or image.series or image.relative


def planned_together(images: Iterable[Surveyed]) -> Iterator[list[Surveyed]]:
    """Yield the volumes of each frame of reference, each series of segments, and each NIfTI file."""
    known = list(images)
    yield from ([image] for image in known if image.kind is Kind.NIFTI)
    yield from in_series(image for image in known if image.modality == SEGMENTATION)
    volumes = (image for image in known if image.kind is Kind.DICOM and image.modality in VOLUMES)
    for _frame, members in groupby(sorted(volumes, key=_frame_of), _frame_of):
        yield list(members)


class FacePlanner:
    """Plans in the children of its threads; the plans lie in *scratch*. With *brain_only* everything else is blanked."""

    def __init__(self, pools: Pools, scratch: Path, *, brain_only: bool = False) -> None:
        self._pools, self._scratch, self._brain_only = pools, scratch, brain_only

    def plan(self, together: Sequence[Surveyed]) -> Mapping[Path, Order]:
        """Return what to do to the images of one frame of reference; nothing where no series of it shows a face."""
        if together[0].modality == SEGMENTATION:
            return self._outlined(together)
        nifti = together[0].kind is Kind.NIFTI
        judged = [(series, self._risk(series)) for series in ([together] if nifti else in_series(together))]
        if all(risk == NO_FACE for _series, risk in judged):
            return {}
        coloured = [entry for entry in judged if not entry[0][0].grey]
        return self._planned([entry for entry in judged if entry not in coloured]) | _left(coloured)

    def _outlined(self, segments: Series) -> Mapping[Path, Order]:
        """Return what a person must be told of segments that have the shape of a head, or that cannot be judged."""
        try:
            outlines = self._pools.of(DEFACING).run("segments_outline_head", _paths(segments))
        except RefusedError:
            outlines = True
        return {image.path: NOTHING.told(Person.CONTENT) for image in segments} if outlines else {}

    def _risk(self, series: Series) -> str:
        """Return how likely a series shows a face; what cannot be judged may show one."""
        try:
            verdict = self._pools.of(DEFACING).run("face_risk", _paths(series))
        except RefusedError:
            return POSSIBLE
        return str(verdict["risk"])

    def _planned(self, judged: Judged) -> dict[Path, Order]:
        """Plan series together, and again without those that cannot be read."""
        if not judged:
            return {}
        try:
            plan = self._plan_of([series for series, _risk in judged])
        except RefusedError:
            return _left(judged)
        unread = [judged[int(number)] for number in plan["unplanned"]]
        if unread:
            return self._planned([entry for entry in judged if entry not in unread]) | _left(unread)
        if plan["needs_person"]:
            return _left(judged, plan["confidence"])
        order = Order(voxel_mask=plan["target"], face_confidence=plan["confidence"])
        return {image.path: order for series, _risk in judged for image in series}

    def _plan_of(self, series: Sequence[Series]) -> dict[str, Any]:
        named = hashlib.sha256(series[0][0].relative.encode()).hexdigest()
        given, target = [_paths(one) for one in series], self._scratch / f"{named}.faces"
        plan: dict[str, Any] = self._pools.of(DEFACING).run(
            "plan_defacing", given, target, skull_strip=self._brain_only
        )
        return plan


def _paths(series: Series) -> list[str]:
    return [str(image.path) for image in series]


def _left(judged: Judged, confidence: float | None = None) -> dict[Path, Order]:
    """Return the orders for series whose face stays: a likely one does not leave, a possible one is for a person."""
    orders = {
        LIKELY: Order(refused=Person.FACE_NOT_REMOVED, face_confidence=confidence).told(
            Person.FACE_NOT_REMOVED
        ),
        POSSIBLE: Order(face_confidence=confidence).told(Person.FACE_POSSIBLE),
        NO_FACE: NOTHING,
    }
    return {image.path: orders[risk] for series, risk in judged for image in series}
