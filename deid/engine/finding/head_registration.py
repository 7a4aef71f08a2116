"""Lay a head volume over the template: rigid from several starts, then affine, by mutual information.

Mattes et al. 2003 (mutual information), as SimpleITK implements it. The result says how well the two agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray

from deid.engine.finding.head_atlas import GRID_STEP, Atlas
from deid.engine.finding.head_series import Series

WORKING_STEP, MOST_EXTENT = 2.5, 600.0
HEAD_HEIGHT, MOST_HEIGHT = 180.0, 330.0
PITCHES, HEIGHTS = (-20.0, 0.0, 20.0), (-30.0, 0.0, 30.0)
MOST_TURNED, MOST_REFINED = 50.0, 2
# Half a turn about each axis: upside down and back to front, upside down, back to front. Left and right look alike.
HALF_TURNS = ((1, -1, -1), (-1, 1, -1), (-1, -1, 1))
CT_AIR, CT_SHOWN = -300.0, (-200.0, 300.0)
RIGID = (4, 2.0, 4.0, 0.5, 50)
AFFINE = ((4, 2.0, 0.5, 0.5, 100), (2, 1.0, 0.3, 0.4, 100), (1, 0.0, 0.15, 0.25, 60))
# Regular samples are moved a little at random; always alike, so that the same head gives the same plan.
SEED = 20250101
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Registration:
    """The matrix (4 × 4) from patient to atlas, and how well the head lies on the template.

    `overlap` is Dice's coefficient of both bodies where both are in view, `information` the mutual information at the
    end, `brain_inside` the part of the atlas's brain that lies inside the body, `brain_in_view` the part in the field
    of view, `scales` the smallest and largest stretch, `turned` by how many degrees the head is turned, `otherwise` how
    well it lies upside down or back to front, as a part of how well it lies now.
    """

    matrix: Matrix
    overlap: float
    information: float
    brain_inside: float
    brain_in_view: float
    scales: tuple[float, float]
    turned: float
    otherwise: float


def working_image(series: Series) -> Any:
    """Return the series as an upright isotropic image of SimpleITK, CT in a window of soft tissue."""
    values = np.clip(series.values, *CT_SHOWN) if series.modality == "CT" else series.values
    stored = SimpleITK.GetImageFromArray(np.asarray(values, np.float32))
    blur = [0.5 * WORKING_STEP / step if step < WORKING_STEP else 0.0 for step in series.steps]
    stored = SimpleITK.SmoothingRecursiveGaussian(stored, [max(sigma, 0.01) for sigma in blur])
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in stored.GetSize()])).reshape(3, -1)
    placed = series.placed[:3, :3] @ corners + series.placed[:3, 3:]
    low, high = placed.min(axis=1), placed.max(axis=1)
    high[:2] = np.minimum(high[:2], low[:2] + MOST_EXTENT) if series.modality != "CT" else high[:2]
    # A head lies at the top of a body, however far down that reaches.
    low[2] = max(low[2], high[2] - MOST_EXTENT)
    grid = SimpleITK.Image(*[int(n) for n in np.ceil((high - low) / WORKING_STEP) + 1], SimpleITK.sitkFloat32)
    grid.SetOrigin(low.tolist())
    grid.SetSpacing([WORKING_STEP] * 3)
    back = np.linalg.inv(series.placed)
    to_index = SimpleITK.AffineTransform(3)
    to_index.SetMatrix(back[:3, :3].ravel().tolist())
    to_index.SetTranslation(back[:3, 3].tolist())
    return SimpleITK.Resample(stored, grid, to_index, SimpleITK.sitkLinear, float(values.min()))


def body_of(image: Any, *, is_ct: bool) -> Any:
    """Return the largest connected body in the image, filled, without table and head rest."""
    if is_ct:
        above = image > CT_AIR + 150.0
    else:
        array = SimpleITK.GetArrayViewFromImage(image)
        low, high = np.percentile(array, (1.0, 99.0))
        otsu = SimpleITK.OtsuThresholdImageFilter()
        otsu.Execute(SimpleITK.Clamp(image, lowerBound=float(low), upperBound=float(high)))
        above = image > float(low + 0.4 * (otsu.GetThreshold() - low))
    opened = SimpleITK.BinaryMorphologicalOpening(SimpleITK.Cast(above, SimpleITK.sitkUInt8), [2] * 3)
    parts = SimpleITK.RelabelComponent(SimpleITK.ConnectedComponent(opened))
    closed = SimpleITK.BinaryMorphologicalClosing(SimpleITK.Cast(parts == 1, SimpleITK.sitkUInt8), [3] * 3)
    return SimpleITK.BinaryFillhole(closed)


def _upper(image: Any, body: Any) -> tuple[Any, Any]:
    """Cut a long volume (neck, trunk) to what may be head: `MOST_HEIGHT` below the highest point of the body."""
    filled = np.flatnonzero(SimpleITK.GetArrayViewFromImage(body).any(axis=(1, 2)))
    first = max(0, int(filled[-1]) - int(MOST_HEIGHT / WORKING_STEP)) if filled.size else 0
    return image[:, :, first:], body[:, :, first:]


def _centre(body: Any, height: float) -> NDArray[np.float64]:
    """Return the middle of the uppermost *height* millimetres of a body."""
    where = np.argwhere(SimpleITK.GetArrayViewFromImage(body))[:, ::-1]
    placed = where * body.GetSpacing() + np.array(body.GetOrigin())
    upper = placed[placed[:, 2] > placed[:, 2].max() - height]
    middle: NDArray[np.float64] = (upper.min(axis=0) + upper.max(axis=0)) / 2
    return middle


def _height(body: Any) -> float:
    filled = np.flatnonzero(SimpleITK.GetArrayViewFromImage(body).any(axis=(1, 2)))
    return float(np.ptp(filled)) * body.GetSpacing()[2] if filled.size else 0.0


def _descend(fixed: Any, moving: Any, start: Any, level: tuple[int, float, float, float, int]) -> float:
    """Improve *start* in place and return the metric (the smaller the better); what grows worse is taken back."""
    shrink, smooth, step, share, most = level
    method = SimpleITK.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(40)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(share, SEED)
    method.SetInterpolator(SimpleITK.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(step, 0.01, most)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([shrink])
    method.SetSmoothingSigmasPerLevel([smooth])
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOff()
    method.SetInitialTransform(start, inPlace=True)
    began, first = start.GetParameters(), list[float]()
    method.AddCommand(
        SimpleITK.sitkIterationEvent, lambda: first.append(method.GetMetricValue()) if not first else None
    )
    try:
        method.Execute(fixed, moving)
    except RuntimeError:
        # The start left no overlap; another one will do.
        return 0.0
    if first and method.GetMetricValue() > first[0]:
        start.SetParameters(began)
        return float(first[0])
    return float(method.GetMetricValue())


def _turned_by(matrix: Matrix) -> float:
    """Return by how many degrees a transformation (3 × 3) turns, stretching aside; 180 for a mirror."""
    left, _stretch, right = np.linalg.svd(matrix)
    if np.linalg.det(left @ right) < 0:
        return 180.0
    trace = float(np.trace(left @ right))
    return float(np.rad2deg(np.arccos(np.clip((trace - 1) / 2, -1.0, 1.0))))


def _starts(here: NDArray[np.float64], there: NDArray[np.float64]) -> Iterator[Any]:
    """Yield rigid placements of the head's middle *here* on *there*, nodding and higher or lower."""
    for pitch in PITCHES:
        for height in HEIGHTS:
            start = SimpleITK.Euler3DTransform()
            start.SetCenter(here.tolist())
            start.SetRotation(float(np.deg2rad(pitch)), 0.0, 0.0)
            start.SetTranslation((there - here + [0.0, 0.0, height]).tolist())
            yield start


