import copy

import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw
from pydicom.data import get_testdata_file

from deid.engine import Mask, sandbox
from deid.engine.verification import verify_dicom
from tests.deid import burning
from tests.deid.conftest import as_bytes

pytest.importorskip("rapidocr_onnxruntime", reason="THE OCR EXTRA IS MISSING: pixels are not read again")
pytestmark = pytest.mark.filterwarnings("ignore")
MASK = Mask(None, 10, 10, 300, 40)
READ = [{"place": "(7FE0,0010)", "kind": "text in pixels"}]


def written_on(words, *, size=22, value=1800, bits=12, photometric="MONOCHROME2"):
    """Return an image of Philippa Featherington, born 1961-04-12, with *words* burned in."""
    ds = copy.deepcopy(pydicom.dcmread(get_testdata_file("CT_small.dcm")))
    for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue"):
        if name in ds:
            delattr(ds, name)
    ds.PatientName, ds.PatientBirthDate, ds.PatientID = "Featherington^Philippa", "19610412", "QX-88123"
    ds.Rows, ds.Columns, ds.BitsStored, ds.HighBit = 256, 400, bits, bits - 1
    ds.PixelRepresentation, ds.PhotometricInterpretation = 0, photometric
    y, x = np.ogrid[:256, :400]
    values = ((((y - 140) / 90) ** 2 + ((x - 200) / 120) ** 2 < 1) * 900).astype("<u2")
    canvas = Image.new("1", (400, 256), 0)
    ImageDraw.Draw(canvas).text((14, 14), words, fill=1, font=burning.font("vera", size))
    values[np.asarray(canvas)] = value
    ds.PixelData = values.tobytes()
    return as_bytes(ds)


def released(tmp_path, clean, words, masks=(), **how):
    """Return what is wrong with the cleaned image, its pixels read again."""
    source, target = tmp_path / "source.dcm", tmp_path / "released.dcm"
    source.write_bytes(written_on(words, **how))
    target.write_bytes(clean(source.read_bytes(), masks=masks)[1])
    hits = verify_dicom(source, target, masks=masks, read_pixels=True)
    return [{"place": hit.place, "kind": hit.kind} for hit in hits]


@pytest.mark.parametrize(
    "words", ["FEATHERINGTON, PHILIPPA", "Philippa", "DOB 1961-04-12", "12.04.1961", "ID: QX-88123"]
)
def test_a_value_of_the_header_that_can_be_read_in_released_pixels_is_a_hit(words, tmp_path, clean):
    assert released(tmp_path, clean, words) == READ


def test_inverted_images_are_read_too(tmp_path, clean):
    assert released(tmp_path, clean, "FEATHERINGTON", photometric="MONOCHROME1") == READ


def test_under_a_mask_nothing_is_left_to_read(tmp_path, clean):
    assert released(tmp_path, clean, "FEATHERINGTON", [MASK]) == []


@pytest.mark.parametrize("words", ["R  10 cm  kV 120", "Thorvaldsen 1987-02-03", "Featherweight"])
def test_what_the_header_does_not_say_of_a_subject_is_no_hit(words, tmp_path, clean):
    assert released(tmp_path, clean, words) == []


def test_a_raster_image_is_read_in_the_child_by_what_other_files_said(tmp_path):
    picture = Image.new("RGB", (420, 120), "black")
    ImageDraw.Draw(picture).text(
        (20, 40), "PHILIPPA FEATHERINGTON", fill="yellow", font=burning.font("sans", 24)
    )
    picture.save(tmp_path / "a.png")
    given = (
        "verify_file",
        str(tmp_path / "a.png"),
        str(tmp_path / "a.png"),
        [],
        [],
        ["Featherington^Philippa"],
    )
    limits = sandbox.Limits(memory_bytes=2 << 30)
    assert sandbox.run(*given, limits=limits) == []
    found = sandbox.run(*given, limits=limits, read_pixels=True)
    assert found == [{"place": "image", "kind": "text in pixels"}]
