"""Bits that no image uses are cleared in compressed frames too, without loss, and what hides nothing is not touched."""

import io

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from deid.engine import Mask, load_profile
from deid.engine.pixels.hidden_bits import unused_bits
from deid.engine.pixels.patches import Layout
from deid.engine.verification import verify_dicom
from tests.deid.conftest import as_bytes, wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")
SYNTAXES = (RLELossless, JPEG2000Lossless, JPEGLSLossless)
SECRET = np.frombuffer(b"QUACKENBUSH XIOMARA MRN77123", np.uint8)


def image(syntax: str, *, secret: bool, frames: int = 1) -> tuple[bytes, np.ndarray]:
    """Return a file of 12 bits in 16, and its image; words lie in the four bits above it where they are a *secret*."""
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    pixels = np.tile(np.arange(128, dtype=np.uint16) * 31, (frames, 128, 1))
    stored = pixels.copy()
    if secret:
        nibbles = np.stack([SECRET >> 4, SECRET & 15], axis=1).ravel().astype(np.uint16)
        stored[0, 5, : nibbles.size] |= nibbles << 12
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation, ds.NumberOfFrames = 16, 15, 0, frames
    ds.PixelData = stored.tobytes()
    del ds.PixelPaddingValue
    ds.compress(syntax, stored if frames > 1 else stored[0], generate_instance_uid=False)
    ds.BitsStored, ds.HighBit = 12, 11
    return as_bytes(ds), pixels


def pixels_of(ds: Dataset) -> np.ndarray:
    """Return every bit that is coded, whatever the header says of them."""
    ds.BitsStored, ds.HighBit = 16, 15
    return ds.pixel_array.reshape(-1, 128, 128)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_hidden_bits_are_cleared_and_the_image_stays(syntax, clean, tmp_path):
    source, pixels = image(syntax, secret=True, frames=3)
    after, content, cleaned = clean(source)
    assert after.file_meta.TransferSyntaxUID == syntax and cleaned.counts["cleared_samples"] > 20
    (tmp_path / "before").write_bytes(source)
    (tmp_path / "after").write_bytes(content)
    options = load_profile("research").options
    assert verify_dicom(tmp_path / "before", tmp_path / "after", options=options) == []
    frames = [
        list(generate_frames(pydicom.dcmread(io.BytesIO(one)).PixelData, number_of_frames=3))
        for one in (source, content)
    ]
    assert frames[0][1:] == frames[1][1:]
    assert np.array_equal(pixels_of(after), pixels)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_where_nothing_hides_frames_are_copied(syntax, clean):
    source, _pixels = image(syntax, secret=False)
    after, _, cleaned = clean(source)
    assert "cleared_samples" not in cleaned.counts
    assert after.PixelData == pydicom.dcmread(io.BytesIO(source)).PixelData


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_hidden_bits_stay_where_pixels_are_not_cleaned(syntax, clean):
    source, _pixels = image(syntax, secret=True)
    assert clean(source, profile="basic")[0].PixelData == pydicom.dcmread(io.BytesIO(source)).PixelData


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_mask_leaves_no_hidden_bits_either(syntax, clean):
    source, pixels = image(syntax, secret=True, frames=2)
    after = clean(source, masks=[Mask(range(0, 1), 100, 100, 10, 10)])[0]
    pixels = pixels.copy()
    pixels[0, 100:110, 100:110] = pixels.min()
    assert np.array_equal(pixels_of(after), pixels)
    after = clean(source, masks=[Mask(range(1, 2), 100, 100, 10, 10)])[0]
    assert not (pixels_of(after) >> 12).any()


@pytest.mark.parametrize(
    ("allocated", "stored", "high_bit", "some"),
    [(16, 12, 11, True), (16, 12, 15, True), (16, 16, 15, False), (16, 12, 10, False), (16, 12, 16, False),
     (16, 0, 11, False), (24, 12, 11, False), (8, 7, 6, True)],
)  # fmt: skip
def test_bits_are_unused_where_a_header_that_makes_sense_leaves_some(allocated, stored, high_bit, some):
    layout = Layout(4, 4, 1, 1, allocated, stored, False, False, "MONOCHROME2")
    assert (unused_bits(layout, high_bit, None) is not None) == some
