"""Pictures of a NIfTI volume: its slices, upright, as radiologists look at them."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
    with _readable():
        laid = _laid(path)
        chosen = laid.extent // 2 if number is None else number
        if not 0 <= chosen < laid.extent:
            raise IndexError("There is no such slice.")
        times = tuple(extent // 2 for extent in laid.image.shape[SPATIAL:])
        place = tuple(chosen if axis == laid.across else slice(None) for axis in range(SPATIAL))
        pixels = np.asarray(laid.image.dataobj[(*place, *times)[: len(laid.image.shape)]])
        return _picture(laid, pixels)


def volume_pictures(path: Path | str, most: int) -> Iterator[tuple[int, Image.Image]]:
    """Yield slices as `volume_picture` draws them, each with its number: all of as many of a file's volumes, spread over
    them, as make *most* pictures, of one at least. Raises `UnreadableError`.
    """
    with _readable():
        laid = _laid(path)
        times = list(np.ndindex(*laid.image.shape[SPATIAL:]))
        taken = max(1, min(len(times), most // laid.extent))
        for turn in range(taken):
            time = times[int((turn + 0.5) * len(times) / taken)]
            whole = (*(slice(None),) * min(SPATIAL, len(laid.image.shape)), *time)
            volume = np.asarray(laid.image.dataobj[whole])
            volume = volume.reshape((*volume.shape, 1, 1)[:SPATIAL])
            for number in range(laid.extent):
                place = (slice(None),) * laid.across + (number,)
                yield number, _picture(laid, volume[place])


@contextmanager
def _readable() -> Iterator[None]:
    """Raise `UnreadableError` for whatever the reader stumbles over."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except MemoryError:
        raise
    except Exception as error:
        require_reachable(error)
        raise UnreadableError("The pixels of the volume cannot be read.", code="unreadable_pixels") from error


@dataclass(frozen=True, slots=True)
class _Laid:
    """A volume as it is looked at: which way (right, anterior, superior) each stored axis points, whether it runs backwards,
    and across which axis it is cut."""

    image: Any
    ways: list[int]
    pointing: Pixels
    across: int
    shape: tuple[int, ...]

    @property
    def extent(self) -> int:
        """How many slices there are."""
        return self.shape[self.across]


def _laid(path: Path | str) -> _Laid:
    image: Any = nibabel.load(path)
    shape = (*image.shape, 1, 1, 1)[: max(SPATIAL, len(image.shape))]
    pointing = np.nan_to_num(io_orientation(image.affine), nan=0.0)  # type: ignore[no-untyped-call]
    ways = [int(way) for way in pointing[:, 0]]
    if sorted(ways) != list(range(SPATIAL)):
        ways, pointing = list(range(SPATIAL)), np.array([[0, 1], [1, 1], [2, 1]])
    across = min(range(SPATIAL), key=lambda axis: (shape[axis], -ways[axis]))
    return _Laid(image, ways, pointing, across, shape)


def _picture(laid: _Laid, pixels: Pixels) -> Image.Image:
    """Return a slice as it was cut out of its volume, upright, in 8 bits and in its true proportions."""
    left = [axis for axis in range(SPATIAL) if axis != laid.across]
    plain = _plain(pixels, [laid.shape[axis] for axis in left])
    turned, spacing = _turned(plain, left, laid.ways, laid.pointing, _steps(laid.image.affine))
    picture = Image.fromarray(_eight_bits(turned))
    finest = min(spacing)
    stretched = [min(step / finest, MOST_STRETCHED) for step in spacing]
    height, width = (max(1, round(n * by)) for n, by in zip(turned.shape, stretched, strict=True))
    return picture.resize((width, height), Image.Resampling.BILINEAR)


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
