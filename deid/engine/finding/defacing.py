"""Plan which voxels of a subject's images to blank so that no face can be rendered (PS3.15 E.3.3).

One plan serves all images of one frame of reference: the best volume is registered to a head whose face and brain are
known, and the face is carried by patient coordinates into every image. Importing this module loads SimpleITK, so only a
worker for faces does. It needs 1 GiB and about 30 s for each frame of reference, and 0.05 s for each slice.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deid.engine.errors import RefusedError
from deid.engine.finding.head_atlas import Atlas, load_atlas
from deid.engine.finding.head_regions import face_points, skull_points
from deid.engine.finding.head_registration import Registration, register
from deid.engine.finding.head_series import Plane, Series, StoredImage, read_series
from deid.engine.pixels.voxel_masks import VoxelMask, VoxelMaskWriter

CERTAIN = 0.7
FEWEST_PLANES, THICKEST, SMALLEST_SIDE = 12, 7.5, 75.0
MOST_TRIED = 2
# What each measure of a registration is where nothing may be trusted, and where nothing is to be doubted.
OVERLAP, INSIDE, IN_VIEW, INFORMATION = (0.80, 0.93), (0.90, 0.98), (0.25, 0.55), (0.15, 0.40)
SHRUNK, STRETCHED, TURNED, OTHERWISE = (0.72, 0.85), (1.50, 1.30), (60.0, 40.0), (1.0, 0.9)


@dataclass(frozen=True, slots=True)
class FramePlan:
    """What was planned for one frame of reference: which of the given series it holds (by their number), how sure the
    place of the face is (from 0 to 1), why, the measures, and how many of how many voxels are blanked."""

    series: tuple[int, ...]
    registered_on: int | None
    confidence: float
    reasons: tuple[str, ...]
    measures: dict[str, float]
    voxels: int
    blanked: int


@dataclass(frozen=True, slots=True)
class DefacingPlan:
    """The voxel-mask file, the plan of each frame of reference, and the series that could not be planned.

    Where `needs_person` is true a person must look at the result before anything is released.
    """

    target: str
    confidence: float
    needs_person: bool
    frames: tuple[FramePlan, ...]
    unplanned: dict[int, str]


def _between(value: float, ends: tuple[float, float]) -> float:
    """Return 0 at the first of *ends*, 1 at the second, and linearly between."""
    return float(np.clip((value - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0))


def judge_registration(found: Registration) -> tuple[float, tuple[str, ...]]:
    """Return how far a registration may be trusted, and what is wrong with it."""
    marks = {
        "the head does not lie well on the template": _between(found.overlap, OVERLAP),
        "the brain would lie outside the head": _between(found.brain_inside, INSIDE),
        "too little of the head is in view": _between(found.brain_in_view, IN_VIEW),
        "the image is too unlike a head": _between(found.information, INFORMATION),
        "the head would be shrunk or stretched too far": min(
            _between(found.scales[0], SHRUNK), _between(found.scales[1], STRETCHED)
        ),
        "the head would be turned further than it lies in a scanner": _between(found.turned, TURNED),
        "the head seems to lie upside down or back to front": _between(found.otherwise, OTHERWISE),
    }
    return round(min(marks.values()), 3), tuple(reason for reason, mark in marks.items() if mark < CERTAIN)


def can_register(series: Series) -> bool:
    """Say whether the series is a volume that could show a head."""
    if len(series.values) < FEWEST_PLANES or float(series.steps.max()) > THICKEST:
        return False
    sides = series.steps * np.array(series.values.shape[::-1])
    return bool(sides.min() >= SMALLEST_SIDE)


def _rank(series: Series) -> tuple[float, float]:
    """Return what orders the series of a frame of reference: the finest coarse side first, then the largest."""
    return round(float(series.steps.max()), 1), -float(np.prod(series.steps) * series.values.size)


def _best(candidates: Sequence[tuple[int, Series]], atlas: Atlas) -> tuple[int | None, Registration | None]:
    """Return the registration that may be trusted most, of at most two volumes."""
    best: tuple[int | None, Registration | None] = (None, None)
    for number, series in sorted(candidates, key=lambda entry: _rank(entry[1]))[:MOST_TRIED]:
        try:
            found = register(series, atlas)
        except RuntimeError:
            continue
        if best[1] is None or judge_registration(found)[0] > judge_registration(best[1])[0]:
            best = number, found
        if judge_registration(found)[0] >= CERTAIN:
            break
    return best


def plane_voxels(
    plane: Plane, shape: tuple[int, int], matrix: NDArray[np.float64], atlas: Atlas, *, skull_strip: bool
) -> NDArray[np.bool_]:
    """Return which voxels (rows × columns) of a plane to blank; *matrix* takes the patient to the atlas."""
    placed = matrix @ plane.placed
    rows, columns = np.indices(shape).reshape(2, -1)
    points = (placed @ np.stack([columns, rows, np.ones(rows.size)]))[:3].T
    chosen = skull_points(points, atlas) if skull_strip else face_points(points, atlas)
    return chosen.reshape(shape)


def _image_voxels(
    image: StoredImage, matrix: NDArray[np.float64], atlas: Atlas, *, skull_strip: bool
) -> NDArray[np.bool_]:
    voxels = np.zeros(image.shape, bool)
    for plane in image.planes:
        shape = image.shape[1:]
        voxels[plane.frame] = plane_voxels(plane, shape, matrix, atlas, skull_strip=skull_strip)
    return voxels


def _plan_frame(
    members: Sequence[tuple[int, Series]], writer: VoxelMaskWriter, *, skull_strip: bool
) -> FramePlan:
    """Register one frame of reference and write the masks of its images."""
    atlas, numbers = load_atlas(), tuple(number for number, _series in members)
    on, found = _best([entry for entry in members if can_register(entry[1])], atlas)
    if found is None:
        reason = "no series of this frame of reference is a volume of a head"
        return FramePlan(numbers, None, 0.0, (reason,), {}, 0, 0)
    confidence, reasons = judge_registration(found)
    voxels = blanked = 0
    for _number, series in members:
        for image in series.images:
            mask = _image_voxels(image, found.matrix, atlas, skull_strip=skull_strip)
            writer.add(image.name, VoxelMask(mask, series.blank, skull_strip))
            voxels, blanked = voxels + mask.size, blanked + int(mask.sum())
        if any(len(image.planes) < image.shape[0] for image in series.images):
            confidence, reasons = 0.0, (*reasons, "an image does not say where it lies in the patient")
    measures = {
        "overlap": round(found.overlap, 3),
        "information": round(found.information, 3),
        "brain_inside": round(found.brain_inside, 4),
        "brain_in_view": round(found.brain_in_view, 3),
        "smallest_scale": round(found.scales[0], 3),
        "largest_scale": round(found.scales[1], 3),
        "turned_degrees": round(found.turned, 1),
        "otherwise": round(found.otherwise, 3),
    }
    return FramePlan(numbers, on, confidence, reasons, measures, voxels, blanked)


def _without_values(series: Series) -> Series:
    return replace(series, values=np.zeros((0, 0, 0), np.float32))


def _read_all(
    given: Sequence[Sequence[str | Path]],
) -> tuple[dict[object, list[tuple[int, Series]]], dict[int, str]]:
    """Return the series by frame of reference, values kept only of the best volumes, and what cannot be read."""
    groups: dict[object, list[tuple[int, Series]]] = {}
    unplanned: dict[int, str] = {}
    for number, paths in enumerate(given):
        try:
            series = read_series(paths)
        except RefusedError as refusal:
            unplanned[number] = refusal.code
            continue
        members = groups.setdefault(series.frame_of_reference or number, [])
        members.append((number, series))
        able = sorted((m for m in members if can_register(m[1])), key=lambda m: _rank(m[1]))
        best = {kept for kept, _series in able[:MOST_TRIED]}
        members[:] = [(n, held if n in best else _without_values(held)) for n, held in members]
    return groups, unplanned


def plan_defacing(
    series: Sequence[Sequence[str | Path]], target: str | Path, *, skull_strip: bool = False
) -> DefacingPlan:
    """Write to *target* which voxels of each image of one subject to blank, and return how sure the plan is.

    Each of *series* lists the DICOM files of one series, or one NIfTI file; all series of a frame of reference are to be
    given together. With *skull_strip* everything but the brain and `STRIP_MARGIN` around it is blanked.
    """
    groups, unplanned = _read_all(series)
    with VoxelMaskWriter(target) as writer:
        frames = tuple(_plan_frame(members, writer, skull_strip=skull_strip) for members in groups.values())
    confidence = 0.0 if unplanned or not frames else min(frame.confidence for frame in frames)
    return DefacingPlan(str(target), confidence, confidence < CERTAIN, frames, unplanned)


def plan_defacing_json(series: list[list[str]], target: str, *, skull_strip: bool = False) -> dict[str, Any]:
    """Return `plan_defacing` as a dictionary."""
    return asdict(plan_defacing(series, target, skull_strip=skull_strip))
