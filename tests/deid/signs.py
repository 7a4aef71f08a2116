"""Ultrasound images with signs of no alphabet on them, which a recogniser of letters cannot read."""

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.deid import burning

ROWS, COLUMNS, TOP, LEFT = 480, 640, 60, 100

DOWN, ACROSS = np.mgrid[:14, :14]
WAVE = np.abs(DOWN - 7 - 5 * np.sin(ACROSS)) < 1.2


def region(*corners):
    item = Dataset()
    names = ("MinX0", "MinY0", "MaxX1", "MaxY1")
    for name, value in zip(names, corners, strict=True):
        setattr(item, f"RegionLocation{name}", value)
    return item


def ultrasound(tmp_path, *, written=True, regions=((LEFT, TOP, COLUMNS - 1, ROWS - 1),), maker=""):
    """Write an ultrasound image with signs of no alphabet above its region and inside of it, and return where they are."""
    ds = burning.burn("US", 2, clean=True).dataset
    pixels = ds.pixel_array.copy()
    ink = np.zeros((ROWS, COLUMNS), bool)
    for place in range(8 if written else 0):
        for top in (20, 300):
            ink[top : top + 14, 200 + 18 * place : 214 + 18 * place] = WAVE
    pixels[ink] = 230
    ds.PixelData = pixels.tobytes()
    ds.Manufacturer, ds.ManufacturerModelName = maker, "LOGIQ 700"
    if regions:
        ds.SequenceOfUltrasoundRegions = Sequence([region(*corners) for corners in regions])
    ds.save_as(tmp_path / "us.dcm", enforce_file_format=True)
    return tmp_path / "us.dcm", ink
