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
FURROW = 24.0
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Atlas:
    """The template head (an image of SimpleITK), how far from the brain each point is, in millimetres, and how far from
    the brain without its furrows, so that what is cut along it is smooth: a wavy cut looks like a face again."""

    head: Any
    distance: NDArray[np.float32]
    smooth: NDArray[np.float32]
    patient_to_index: NDArray[np.float64]

    def brain_distance(self, points: Points) -> NDArray[np.float32]:
        """Return for *points* (n × 3) the distance to the brain, negative inside it."""
        return self._sampled(self.distance, points)

    def smooth_distance(self, points: Points) -> NDArray[np.float32]:
        """Return for *points* (n × 3) the distance to the brain without its furrows, never larger than to the brain."""
        return self._sampled(self.smooth, points)

    def _sampled(self, distance: NDArray[np.float32], points: Points) -> NDArray[np.float32]:
        index = points @ self.patient_to_index[:3, :3].T + self.patient_to_index[:3, 3]
        nearest = np.rint(index).astype(np.int64)
        top = np.array(distance.shape[::-1]) - 1
        inside = np.clip(nearest, 0, top)
        found = distance[inside[:, 2], inside[:, 1], inside[:, 0]]
        # Beyond the edge of the grid the way to the edge comes on top, along its longest direction.
        beyond = np.abs(nearest - inside).max(axis=1) * GRID_STEP
        return np.asarray(found + beyond, np.float32)


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
    closed = SimpleITK.BinaryMorphologicalClosing(around, [int(FURROW / step)] * 3)
    to_patient = np.eye(4)
    to_patient[:3, :3] = np.reshape(around.GetDirection(), (3, 3)) * step
    to_patient[:3, 3] = around.TransformIndexToPhysicalPoint((0, 0, 0))
    return Atlas(
        _head(known["template_of_mni"]),
        _distance(around),
        _distance(closed),
        np.asarray(np.linalg.inv(to_patient), np.float64),
    )
