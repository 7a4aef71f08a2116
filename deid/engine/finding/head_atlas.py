"""A head whose brain and face are known: the template of the pydeface wheel, laid into MNI152 space.

Points are MNI152 millimetres in DICOM's directions: x to the left, y to the back, z to the head.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray

GRID_ORIGIN, GRID_SIZE, GRID_STEP = (-104.0, -140.0, -150.0), (104, 136, 122), 2.0
# Of evenly spread directions those that look where a face or an ear can be: not up, not to the back.
DIRECTIONS, HIGHEST, HINDMOST = 500, 0.7, 0.4
BLOCK = 1 << 14
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Atlas:
    """The template head (an image of SimpleITK), how far from the brain each point is, in millimetres, and the brain's
    convex hull: `directions` (3 × n, to the front, the sides and down) and how far the brain reaches in each."""

    head: Any
    distance: NDArray[np.float32]
    directions: NDArray[np.float32]
    reach: NDArray[np.float32]
    patient_to_index: NDArray[np.float64]

    def brain_distance(self, points: Points) -> NDArray[np.float32]:
        """Return for *points* (n × 3) the distance to the brain, negative inside it."""
        distance = self.distance
        index = points @ self.patient_to_index[:3, :3].T + self.patient_to_index[:3, 3]
        nearest = np.rint(index).astype(np.int64)
        top = np.array(distance.shape[::-1]) - 1
        inside = np.clip(nearest, 0, top)
        found = distance[inside[:, 2], inside[:, 1], inside[:, 0]]
        # Beyond the edge of the grid the way to the edge comes on top, along its longest direction.
        beyond = np.abs(nearest - inside).max(axis=1) * GRID_STEP
        return np.asarray(found + beyond, np.float32)

    def hull_distance(self, points: Points) -> NDArray[np.float32]:
        """Return for *points* (n × 3) how far they lie outside of the brain's hull, never further than from the brain.

        What is cut along a hull has no hollows: those below the frontal lobes are what detectors take for eyes.
        """
        found = np.empty(len(points), np.float32)
        for first in range(0, len(points), BLOCK):
            block = np.asarray(points[first : first + BLOCK], np.float32)
            found[first : first + BLOCK] = (block @ self.directions - self.reach).max(axis=1)
        return found


def _head(template_of_mni: NDArray[np.float64]) -> Any:
    """Return the template head in MNI152 space, every 2 mm."""
    with as_file(files("pydeface") / "data" / "mean_reg2mean.nii.gz") as path:
        template = SimpleITK.ReadImage(str(path), SimpleITK.sitkFloat32)
    placed = SimpleITK.AffineTransform(3)
    placed.SetMatrix(template_of_mni[:3, :3].ravel().tolist())
    placed.SetTranslation(template_of_mni[:3, 3].tolist())
    grid = SimpleITK.Image(*GRID_SIZE, SimpleITK.sitkFloat32)
    grid.SetOrigin(GRID_ORIGIN)
    grid.SetSpacing([GRID_STEP] * 3)
    return SimpleITK.Resample(SimpleITK.DiscreteGaussian(template, 1.0), grid, placed, SimpleITK.sitkLinear)


def _distance(mask: Any) -> NDArray[np.float32]:
    """Return the distance to a mask in millimetres, negative inside it."""
    found = SimpleITK.SignedMaurerDistanceMap(mask, squaredDistance=False, useImageSpacing=True)
    values: NDArray[np.float32] = SimpleITK.GetArrayFromImage(found)
    return values


def _directions() -> NDArray[np.float64]:
    """Return unit vectors (3 × n) spread evenly by the golden angle."""
    number = np.arange(DIRECTIONS) + 0.5
    height, turn = 1 - 2 * number / DIRECTIONS, np.pi * (1 + 5**0.5) * number
    around = np.sqrt(1 - height**2)
    spread = np.stack([around * np.cos(turn), around * np.sin(turn), height])
    chosen: NDArray[np.float64] = spread[:, (spread[2] < HIGHEST) & (spread[1] < HINDMOST)]
    return chosen


@lru_cache(maxsize=1)
def load_atlas() -> Atlas:
    """Return the atlas; loading it takes about a second."""
    with (files("deid.engine") / "data" / "head_atlas.npz").open("rb") as file:
        known = dict(np.load(file))
    shape = tuple(int(extent) for extent in known["brain_shape"])
    brain = SimpleITK.GetImageFromArray(
        np.unpackbits(known["brain"], count=int(np.prod(shape))).reshape(shape)
    )
    step = float(known["brain_step"])
    brain.SetOrigin(known["brain_origin"].tolist())
    brain.SetDirection(known["brain_direction"].tolist())
    brain.SetSpacing([step] * 3)
    around = SimpleITK.ConstantPad(brain, [20] * 3, [20] * 3, 0)
    to_patient = np.eye(4)
    to_patient[:3, :3] = np.reshape(around.GetDirection(), (3, 3)) * step
    to_patient[:3, 3] = around.TransformIndexToPhysicalPoint((0, 0, 0))
    distance, directions = _distance(around), _directions()
    inside = np.argwhere(distance < 0)[:, ::-1] @ to_patient[:3, :3].T + to_patient[:3, 3]
    return Atlas(
        _head(known["template_of_mni"]),
        distance,
        np.asarray(directions, np.float32),
        np.asarray((inside @ directions).max(axis=0) + step / 2, np.float32),
        np.asarray(np.linalg.inv(to_patient), np.float64),
    )
