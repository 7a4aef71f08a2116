"""Decide whether a volume shows the surface of a face (PS3.15 E.3.3): by header and by geometry, with a
confidence."""

import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from deid.engine.errors import RefusedError
from deid.engine.facts.dicom import InstanceFacts, read_facts
from deid.engine.facts.nifti import read_nifti_facts
from deid.engine.finding.head_series import read_series
from deid.engine.finding.head_shape import HeadStretch, find_head
from deid.engine.pixels.decoding import frame_pixels, open_image

FACE_MODALITIES = frozenset({"CT", "MR", "PT"})
NIFTI_SUFFIXES = (".nii", ".nii.gz")
FEWEST_SLICES, THICKEST = 15, 7.5
HEAD_WIDTH, HEAD_DEPTH, HEAD_HEIGHT = (100.0, 230.0), (120.0, 290.0), 70.0
MOST_SLICES = 48
TOO_FEW, TOO_THICK = (
    "there are too few placed slices to show a face",
    "its slices lie too far apart to show a face",
)
IN_PLANE = 128


@dataclass(frozen=True, slots=True)
class FaceVerdict:
    """Whether a face is `likely`, `possible` or to be ruled out (`none`), how sure that is, and why."""

    risk: str
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Volume:
    """A coarse volume with axes (height, depth, width), anterior first in depth, and its steps in
    millimetres."""

    values: NDArray[Any]
    steps: tuple[float, float, float]


def oriented(values: NDArray[Any], axes: NDArray[Any]) -> Volume:
    """Turn a volume so that its axes run feet to head, front to back, side to side; *axes* are LPS
    columns."""
    steps = np.linalg.norm(axes, axis=0)
    names = [int(np.argmax(np.abs(axes[:, n]))) for n in range(3)]
    if sorted(names) != [0, 1, 2]:
        raise RefusedError("The volume has no clear orientation.", code="odd_geometry")
    order = [names.index(2), names.index(1), names.index(0)]
    turned = np.transpose(values, order)
    for place, axis in enumerate(order):
        if axes[names[axis], axis] < 0:
            turned = np.flip(turned, place)
    return Volume(turned, (float(steps[order[0]]), float(steps[order[1]]), float(steps[order[2]])))


def _threshold(values: NDArray[Any]) -> float:
    """Return Otsu's threshold between air and body."""
    counts, edges = np.histogram(values, bins=128)
    middles = (edges[:-1] + edges[1:]) / 2
    below, above = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    sums = np.cumsum(counts * middles)
    mean_below = sums / np.maximum(below, 1)
    mean_above = (sums[-1] - np.concatenate(([0], sums[:-1]))) / np.maximum(above, 1)
    spread = below[:-1] * above[1:] * (mean_below[:-1] - mean_above[1:]) ** 2
    return float(middles[int(np.argmax(spread))])


def _extent(filled: NDArray[Any]) -> tuple[int, int]:
    """Return the first and last index along a line where something is."""
    places = np.flatnonzero(filled)
    return (int(places[0]), int(places[-1])) if places.size else (0, -1)


def judge_volume(volume: Volume) -> FaceVerdict:
    """Say whether the body in *volume* has the size of a head and its front surface in view.

    Where no head is seen, noise may have filled the air around it, so it is looked for once more without.
    """
    verdict = _judged(volume)
    return verdict if verdict.risk != "none" else _judged(replace(volume, values=_smoothed(volume.values)))


def _smoothed(values: NDArray[Any]) -> NDArray[Any]:
    """Return the means over three voxels along each axis."""
    for axis in range(values.ndim):
        first, last = np.take(values, [0], axis), np.take(values, [-1], axis)
        before = np.concatenate([first, np.delete(values, -1, axis)], axis)
        after = np.concatenate([np.delete(values, 0, axis), last], axis)
        values = (before + values + after) / 3.0
    return values


def _judged(volume: Volume) -> FaceVerdict:
    low, high = np.percentile(volume.values, (0.5, 99.5))
    clipped = np.clip(volume.values, low, high)
    return judge_body(Volume(clipped > (low + 0.35 * (_threshold(clipped) - low)), volume.steps))


def judge_body(volume: Volume) -> FaceVerdict:
    """Say whether a body, told from what is around it (true where it is), has the size of a head and its front in view."""
    body = volume.values
    parts = [body.mean(axis=axes) > 0.02 for axes in ((1, 2), (0, 2), (0, 1))]
    spans = [_extent(part) for part in parts]
    sizes = [(last - first + 1) * step for (first, last), step in zip(spans, volume.steps, strict=True)]
    headlike = (
        sizes[0] >= HEAD_HEIGHT
        and HEAD_DEPTH[0] <= sizes[1] <= HEAD_DEPTH[1]
        and HEAD_WIDTH[0] <= sizes[2] <= HEAD_WIDTH[1]
    )
    if not headlike:
        return _judge_part(find_head(body, volume.steps))
    front = spans[1][0] * volume.steps[1]
    if front < 2 * volume.steps[1]:
        return FaceVerdict("possible", 0.5, ("it has the size of a head, but its front is cut off",))
    return FaceVerdict("likely", 0.85, ("it has the size of a head and its front surface is in view",))


def _judge_part(head: HeadStretch | None) -> FaceVerdict:
    """Return the verdict on a body that is not of the size of a head, but may hold one, or the part of one."""
    if head is None:
        return FaceVerdict("none", 0.8, ("the body in view has not the size of a head",))
    if head.cut_off or not head.front_in_view:
        return FaceVerdict("possible", 0.4, ("a part of it may be a head that is not whole in view",))
    return FaceVerdict("likely", 0.7, ("a part of it has the size of a head and its front is in view",))


