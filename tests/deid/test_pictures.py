"""What people are shown and told of the pixels of an image."""

import io

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.pixels import apply_color_lut

from deid.engine import RefusedError
from deid.engine.pixels.pictures import pixel_quality, render, thumbnail
from tests.deid.conftest import wheel_file


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm", "MR_small_bigendian.dcm"])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_a_picture_is_as_wide_in_its_greys_as_an_eye_sees(name, photometric, tmp_path):
    ds = pydicom.dcmread(io.BytesIO(wheel_file(name)))
    ds.PhotometricInterpretation, values = photometric, ds.pixel_array
    for keyword in ("WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept"):
        ds.pop(keyword, None)
    ds.save_as(tmp_path / "a.dcm")
    shown = np.asarray(Image.open(io.BytesIO(render(tmp_path / "a.dcm")))).astype(int)
    dark, light = np.percentile(values, (0.5, 99.5))
    expected = (np.clip(values, dark, light) - dark) * 255 / (light - dark)
    assert np.abs(shown - (expected if photometric == "MONOCHROME2" else 255 - expected)).max() <= 1.01


def test_a_window_of_the_header_decides_what_is_dark(tmp_path):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    middle = float(np.median(ds.pixel_array * ds.RescaleSlope + ds.RescaleIntercept))
    ds.WindowCenter, ds.WindowWidth = middle, 2
    ds.save_as(tmp_path / "a.dcm")
    shown = np.asarray(Image.open(io.BytesIO(render(tmp_path / "a.dcm"))))
    assert np.isin(shown, (0, 255)).mean() > 0.9 and 0.3 < (shown == 255).mean() < 0.7


def test_colours_of_sixteen_bits_are_shown_in_eight(tmp_path):
    source = tmp_path / "a.dcm"
    source.write_bytes(wheel_file("SC_rgb_rle_16bit.dcm"))
    values = pydicom.dcmread(source).pixel_array
    shown = np.asarray(Image.open(io.BytesIO(render(source)))).astype(float)
    assert shown.shape == values.shape and np.abs(shown - values / 257.0).max() <= 1


def test_colours_of_twelve_bits_are_shown_in_their_whole_range(tmp_path):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("SC_rgb_small_odd.dcm")))
    values = np.linspace(0, 4095, ds.Rows * ds.Columns * 3).astype("<u2").reshape(ds.Rows, ds.Columns, 3)
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelData = 16, 12, 11, values.tobytes()
    ds.save_as(tmp_path / "a.dcm")
    shown = np.asarray(Image.open(io.BytesIO(render(tmp_path / "a.dcm")))).astype(float)
    assert np.abs(shown - values / 4095 * 255).max() <= 1


def test_a_palette_of_sixteen_bits_is_shown_in_eight_and_a_damaged_one_is_refused(tmp_path):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("examples_palette.dcm")))
    ds.save_as(tmp_path / "a.dcm")
    coloured = apply_color_lut(ds.pixel_array, ds)
    shown = np.asarray(Image.open(io.BytesIO(render(tmp_path / "a.dcm")))).astype(float)
    assert coloured.dtype == np.uint16 and np.abs(shown - coloured / 257.0).max() <= 1
    del ds.RedPaletteColorLookupTableDescriptor
    ds.save_as(tmp_path / "a.dcm")
    with pytest.raises(RefusedError) as refused:
        render(tmp_path / "a.dcm")
    assert refused.value.code == "unreadable_pixels"


def test_what_is_said_of_pixels_is_what_they_are(tmp_path):
    path = tmp_path / "a.dcm"
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    ds.save_as(path)
    said, values = pixel_quality(path), ds.pixel_array
    assert (said["frames"], said["looked_at"], said["blank"]) == (1, [0], False)
    assert (said["minimum"], said["maximum"]) == (values.min(), values.max())
    assert said["mean"] == pytest.approx(values.mean())
    ds.PixelData, ds.NumberOfFrames = ds.PixelData[:2] * (128 * 128 * 5), 5
    ds.save_as(path)
    said = pixel_quality(path)
    assert (said["frames"], said["looked_at"], said["blank"]) == (5, [0, 2, 4], True)


def test_values_that_begin_above_the_lowest_bit_are_told_without_what_lies_below(tmp_path):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    ds.pop("PixelPaddingValue", None)
    values = np.arange(128 * 128, dtype="<u2") % 4096
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 0, 12, 15
    ds.PixelData = (values << 4 | 5).tobytes()
    ds.save_as(tmp_path / "a.dcm")
    said = pixel_quality(tmp_path / "a.dcm")
    assert (said["minimum"], said["maximum"]) == (0, 4095) and said["mean"] == pytest.approx(values.mean())


def test_what_is_no_image_or_has_no_such_frame_has_no_picture(tmp_path):
    (tmp_path / "a.dcm").write_bytes(b"nothing of an image")
    (tmp_path / "b.dcm").write_bytes(wheel_file("CT_small.dcm"))
    (tmp_path / "c.dcm").write_bytes(wheel_file("test-SR.dcm"))
    refused_as = (
        ("a.dcm", None, "unreadable"),
        ("b.dcm", 1, "unreadable_pixels"),
        ("c.dcm", None, "no_pixels"),
    )
    for name, frame, code in refused_as:
        with pytest.raises(RefusedError) as refused:
            render(tmp_path / name, frame)
        assert refused.value.code == code


def test_a_thumbnail_shows_the_middle_frame_and_is_no_larger_than_asked_for(tmp_path):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    frames = np.zeros((5, 300, 600), "<u2")
    frames[2, :, 300:] = 1000
    ds.NumberOfFrames, ds.Rows, ds.Columns, ds.PixelRepresentation = 5, 300, 600, 0
    ds.PixelData = frames.tobytes()
    for name in ("PixelPaddingValue", "WindowCenter", "WindowWidth"):
        ds.pop(name, None)
    ds.save_as(tmp_path / "a.dcm")
    small = np.asarray(Image.open(io.BytesIO(thumbnail(tmp_path / "a.dcm"))))
    assert small.shape == (128, 256) and small[:, :100].max() == 0 and small[:, 160:].min() == 255
    assert np.asarray(Image.open(io.BytesIO(thumbnail(tmp_path / "a.dcm", 64, 0)))).shape == (32, 64)
    assert not np.asarray(Image.open(io.BytesIO(thumbnail(tmp_path / "a.dcm", 64, 0)))).any()
