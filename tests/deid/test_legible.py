"""The second reader reads released pixels again, and finds in them what its source names."""

import io

import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw
from pydicom.data import get_testdata_file

from deid.engine.verification.legible import legible_values
from tests.deid.conftest import as_bytes

pytestmark = pytest.mark.filterwarnings("ignore")


def drawn(words: str, size: int = 28, **values: object) -> bytes:
    """Return an image with words drawn into it, of a patient called Quackenbush."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    picture = Image.fromarray(np.tile(np.arange(480, dtype=np.uint8) // 4, (320, 1)))
    ImageDraw.Draw(picture).text((20, 40), words, fill=250, font_size=size)
    ds.Rows, ds.Columns = 320, 480
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    ds.PixelData = np.asarray(picture).tobytes()
    for name in (
        "RescaleSlope",
        "RescaleIntercept",
        "SmallestImagePixelValue",
        "LargestImagePixelValue",
        "PixelPaddingValue",
    ):
        if name in ds:
            delattr(ds, name)
    ds.PatientName, ds.PatientID, ds.StudyDate = "Quackenbush^Xiomara", "MRN77123", "20140312"
    for name, value in values.items():
        setattr(ds, name, value)
    return as_bytes(ds)


@pytest.mark.parametrize(
    ("words", "legible"),
    [
        ("QUACKENBUSH", True), ("Quackenbush, Xiomara", True), ("MRN77123", True),
        ("12 Mar 2014", True), ("R  120 kV  5 mm", False),
        ("Ostrander", False), ("", False),
    ],
)  # fmt: skip
def test_a_value_of_the_source_is_found_where_it_can_be_read(words, legible, tmp_path):
    source, released = tmp_path / "source.dcm", tmp_path / "released.dcm"
    source.write_bytes(drawn(words))
    released.write_bytes(drawn(words))
    hits = legible_values(source, released)
    assert [(hit.place, hit.kind) for hit in hits] == [("frame 1", "text in pixels")] * legible


def test_dark_words_on_a_bright_image_are_read_too(tmp_path):
    ds = pydicom.dcmread(io.BytesIO(drawn("QUACKENBUSH")))
    ds.PhotometricInterpretation = "MONOCHROME1"
    (tmp_path / "a.dcm").write_bytes(as_bytes(ds))
    assert legible_values(tmp_path / "a.dcm", tmp_path / "a.dcm")


def test_what_other_files_say_of_the_subject_is_looked_for(tmp_path):
    (tmp_path / "a.dcm").write_bytes(drawn("Ostrander"))
    assert legible_values(tmp_path / "a.dcm", tmp_path / "a.dcm", known_values=["Ostrander^Bea"])
    Image.fromarray(pydicom.dcmread(tmp_path / "a.dcm").pixel_array).save(tmp_path / "a.png")
    assert legible_values(tmp_path / "a.png", tmp_path / "a.png", known_values=["Ostrander^Bea"])
    assert not legible_values(tmp_path / "a.png", tmp_path / "a.png")


def test_what_is_no_image_has_nothing_to_read(tmp_path):
    ds = pydicom.dcmread(get_testdata_file("rtplan.dcm"))
    (tmp_path / "a.dcm").write_bytes(as_bytes(ds))
    assert legible_values(tmp_path / "a.dcm", tmp_path / "a.dcm") == []
