"""A picture of raw MR data: a reconstructed slice where the file has one, else the root sum of squares of its k-space.

Importing this module loads h5py. What cannot be shown (not Cartesian, no array) gives no picture and is no error.
"""

import io
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deid.engine.errors import RefusedError
from deid.engine.formats.raw.arrays import require_copyable

IMAGES = (
    "reconstruction_rss",
    "reconstruction_esc",
    "image_0/data",
    "dataset/image_0/data",
    "images",
    "image",
)
ACQUISITIONS = ("dataset/data", "data", "acquisitions")
LARGEST_SLICE = 1 << 26
MOST_LINES = 1 << 14
OVERSAMPLED = 1.8
# Flags of an acquisition (ISMRMRD): bit 19 noise, bits 20 and 21 calibration, 23 navigation, 26 dummy.
NOT_IMAGING = (1 << 18) | (1 << 19) | (1 << 22) | (1 << 25)
Pixels = NDArray[Any]


def render_raw(path: str) -> bytes:
    """Return a PNG of the middle slice of the raw data at *path*, nothing where there is no picture of it."""
    picture = _picture(path)
    return _png(picture) if picture else b""


def thumbnail_raw(path: str, size: int = 256) -> bytes:
    """Return a PNG of at most *size* × *size* pixels, nothing where there is no picture."""
    picture = _picture(path)
    if picture is None:
        return b""
    picture.thumbnail((size, size), Image.Resampling.LANCZOS)
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _picture(path: str) -> Image.Image | None:
    try:
        with h5py.File(path, "r") as file:
            pixels = _slice(file)
    except (RefusedError, RuntimeError, ValueError, KeyError, IndexError, TypeError):
        return None
    except OSError as error:
        if error.errno:
            raise
        return None
    if pixels is None:
        return None
    values = np.nan_to_num(np.abs(pixels).astype(np.float64), posinf=0.0, neginf=0.0)
    high = float(np.percentile(values, 99.5))
    scaled = np.clip(values * (255.0 / high if high > 0 else 0.0), 0, 255)
    return Image.fromarray(scaled.astype(np.uint8))


def _slice(file: Any) -> Pixels | None:
    """Return one slice (rows × columns) of what the file has."""
    for name in IMAGES:
        if isinstance(file.get(name), h5py.Dataset) and file[name].dtype.kind in "fiu":
            return _middle(file[name])
    kspace = file.get("kspace")
    if isinstance(kspace, h5py.Dataset) and kspace.dtype.kind == "c" and kspace.ndim >= 3:
        return _combined(_coils(kspace))
    for name in ACQUISITIONS:
        if isinstance(file.get(name), h5py.Dataset) and "head" in (file[name].dtype.names or ()):
            return _gridded(file[name])
    return None


def _middle(dataset: Any) -> Pixels | None:
    """Return the middle of all axes but the last two."""
    require_copyable(dataset)
    if dataset.ndim < 2 or dataset.shape[-1] * dataset.shape[-2] > LARGEST_SLICE:
        return None
    return np.asarray(dataset[tuple(extent // 2 for extent in dataset.shape[:-2])])


def _coils(dataset: Any) -> Pixels:
    """Return the k-space (coils × rows × columns) of the middle slice."""
    require_copyable(dataset)
    if int(np.prod(dataset.shape[-3:], dtype=np.int64)) > LARGEST_SLICE:
        raise ValueError("the slice is too large to be shown")
    return np.asarray(dataset[tuple(extent // 2 for extent in dataset.shape[:-3])])


def _combined(kspace: Pixels) -> Pixels:
    """Return the root sum of squares over coils, without the readout's oversampling."""
    axes = (-2, -1)
    images = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(kspace, axes=axes), axes=axes), axes=axes)
    whole: Pixels = np.sqrt((np.abs(images) ** 2).sum(axis=0))
    rows, columns = whole.shape
    high, wide = _plain(rows, columns), _plain(columns, rows)
    return whole[(rows - high) // 2 :][:high, (columns - wide) // 2 :][:, :wide]


def _plain(extent: int, other: int) -> int:
    """Return half of an axis that is about twice as long as the other one, else all of it."""
    return extent // 2 if extent >= OVERSAMPLED * other else extent


def _gridded(dataset: Any) -> Pixels | None:
    """Return the picture of the Cartesian acquisitions of the middle slice."""
    require_copyable(dataset)
    heads = dataset.fields("head")[: min(len(dataset), MOST_LINES)]
    imaging = np.flatnonzero((heads["flags"] & np.uint64(NOT_IMAGING)) == 0)
    if not len(imaging):
        return None
    slices = (
        heads["idx"]["slice"][imaging] if "slice" in heads["idx"].dtype.names else np.zeros(len(imaging), int)
    )
    mine = imaging[slices == int(np.median(slices))]
    lines = heads["idx"]["kspace_encode_step_1"][mine]
    coils, samples = (int(heads[name][mine[0]]) for name in ("active_channels", "number_of_samples"))
    grid = np.zeros((coils, int(lines.max()) + 1, samples), np.complex64)
    if grid.size > LARGEST_SLICE:
        return None
    for place, line in zip(mine, lines, strict=True):
        data = np.asarray(dataset[int(place)]["data"], np.float32).view(np.complex64)
        if data.size == coils * samples:
            grid[:, line] = data.reshape(coils, samples)
    return _combined(grid)
