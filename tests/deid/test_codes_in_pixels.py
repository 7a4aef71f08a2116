"""Codes that machines read are text: found wherever text is looked for, masked whole, and read again in what is released."""

import copy
import json

import cv2
import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw
from pydicom.data import get_testdata_file

from deid.engine.verification import verify_dicom
from tests.deid.conftest import as_bytes

zxingcpp = pytest.importorskip("zxingcpp", reason="THE OCR EXTRA IS MISSING: no codes were looked for")
text = pytest.importorskip(
    "deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for"
)
from deid.engine.finding.codes import codes_in  # noqa: E402
from deid.engine.results import Mask  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
SAID = "QX-88123"
KINDS = ("Code128", "Code39", "PDF417", "DataMatrix", "QRCode", "Aztec")


def drawn(kind, said=SAID, scale=2):
    """Return a code as black on white, its modules *scale* pixels wide."""
    barcode = zxingcpp.create_barcode(said, getattr(zxingcpp.BarcodeFormat, kind))
    return np.array(zxingcpp.write_barcode_to_image(barcode, scale=scale))


def phantom(rows=400, columns=640):
    """Return a body on a dark ground, with noise."""
    y, x = np.ogrid[:rows, :columns]
    body = (((y - 230) / 150) ** 2 + ((x - 320) / 220) ** 2 < 1) * 90
    noise = np.random.default_rng(3).normal(20, 6, (rows, columns))
    return np.clip(body + noise, 0, 255).astype(np.uint8)


def labelled(kind, *, at=(20, 30), turned=0, **how):
    """Return the phantom with a code on it, and where that is: left, top, right, bottom."""
    picture, code = phantom(), np.rot90(drawn(kind, **how), turned)
    top, left = at
    picture[top : top + code.shape[0], left : left + code.shape[1]] = code
    return picture, (left, top, left + code.shape[1], top + code.shape[0])


def image(picture):
    """Return an image of the person whose number the code says, with *picture* as its pixels."""
    ds = copy.deepcopy(pydicom.dcmread(get_testdata_file("CT_small.dcm")))
    for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue"):
        if name in ds:
            delattr(ds, name)
    ds.PatientName, ds.PatientID = "Featherington^Philippa", SAID
    ds.Rows, ds.Columns = picture.shape
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    ds.PixelData = picture.tobytes()
    return as_bytes(ds)


@pytest.mark.parametrize(("kind", "turned"), [(kind, turned) for kind in KINDS for turned in (0, 1)])
def test_no_code_can_be_read_in_what_its_boxes_leave(kind, turned):
    picture, (left, top, right, bottom) = labelled(kind, turned=turned)
    boxes = text.text_of_pictures([picture])
    for box in boxes:
        picture[box.y : box.y + box.height, box.x : box.x + box.width] = 128
    assert not zxingcpp.read_barcodes(picture)
    assert 0 not in picture[top:bottom, left:right], "some of its bars or dots are left"
    masked = np.zeros(picture.shape, bool)
    for box in boxes:
        masked[box.y : box.y + box.height, box.x : box.x + box.width] = True
    masked[top:bottom, left:right] = False
    assert masked.sum() < 0.025 * masked.size


@pytest.mark.parametrize("kind", ["Code128", "PDF417"])
@pytest.mark.parametrize("degrees", [-30, 15, 40, 75, 180])
def test_a_code_at_an_angle_is_hidden_and_little_else(kind, degrees):
    code = drawn(kind)
    turn = cv2.getRotationMatrix2D((code.shape[1] / 2, code.shape[0] / 2), degrees, 1.0)
    turn[:, 2] += (320 - code.shape[1] / 2, 200 - code.shape[0] / 2)
    size = (640, 400)
    shown = cv2.warpAffine(code, turn, size, dst=phantom(), borderMode=cv2.BORDER_TRANSPARENT)
    bars = cv2.warpAffine((code < 128).astype(np.uint8), turn, size) != 0
    masked = np.zeros(shown.shape, bool)
    for left, top, right, bottom in codes_in(shown):
        masked[top:bottom, left:right] = True
    assert (bars & masked).sum() > 0.97 * bars.sum()
    assert masked.sum() < 4.2 * code.size


def test_an_image_with_a_code_is_looked_at_by_the_child_that_tells_it_in_json(tmp_path):
    picture, (left, top, right, bottom) = labelled("Code128")
    (tmp_path / "a.dcm").write_bytes(image(picture))
    (told,) = json.loads(json.dumps(text.find_text_json(str(tmp_path / "a.dcm"))))
    assert told["x"] <= left + 20 and told["x"] + told["width"] >= right - 20


def test_several_codes_are_found_each():
    picture, _ = labelled("QRCode")
    code = drawn("Code128")
    picture[300 : 300 + code.shape[0], 100 : 100 + code.shape[1]] = code
    assert len(list(codes_in(picture))) == 2
    assert not list(codes_in(phantom()))


@pytest.mark.parametrize("pattern", ["bars", "grid", "noise", "film"])
def test_patterns_that_say_nothing_are_no_codes(pattern):
    rng = np.random.default_rng(5)
    bars = np.repeat((rng.random(220) > 0.5) * 255, 3)[:640].astype(np.uint8)
    if pattern == "bars":
        picture = np.tile(bars, (400, 1))
    elif pattern == "grid":
        picture = phantom()
        picture[::16] = picture[:, ::16] = 255
    elif pattern == "noise":
        picture = rng.integers(0, 256, (400, 640), dtype=np.uint8)
    else:
        picture = phantom()
        ImageDraw.Draw(drawing := Image.fromarray(picture)).rectangle((10, 10, 60, 200), fill=255)
        picture = np.asarray(drawing)
    assert not list(codes_in(picture))


def test_a_released_image_whose_code_says_who_it_is_of_is_a_hit(tmp_path, clean):
    picture, (left, top, right, bottom) = labelled("QRCode")
    source, target = tmp_path / "source.dcm", tmp_path / "released.dcm"
    source.write_bytes(image(picture))
    for masks, hits in (
        ((), ["text in pixels"]),
        ((Mask(None, left, top, right - left, bottom - top),), []),
    ):
        target.write_bytes(clean(source.read_bytes(), masks=masks)[1])
        found = verify_dicom(source, target, masks=masks, read_pixels=True)
        assert [hit.kind for hit in found] == hits
