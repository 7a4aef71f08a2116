"""Pixels come out as people see them, also where they do not lie in the low bits."""

import io

import numpy as np
import pydicom
import pytest

from deid.engine.errors import UnreadableError
from deid.engine.pixels.decoding import frame_pixels
from deid.engine.pixels.frames_on_disk import left_on_disk
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


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "frames"),
    [
        ("rtdose.dcm", 15), ("rtdose_expb.dcm", 15), ("rtdose_rle.dcm", 15), ("SC_rgb_rle_2frame.dcm", 2),
        ("SC_ybr_full_422_uncompressed.dcm", 1), ("examples_ybr_color.dcm", 30), ("CT_small.dcm", 1), ("examples_jpeg2k.dcm", 1),
    ],
)  # fmt: skip
def test_a_frame_read_from_the_disk_is_the_one_in_memory(tmp_path, name, frames):
    path = tmp_path / "x.dcm"
    path.write_bytes(wheel_file(name))
    whole, left = pydicom.dcmread(path), pydicom.dcmread(path, defer_size=64)
    assert left_on_disk(whole) is None and left_on_disk(left) is not None
    for frame in {0, frames // 2, frames - 1}:
        assert np.array_equal(frame_pixels(whole, frame), frame_pixels(left, frame))
    for dataset in (whole, left):
        with pytest.raises(UnreadableError):
            frame_pixels(dataset, frames)
    assert left_on_disk(left) is not None


@pytest.mark.filterwarnings("ignore")
def test_pixels_that_end_early_are_not_read_from_the_disk(tmp_path):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("rtdose.dcm")))
    ds.PixelData = ds.PixelData[:-4]
    ds.save_as(tmp_path / "x.dcm")
    with pytest.raises(UnreadableError):
        frame_pixels(pydicom.dcmread(tmp_path / "x.dcm", defer_size=64), 0)


@pytest.mark.filterwarnings("ignore")
def test_high_bits_are_read_from_the_disk_as_from_memory(tmp_path):
    values = np.arange(128 * 128, dtype=np.int32).reshape(128, 128) % 4096
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 15, 0
    ds.PixelData = (values << 4 | 9).astype("<u2").tobytes()
    ds.save_as(tmp_path / "x.dcm")
    assert np.array_equal(frame_pixels(pydicom.dcmread(tmp_path / "x.dcm", defer_size=64), 0), values)
