"""One frame of a large file, read from where it lies: what the other frames weigh is no matter."""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataelem import RawDataElement
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.utils import as_pixel_options, get_expected_length
from pydicom.uid import DeflatedExplicitVRLittleEndian

PIXEL_DATA = 0x7FE00010


def left_on_disk(dataset: pydicom.Dataset) -> RawDataElement | None:
    """Return the pixel data of a data set where they still lie in their file, `None` where they are in memory.

    A deflated file has them nowhere as they are.
    """
    if PIXEL_DATA not in dataset or dataset.file_meta.TransferSyntaxUID == DeflatedExplicitVRLittleEndian:
        return None
    element: Any = dataset.get_item(PIXEL_DATA, keep_deferred=True)
    return element if isinstance(element, RawDataElement) and element.value is None else None


def frame_on_disk(
    dataset: pydicom.Dataset, element: RawDataElement, frame: int, bits_stored: int
) -> NDArray[Any]:
    """Return the decoded *frame* of pixel data that `left_on_disk` found; *bits_stored* are those to be decoded.

    Raises what pydicom raises, `ValueError` where there are fewer bytes than frames need.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    if not syntax.is_encapsulated and element.length < get_expected_length(dataset):
        raise ValueError("There are fewer bytes than the frames need.")
    told = as_pixel_options(
        dataset, bits_stored=bits_stored, pixel_keyword="PixelData", pixel_vr=element.VR or "OW"
    )
    with Path(dataset.filename).open("rb") as file:
        file.seek(element.value_tell)
        pixels, _how = get_decoder(syntax).as_array(file, index=frame, validate=True, raw=False, **told)
    return np.asarray(pixels)
