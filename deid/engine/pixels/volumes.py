"""A picture of a NIfTI volume: its middle slice, upright, as radiologists look at it."""

import warnings
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from nibabel.orientations import io_orientation
from numpy.typing import NDArray
from PIL import Image

from deid.engine.errors import UnreadableError
from deid.engine.pixels.decoding import require_reachable

NIFTI_SUFFIXES = (".nii", ".nii.gz")
SPATIAL = 3
MOST_STRETCHED = 8.0
Pixels = NDArray[Any]


def is_volume(path: Path | str) -> bool:
    """Say whether *path* is named like a NIfTI file."""
    return str(path).lower().endswith(NIFTI_SUFFIXES)


def volume_picture(path: Path | str, number: int | None = None) -> Image.Image:
    """Return slice *number* (from 0, the middle one if none is named) across the axis with the fewest voxels, in 8-bit
    grey and in its true proportions.

    Rows run head to foot (or front to back), the patient's right is on the left. Raises `UnreadableError`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pixels, spacing = _upright_slice(path, number)
    except Exception as error:
        require_reachable(error)
        raise UnreadableError("The pixels of the volume cannot be read.", code="unreadable_pixels") from error
    picture = Image.fromarray(_eight_bits(pixels))
    finest = min(spacing)
    stretched = [min(step / finest, MOST_STRETCHED) for step in spacing]
    height, width = (max(1, round(n * by)) for n, by in zip(pixels.shape, stretched, strict=True))
    return picture.resize((width, height), Image.Resampling.BILINEAR)


def _upright_slice(path: Path | str, number: int | None) -> tuple[Pixels, tuple[float, float]]:
    """Return the slice (rows × columns) and its steps in millimetres."""
    image: Any = nibabel.load(path)
    shape = (*image.shape, 1, 1, 1)[: max(SPATIAL, len(image.shape))]
    # Which way (right, anterior, superior) each stored axis points, and whether it runs backwards.
    pointing = np.nan_to_num(io_orientation(image.affine), nan=0.0)  # type: ignore[no-untyped-call]
    ways = [int(way) for way in pointing[:, 0]]
    if sorted(ways) != list(range(SPATIAL)):
        ways, pointing = list(range(SPATIAL)), np.array([[0, 1], [1, 1], [2, 1]])
    across = min(range(SPATIAL), key=lambda axis: (shape[axis], -ways[axis]))
    chosen = shape[across] // 2 if number is None else number
    if not 0 <= chosen < shape[across]:
        raise IndexError("There is no such slice.")
    place = tuple(
        chosen if axis == across else slice(None) if axis < SPATIAL else extent // 2
        for axis, extent in enumerate(shape)
    )
    pixels = np.asarray(image.dataobj[place[: len(image.shape)]])
    left = [axis for axis in range(SPATIAL) if axis != across]
    return _turned(_plain(pixels, [shape[axis] for axis in left]), left, ways, pointing, _steps(image.affine))


def _turned(
    pixels: Pixels, left: list[int], ways: list[int], pointing: Pixels, steps: list[float]
) -> tuple[Pixels, tuple[float, float]]:
    """Return the slice with the higher of its two directions downwards, and rightwards towards the left or back."""
    columns, rows = sorted(left, key=lambda axis: ways[axis])
    turned = pixels if left == [rows, columns] else pixels.T
    # Rows start at the top of the head or at the nose; columns at the patient's right, or at the nose.
    if pointing[rows, 1] > 0:
        turned = turned[::-1]
    if ways[columns] == 1 and pointing[columns, 1] > 0:
        turned = turned[:, ::-1]
    if ways[columns] == 0 and pointing[columns, 1] < 0:
        turned = turned[:, ::-1]
    return turned, (steps[rows], steps[columns])


def _plain(pixels: Pixels, shape: list[int]) -> Pixels:
    """Return one finite number a voxel: colours averaged, complex values as their size."""
    if pixels.dtype.names:
        pixels = np.mean([pixels[name] for name in pixels.dtype.names], axis=0)
    values = np.abs(pixels) if np.iscomplexobj(pixels) else pixels
    return np.nan_to_num(np.asarray(values, dtype=np.float64).reshape(shape), posinf=0.0, neginf=0.0)


def _steps(affine: Pixels) -> list[float]:
    return [float(step) or 1.0 for step in np.linalg.norm(affine[:SPATIAL, :SPATIAL], axis=0)]


def _eight_bits(values: Pixels) -> NDArray[np.uint8]:
    low, high = np.percentile(values, (0.5, 99.5))
    if high <= low:
        low, high = float(values.min()), float(values.max())
    if high <= low:
        return np.zeros(values.shape, np.uint8)
    scaled: NDArray[np.uint8] = ((np.clip(values, low, high) - low) * (255.0 / (high - low))).astype(np.uint8)
    return np.ascontiguousarray(scaled)
