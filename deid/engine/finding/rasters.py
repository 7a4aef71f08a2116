"""Find text in raster images with the very search that DICOM pixels go through.

Importing this module loads the text models.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

from deid.engine.finding.text import find_text_json
from deid.engine.formats.images.pictures import pages

MOST_PAGES = 50


def secondary_capture(page: Image.Image) -> Dataset:
    """Return an 8-bit grey or colour picture as a Secondary Capture Image (PS3.3 A.8.1)."""
    pixels = np.asarray(page, dtype=np.uint8)
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = SecondaryCaptureImageStorage
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = generate_uid()
    made.Modality, made.Rows, made.Columns = "OT", pixels.shape[0], pixels.shape[1]
    made.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    made.PhotometricInterpretation = "RGB" if pixels.ndim == 3 else "MONOCHROME2"
    if pixels.ndim == 3:
        made.PlanarConfiguration = 0
    made.BitsAllocated = made.BitsStored = 8
    made.HighBit, made.PixelRepresentation = 7, 0
    raw = pixels.tobytes()
    made.PixelData = raw + bytes(len(raw) % 2)
    return made


def find_text_in_image(path: str, *, scratch: str | None = None) -> list[dict[str, Any]]:
    """Return the rectangles of text in every page of the image at *path*, as `find_text_json` does for frames.

    Pages are written down, one at a time, in *scratch*, beside the image if none is named.
    """
    boxes: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(dir=scratch or Path(path).parent) as folder:
        for number, page in enumerate(pages(path, MOST_PAGES)):
            file = Path(folder) / "page.dcm"
            pydicom.dcmwrite(file, secondary_capture(page), enforce_file_format=True)
            boxes += [{**box, "frame": number} for box in find_text_json(str(file))]
    return boxes