def _slices(facts: Sequence[tuple[Path, InstanceFacts]]) -> list[tuple[float, Path, InstanceFacts]]:
    """Return single slices of one orientation in the order of their positions."""
    placed = []
    for path, fact in facts:
        orientation, position = fact.safe["image_orientation"], fact.safe["image_position"]
        if len(orientation) == 6 and len(position) == 3 and fact.safe["has_pixels"]:
            normal = np.cross(orientation[:3], orientation[3:])
            placed.append((float(np.dot(normal, position)), path, fact))
    return sorted(placed, key=lambda entry: entry[0])


def _volume(slices: list[tuple[float, Path, InstanceFacts]]) -> Volume:
    """Return the volume the slices make, thinned out."""
    thin = max(1, -(-len(slices) // MOST_SLICES))
    chosen = slices[::thin]
    safe = chosen[0][2].safe
    skip = max(1, min(safe["rows"], safe["columns"]) // IN_PLANE)
    frames = [frame_pixels(open_image(path), 0)[::skip, ::skip] for _place, path, _fact in chosen]
    if len({frame.shape for frame in frames}) != 1 or frames[0].ndim != 2:
        raise RefusedError("The slices do not make one volume.", code="odd_geometry")
    rows, columns = np.array(safe["image_orientation"][3:]), np.array(safe["image_orientation"][:3])
    spacing = [step * skip for step in safe["pixel_spacing"]]
    normal = np.cross(columns, rows) * (chosen[-1][0] - chosen[0][0]) / max(1, len(chosen) - 1)
    axes = np.stack([normal, rows * spacing[0], columns * spacing[1]], axis=1)
    return oriented(np.stack(frames).astype(np.float32), axes)


def _judge_series(paths: Sequence[Path]) -> FaceVerdict:
    facts = [(path, read_facts(path)) for path in paths]
    safe = facts[0][1].safe
    if safe["modality"] not in FACE_MODALITIES:
        return FaceVerdict("none", 0.95, ("images of this modality show no face",))
    named = any(fact.safe["is_head"] for _path, fact in facts)
    slices = _slices(facts)
    if any(fact.safe["frames"] >= FEWEST_SLICES for _path, fact in facts):
        return _named(_judge_frames(paths), named=named)
    if len(slices) < FEWEST_SLICES or len(safe["pixel_spacing"]) != 2:
        return FaceVerdict("none", 0.6, (TOO_FEW,))
    if (slices[-1][0] - slices[0][0]) / (len(slices) - 1) > THICKEST:
        return FaceVerdict("none", 0.7, (TOO_THICK,))
    return _named(judge_volume(_volume(slices)), named=named)


def _named(verdict: FaceVerdict, *, named: bool) -> FaceVerdict:
    """Return a verdict on a volume when it is known whether the header speaks of a head."""
    if not named:
        return verdict
    risk = "possible" if verdict.risk == "none" else verdict.risk
    sure = 0.5 if verdict.risk == "none" else min(0.95, verdict.confidence + 0.1)
    return FaceVerdict(risk, sure, ("the header speaks of a head", *verdict.reasons))


def _judge_frames(paths: Sequence[Path]) -> FaceVerdict:
    """Return the verdict on multi-frame images, whose frames say where they lie (PS3.3 C.7.6.16.2.3)."""
    series = read_series(paths)
    if len(series.values) < FEWEST_SLICES:
        return FaceVerdict("none", 0.6, (TOO_FEW,))
    if float(series.steps[2]) > THICKEST:
        return FaceVerdict("none", 0.7, (TOO_THICK,))
    extents = series.values.shape
    skips = [-(-extents[0] // MOST_SLICES), *(max(1, extent // IN_PLANE) for extent in extents[1:])]
    thinned = series.values[tuple(slice(None, None, skip) for skip in skips)]
    return judge_volume(oriented(thinned, series.placed[:3, 2::-1] @ np.diag(np.array(skips, dtype=float))))


def _judge_nifti(path: Path) -> FaceVerdict:
    facts = read_nifti_facts(path)
    if len([extent for extent in facts.safe["shape"] if extent > 1]) < 3:
        return FaceVerdict("none", 0.8, ("it is no volume",))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image: Any = nibabel.load(path)
        skips = [max(1, extent // IN_PLANE) for extent in image.shape[:3]]
        cut = tuple(slice(None, None, skip) for skip in skips) + (0,) * (len(image.shape) - 3)
        values = np.asarray(image.dataobj[cut], dtype=np.float32)
    axes = np.diag([-1.0, -1.0, 1.0]) @ image.affine[:3, :3] @ np.diag(np.array(skips, dtype=float))
    return judge_volume(oriented(values, axes))


def face_risk(paths: Sequence[Path | str]) -> FaceVerdict:
    """Return the verdict on one series: the paths of its DICOM files, or one NIfTI file.

    What cannot be judged is `possible` with a low confidence, so that a person looks.
    """
    files = [Path(path) for path in paths]
    if not files:
        raise ValueError("a series has at least one file")
    try:
        if files[0].name.lower().endswith(NIFTI_SUFFIXES):
            return _judge_nifti(files[0])
        return _judge_series(files)
    except RefusedError as refusal:
        return FaceVerdict("possible", 0.2, (refusal.reason,))


def face_risk_of(paths: list[str]) -> dict[str, Any]:
    """Return `face_risk` as a dictionary."""
    return asdict(face_risk(paths))
