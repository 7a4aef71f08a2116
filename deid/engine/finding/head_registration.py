"""Lay a head volume over the template: turned and sized from several starts, then affine, by mutual information.

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
from deid.engine.finding.head_body import WORKING_STEP, body_of, cropped, field_of, working_image
from deid.engine.finding.head_series import Series

HEAD_HEIGHT, UNSEEN = 180.0, 2
# How a head is tried first: nodding by so many degrees, and straight, laid on a shoulder or turned aside, in each case; straight
# also higher and lower by so many millimetres.
NODDING, STRAIGHT, HEIGHTS = (-20.0, 0.0, 20.0), (0.0, 0.0), (-30.0, 30.0)
SIDES = (STRAIGHT, (-25.0, 0.0), (25.0, 0.0), (0.0, -35.0), (0.0, 35.0))
MOST_TURNED, MOST_REFINED = 50.0, 2
# Half a turn about each axis: upside down and back to front, upside down, back to front. Left and right look alike.
HALF_TURNS = ((1, -1, -1), (-1, 1, -1), (-1, -1, 1))
# Every so many voxels are looked at, smoothed by so many; then the first step, the share of the voxels that are compared, and
# how many steps are taken at most; the best go on, as one that lies far off is still on its way then.
COARSE = (4, 2.0, 4.0, 0.5, 50)
ONWARDS = (4, 2.0, 4.0, 0.5, 150)
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


class _Pair:
    """A head and the template with their bodies, both heads smoothed and thinned as each step of the way asks for, and where
    anything of the head was recorded."""

    def __init__(self, image: Any, body: Any, field: Any, atlas: Atlas) -> None:
        self.body, self.template_body = body, body_of(atlas.head, is_ct=False)
        self.field, self.known = field, SimpleITK.Mask(body, field, UNSEEN)
        self._heads = image, atlas.head
        self._thinned: dict[tuple[int, float], tuple[Any, Any]] = {}

    def thinned(self, every: int, smooth: float) -> tuple[Any, Any]:
        """Return head and template smoothed by *smooth* voxels, of the head one voxel of *every* so many along each axis, the
        template at half their distance: most of the time would go into smoothing and sloping what is not looked at."""
        if (every, smooth) not in self._thinned:
            finer = max(1, round(every * WORKING_STEP / 2 / GRID_STEP))
            self._thinned[every, smooth] = tuple(
                SimpleITK.Shrink(_smoothed(head, smooth), [times] * 3)
                for head, times in zip(self._heads, (every, finer), strict=True)
            )
        return self._thinned[every, smooth]


def _smoothed(image: Any, voxels: float) -> Any:
    sigma = [voxels * step for step in image.GetSpacing()]
    return SimpleITK.SmoothingRecursiveGaussian(image, sigma) if voxels else image


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


def _descend(pair: _Pair, start: Any, level: tuple[int, float, float, float, int]) -> float:
    """Improve *start* in place and return the metric (the smaller the better); what grows worse is taken back."""
    every, smooth, step, share, most = level
    method = SimpleITK.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(40)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(share, SEED)
    method.SetInterpolator(SimpleITK.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(step, 0.01, most)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetMetricFixedMask(pair.field)
    method.SetInitialTransform(start, inPlace=True)
    began, first = start.GetParameters(), list[float]()
    method.AddCommand(
        SimpleITK.sitkIterationEvent, lambda: first.append(method.GetMetricValue()) if not first else None
    )
    try:
        method.Execute(*pair.thinned(every, smooth))
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
    """Yield placements of the head's middle *here* on *there* that may turn, move and size it."""
    ways = [(nod, side, 0.0) for nod in NODDING for side in SIDES]
    ways += [(nod, STRAIGHT, height) for nod in NODDING for height in HEIGHTS]
    for nod, (laid, turned), height in ways:
        angles = [float(angle) for angle in np.deg2rad([nod, laid, turned])]
        start = SimpleITK.Similarity3DTransform()
        start.SetCenter(here.tolist())
        start.SetMatrix(SimpleITK.Euler3DTransform((0, 0, 0), *angles).GetMatrix())
        start.SetTranslation((there - here + [0.0, 0.0, height]).tolist())
        yield start


def _placements(pair: _Pair) -> list[Any]:
    """Return the best placements of several starts.

    Mutual information is only of what overlaps, so it counts as much as the bodies do overlap, and a patient's head is
    never turned far from where the header says that it is.
    """
    height = min(HEAD_HEIGHT, _height(pair.body))
    found = []
    for start in _starts(_centre(pair.body, height), _centre(pair.template_body, height)):
        metric = _descend(pair, start, COARSE)
        if _turned_by(_matrix(start)[:3, :3]) <= MOST_TURNED:
            found.append((metric * _overlap(pair, start), start))
    best = [start for _score, start in sorted(found, key=itemgetter(0))[:MOST_REFINED]]
    for start in best:
        _descend(pair, start, ONWARDS)
    return best