def _rigid(image: Any, body: Any, moving: Any, template_body: Any) -> list[Any]:
    """Return the best rigid placements of several starts, best first.

    Mutual information is only of what overlaps, so it counts as much as the bodies do overlap, and a patient's head is
    never turned far from where the header says that it is.
    """
    height = min(HEAD_HEIGHT, _height(body))
    found = []
    for start in _starts(_centre(body, height), _centre(template_body, height)):
        metric = _descend(image, moving, start, RIGID)
        if _turned_by(_matrix(start)[:3, :3]) <= MOST_TURNED:
            found.append((metric * _overlap(body, template_body, start), start))
    return [start for _score, start in sorted(found, key=itemgetter(0))[:MOST_REFINED]]


def _matrix(transform: Any) -> Matrix:
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(transform.GetMatrix(), (3, 3))
    centre = np.array(transform.GetCenter())
    matrix[:3, 3] = centre + np.array(transform.GetTranslation()) - matrix[:3, :3] @ centre
    return matrix


def _seen_in_atlas(body: Any, template_body: Any, transform: Any) -> NDArray[np.uint8]:
    """Return the body on the atlas's grid: 1 body, 0 air, 2 not in view."""
    back = transform.GetInverse()
    resampled = SimpleITK.Resample(body, template_body, back, SimpleITK.sitkNearestNeighbor, 2)
    values: NDArray[np.uint8] = SimpleITK.GetArrayFromImage(resampled)
    return values


