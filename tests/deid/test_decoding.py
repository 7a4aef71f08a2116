"""Pixels come out as people see them, also where they do not lie in the low bits."""

import io

import numpy as np
import pydicom
import pytest

from deid.engine.pixels.decoding import frame_pixels
from tests.deid.conftest import wheel_file


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("representation", "lowest"), [(0, 0), (1, -2048)])
def test_a_pixel_that_lies_in_the_high_bits_keeps_its_value(representation, lowest):
    values = lowest + np.arange(128 * 128, dtype=np.int32).reshape(128, 128) % 4096
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 15, representation
    ds.PixelData = (values << 4 | 9).astype("<i4").astype("<u2").tobytes()
    assert np.array_equal(frame_pixels(ds, 0), values)
    assert ds.BitsStored == 12