def _matrix(transform: Any) -> Matrix:
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(transform.GetMatrix(), (3, 3))
    centre = np.array(transform.GetCenter())
    matrix[:3, 3] = centre + np.array(transform.GetTranslation()) - matrix[:3, :3] @ centre
    return matrix


def _seen_in_atlas(pair: _Pair, transform: Any) -> NDArray[np.uint8]:
    """Return the body on the atlas's grid: 1 body, 0 air, `UNSEEN` what was not recorded."""
    back = transform.GetInverse()
    resampled = SimpleITK.Resample(
        pair.known, pair.template_body, back, SimpleITK.sitkNearestNeighbor, UNSEEN
    )
    values: NDArray[np.uint8] = SimpleITK.GetArrayFromImage(resampled)
    return values


def _overlap(pair: _Pair, transform: Any) -> float:
    """Return Dice's coefficient of body and template where both are in view, lessened by what is out of view."""
    there = _seen_in_atlas(pair, transform)
    known, own = SimpleITK.GetArrayViewFromImage(pair.template_body).astype(bool), there == 1
    in_view = there != UNSEEN
    return float(2 * (known & own).sum() / max(1, (known & in_view).sum() + (own & in_view).sum()))


def _otherwise(pair: _Pair, placed: Any) -> float:
    """Return how well the head lies when it is turned round, as a part of how well it lies now.

    A head is an egg: it lies well on the template upside down too, when the header says that it does.
    """
    middle = _centre(pair.template_body, HEAD_HEIGHT)
    scores = []
    for half in ((1, 1, 1), *HALF_TURNS):
        turned = SimpleITK.AffineTransform(placed)
        matrix = np.diag(half) @ _matrix(placed)[:3, :3]
        turned.SetMatrix(matrix.ravel().tolist())
        centre = np.array(placed.GetCenter())
        there = np.diag(half) @ (np.array(placed.TransformPoint(centre.tolist())) - middle) + middle
        turned.SetTranslation((there - centre).tolist())
        scores.append(-_descend(pair, turned, COARSE) * _overlap(pair, turned))
    return max(scores[1:]) / max(scores[0], 1e-6)


def _judged(pair: _Pair, transform: Any, information: float, atlas: Atlas) -> Registration:
    """Return the registration with its measures, but for `otherwise`."""
    matrix = _matrix(transform)
    there = _seen_in_atlas(pair, transform)
    own, in_view = there == 1, there != UNSEEN
    z, y, x = np.indices(there.shape).reshape(3, -1)
    points = np.stack([x, y, z], axis=1) * GRID_STEP + np.array(pair.template_body.GetOrigin())
    brain = (atlas.brain_distance(points) < 0).reshape(there.shape)
    stretch = np.linalg.svd(matrix[:3, :3], compute_uv=False)
    return Registration(
        matrix,
        _overlap(pair, transform),
        information,
        float((own & brain).sum() / max(1, (in_view & brain).sum())),
        float((in_view & brain).sum() / brain.sum()),
        (float(stretch[-1]), float(stretch[0])),
        _turned_by(matrix[:3, :3]),
        0.0,
    )


def _affine(pair: _Pair, placed: Any) -> tuple[Any, float]:
    """Return an affine placement that starts from a simpler one, all but the last step of the way, and its metric."""
    affine = SimpleITK.AffineTransform(3)
    affine.SetCenter(placed.GetCenter())
    affine.SetMatrix(placed.GetMatrix())
    affine.SetTranslation(placed.GetTranslation())
    metric = 0.0
    for level in AFFINE[:-1]:
        metric = _descend(pair, affine, level)
    return affine, metric


def register(series: Series, atlas: Atlas) -> Registration:
    """Return where the head of *series* lies in the atlas; raises `RuntimeError` where nothing overlaps."""
    # Several threads add up in no fixed order; with one the same head gives the same plan.
    SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    is_ct = series.modality == "CT"
    image = working_image(series)
    image, body = cropped(image, body_of(image, is_ct=is_ct))
    pair = _Pair(image, body, field_of(series, image), atlas)
    refined = [_affine(pair, placed) for placed in _placements(pair)]
    if not refined:
        raise RuntimeError("no start overlaps")
    affine, _metric = min(refined, key=lambda one: one[1] * _overlap(pair, one[0]))
    metric = _descend(pair, affine, AFFINE[-1])
    return replace(_judged(pair, affine, -metric, atlas), otherwise=_otherwise(pair, affine))