def _overlap(body: Any, template_body: Any, transform: Any) -> float:
    """Return Dice's coefficient of body and template where both are in view, lessened by what is out of view."""
    there = _seen_in_atlas(body, template_body, transform)
    known, own = SimpleITK.GetArrayViewFromImage(template_body).astype(bool), there == 1
    in_view = there != 2
    return float(2 * (known & own).sum() / max(1, (known & in_view).sum() + (own & in_view).sum()))


def _otherwise(image: Any, body: Any, moving: Any, template_body: Any, placed: Any) -> float:
    """Return how well the head lies when it is turned round, as a part of how well it lies now.

    A head is an egg: it lies well on the template upside down too, when the header says that it does.
    """
    middle = _centre(template_body, HEAD_HEIGHT)
    scores = []
    for half in ((1, 1, 1), *HALF_TURNS):
        turned = SimpleITK.AffineTransform(placed)
        matrix = np.diag(half) @ _matrix(placed)[:3, :3]
        turned.SetMatrix(matrix.ravel().tolist())
        centre = np.array(placed.GetCenter())
        there = np.diag(half) @ (np.array(placed.TransformPoint(centre.tolist())) - middle) + middle
        turned.SetTranslation((there - centre).tolist())
        scores.append(-_descend(image, moving, turned, RIGID) * _overlap(body, template_body, turned))
    return max(scores[1:]) / max(scores[0], 1e-6)


def _judged(body: Any, template_body: Any, transform: Any, information: float, atlas: Atlas) -> Registration:
    """Return the registration with its measures, but for `otherwise`."""
    matrix = _matrix(transform)
    there = _seen_in_atlas(body, template_body, transform)
    own, in_view = there == 1, there != 2
    z, y, x = np.indices(there.shape).reshape(3, -1)
    points = np.stack([x, y, z], axis=1) * GRID_STEP + np.array(template_body.GetOrigin())
    brain = (atlas.brain_distance(points) < 0).reshape(there.shape)
    stretch = np.linalg.svd(matrix[:3, :3], compute_uv=False)
    return Registration(
        matrix,
        _overlap(body, template_body, transform),
        information,
        float((own & brain).sum() / max(1, (in_view & brain).sum())),
        float((in_view & brain).sum() / brain.sum()),
        (float(stretch[-1]), float(stretch[0])),
        _turned_by(matrix[:3, :3]),
        0.0,
    )


def _affine(image: Any, moving: Any, rigid: Any) -> tuple[Any, float]:
    """Return an affine placement that starts from a rigid one, and its metric."""
    affine = SimpleITK.AffineTransform(3)
    affine.SetCenter(rigid.GetCenter())
    affine.SetMatrix(rigid.GetMatrix())
    affine.SetTranslation(rigid.GetTranslation())
    metric = 0.0
    for level in AFFINE:
        metric = _descend(image, moving, affine, level)
    return affine, metric


def register(series: Series, atlas: Atlas) -> Registration:
    """Return where the head of *series* lies in the atlas; raises `RuntimeError` where nothing overlaps."""
    # Several threads add up in no fixed order; with one the same head gives the same plan.
    SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    is_ct = series.modality == "CT"
    image = working_image(series)
    image, body = _upper(image, body_of(image, is_ct=is_ct))
    template_body = body_of(atlas.head, is_ct=False)
    placed = [_affine(image, atlas.head, rigid) for rigid in _rigid(image, body, atlas.head, template_body)]
    if not placed:
        raise RuntimeError("no start overlaps")
    affine, metric = min(placed, key=lambda one: one[1] * _overlap(body, template_body, one[0]))
    judged = _judged(body, template_body, affine, -metric, atlas)
    return replace(judged, otherwise=_otherwise(image, body, atlas.head, template_body, affine))
