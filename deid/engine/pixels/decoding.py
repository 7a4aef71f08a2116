"""Get the pixels of one frame, decoded, in the form people look at."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut, apply_voi_lut, convert_color_space
from pydicom.pixels.utils import pixel_array

from deid.engine.errors import UnreadableError, UnsupportedError
from deid.engine.pixels.describing import NO_PIXELS
from deid.engine.pixels.frames_on_disk import frame_on_disk, left_on_disk

Pixels = NDArray[Any]
COLOURS = 3
PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


def require_reachable(error: Exception) -> None:
    """Raise *error* again where the system could not reach the file, which says nothing of what is in it."""
    if isinstance(error, OSError) and error.errno is not None:
        raise error


def open_image(path: Path | str) -> pydicom.Dataset:
    """Return the data set at *path*, its pixel data left on disk until asked for."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return pydicom.dcmread(path, defer_size=1 << 20)
    except Exception as error:
        require_reachable(error)
        raise UnreadableError("The file cannot be read as an image.", code="unreadable") from error


def _unused_below(dataset: pydicom.Dataset) -> int:
    """Return how many bits lie below those that a pixel has, as old images have them: High Bit counts from the top (PS3.5
    8.1.1 wants it to be one less than Bits Stored)."""
    stored, high, allocated = (dataset.get(name) for name in ("BitsStored", "HighBit", "BitsAllocated"))
    told = all(isinstance(number, int) for number in (stored, high, allocated))
    return max(0, high + 1 - stored) if told and high < allocated else 0


def _decoded_frame(dataset: pydicom.Dataset, frame: int) -> Pixels:
    below, element = _unused_below(dataset), left_on_disk(dataset)
    if element is not None:
        bits = dataset.HighBit + 1 if below else dataset.BitsStored
        return frame_on_disk(dataset, element, frame, bits) >> below
    if not below:
        return np.asarray(pixel_array(dataset, index=frame))
    stored = dataset.BitsStored
    dataset.BitsStored = dataset.HighBit + 1
    try:
        return np.asarray(pixel_array(dataset, index=frame)) >> below
    finally:
        dataset.BitsStored = stored


def frame_pixels(dataset: pydicom.Dataset, frame: int) -> Pixels:
    """Return one frame as stored (grey or palette index) or as RGB.

    Raises `UnreadableError` if it cannot be decoded, `UnsupportedError` (`no_pixels`) where there is nothing to decode.
    """
    if not any(name in dataset for name in PIXELS):
        raise UnsupportedError("The file has no pixels to show.", code=NO_PIXELS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pixels = _decoded_frame(dataset, frame)
            if pixels.ndim == COLOURS and str(dataset.PhotometricInterpretation) == "YBR_PARTIAL_422":
                pixels = convert_color_space(pixels, "YBR_FULL", "RGB")
    except Exception as error:
        require_reachable(error)
        raise UnreadableError(
            "The pixels of the file cannot be decoded.", code="unreadable_pixels"
        ) from error
    return pixels


def window_count(dataset: pydicom.Dataset) -> int:
    """Return through how many windows an image may be looked at: its VOI LUTs, or its centres and widths (PS3.3 C.11.2.1)."""
    if "VOILUTSequence" in dataset:
        return len(dataset.VOILUTSequence)
    return min(dataset[name].VM if name in dataset else 0 for name in ("WindowCenter", "WindowWidth"))


def _window(dataset: pydicom.Dataset, pixels: Pixels, number: int) -> Pixels:
    """Return grey values through modality transformation and a window, or between their extremes without."""
    values = apply_modality_lut(pixels, dataset)
    if "WindowCenter" in dataset or "VOILUTSequence" in dataset:
        shown = np.asarray(apply_voi_lut(values, dataset, index=number), dtype=np.float64)
        if shown.max() > shown.min():
            return shown
    values = np.asarray(values, dtype=np.float64)
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.zeros(values.shape)
    low, high = np.percentile(finite, (0.5, 99.5))
    clipped: Pixels = np.clip(np.nan_to_num(values, nan=low), low, high if high > low else finite.max())
    return clipped


def shown_frame(dataset: pydicom.Dataset, frame: int, window: int = 0) -> Pixels:
    """Return one frame as people see it: 8 bits, grey (rows × columns) or RGB (rows × columns × 3), through one of its windows.

    All photometric interpretations of PS3.3 C.7.6.3.1.2 that the decoders know; MONOCHROME1 is inverted.
    """
    pixels = frame_pixels(dataset, frame)
    photometric = str(dataset.get("PhotometricInterpretation", "MONOCHROME2"))
    if photometric == "PALETTE COLOR":
        pixels = _palette(dataset, pixels)
    if pixels.ndim == COLOURS:
        return _eight_bits(pixels, dataset)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        grey = _window(dataset, pixels, window)
    low, high = float(grey.min()), float(grey.max())
    scaled = (grey - low) * (255.0 / (high - low)) if high > low else np.zeros(grey.shape)
    shown: Pixels = scaled.astype(np.uint8)
    return 255 - shown if photometric == "MONOCHROME1" else shown


def _palette(dataset: pydicom.Dataset, pixels: Pixels) -> Pixels:
    try:
        coloured: Pixels = apply_color_lut(pixels, dataset)
    except Exception as error:
        raise UnreadableError("The palette of the image is damaged.", code="unreadable_pixels") from error
    return coloured


def _eight_bits(pixels: Pixels, dataset: pydicom.Dataset) -> Pixels:
    """Return colours in 8 bits; palettes come in 16 bits whatever the index has."""
    if pixels.dtype == np.uint8:
        return pixels
    top = max(int(pixels.max()), 1)
    bits = 16 if top > (1 << int(dataset.get("BitsStored", 8))) - 1 else int(dataset.get("BitsStored", 8))
    return (pixels.astype(np.float64) * (255.0 / ((1 << bits) - 1))).clip(0, 255).astype(np.uint8)
