"""Render the surface of a head from many sides and ask face detectors whether they see a face.

A first-hit ray caster over a volume of NumPy with axes (head, left or right, back): parallel rays, shading from the
surface's gradient, as the renderers do with which faces are recognised from scans.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import SimpleITK
from numpy.typing import NDArray

SIDE, STEP = 288, 1.0
YAWS, PITCHES = (-75, -60, -45, -30, -15, 0, 15, 30, 45, 60, 75), (-20, 0, 20)
LIGHTS = ((0.0, -1.0, 0.0), (0.4, -0.8, 0.5))
Picture = NDArray[np.uint8]


def _turned(image: Any, centre: Any, yaw: float, pitch: float, outside: float) -> NDArray[np.float32]:
    """Return the volume on a grid that looks at the head from the side asked for; axes (height, depth, width)."""
    grid = SimpleITK.Image(SIDE, SIDE, SIDE, SimpleITK.sitkFloat32)
    grid.SetSpacing([STEP] * 3)
    grid.SetOrigin([c - SIDE * STEP / 2 for c in centre])
    turn = SimpleITK.Euler3DTransform(centre, float(np.deg2rad(pitch)), 0.0, float(np.deg2rad(yaw)))
    return SimpleITK.GetArrayFromImage(SimpleITK.Resample(image, grid, turn, SimpleITK.sitkLinear, outside))


def surface_picture(
    volume: NDArray[np.float32], threshold: float, light: tuple[float, float, float]
) -> Picture:
    """Return the shaded surface where each ray from the front first meets *threshold*."""
    above = volume > threshold
    hit = above.any(axis=1)
    first = above.argmax(axis=1)
    row, column = np.indices(first.shape)
    here, before = volume[row, first, column], volume[row, np.maximum(first - 1, 0), column]
    depth = first - np.clip((here - threshold) / np.maximum(here - before, 1e-6), 0, 1)
    depth = np.where(hit, depth, SIDE)
    smooth = SimpleITK.DiscreteGaussian(SimpleITK.GetImageFromArray(depth.astype(np.float32)), 1.0)
    slope_z, slope_x = np.gradient(SimpleITK.GetArrayFromImage(smooth))
    normal = np.stack([slope_x, -np.ones_like(slope_x), slope_z], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    towards = np.array(light) / np.linalg.norm(light)
    shade = np.clip(normal @ towards, 0, 1)
    picture = np.where(hit, 40 + 200 * shade, 0).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(np.repeat(picture[::-1], 2, 0), 2, 1))


def image_of(volume: NDArray[Any], to_patient: NDArray[np.float64]) -> Any:
    """Return a volume (planes, rows, columns) of upright axes as an image of SimpleITK."""
    image = SimpleITK.GetImageFromArray(np.asarray(volume, np.float32))
    image.SetSpacing(np.diag(to_patient)[:3].tolist())
    image.SetOrigin(to_patient[:3, 3].tolist())
    return image


def views(
    image: Any, thresholds: tuple[float, ...], yaws: tuple[int, ...] = YAWS
) -> Iterator[tuple[str, Picture]]:
    """Yield a name (yaw/pitch/threshold/light) and a picture for each side, threshold and light of an image."""
    centre = image.TransformContinuousIndexToPhysicalPoint([n / 2 for n in image.GetSize()])
    outside = float(SimpleITK.GetArrayViewFromImage(image).min())
    for yaw in yaws:
        for pitch in PITCHES:
            volume = _turned(image, centre, yaw, pitch, outside)
            for threshold in thresholds:
                for number, light in enumerate(LIGHTS):
                    yield f"{yaw}/{pitch}/{threshold:g}/{number}", surface_picture(volume, threshold, light)
