"""Images with words on them, and images about which the command has to tell a person."""

import cv2
import numpy as np
import pydicom
from PIL import Image, ImageDraw
from pydicom.data import get_testdata_file
from pydicom.uid import generate_uid

from deid.engine.finding.rasters import secondary_capture
from tests.deid import burning

WORDS = "OKONKWO 1961"
PLACE = (12, 14)


def ink(words=WORDS):
    """Return where *words* stand on 256 × 256 pixels."""
    canvas = Image.new("1", (256, 256), 0)
    ImageDraw.Draw(canvas).text(PLACE, words, fill=1, font=burning.font("vera", 16))
    return np.asarray(canvas)


def nearly_read():
    """Return a grey picture with a word on noise that is too blurred to be read surely, and where its letters are."""
    noise = np.random.default_rng(2).integers(0, 90, (120, 240)).astype(np.uint8)
    canvas = Image.new("L", noise.shape[::-1], 0)
    ImageDraw.Draw(canvas).text((12, 40), "HILDEGARD", fill=255, font_size=24)
    letters = np.asarray(canvas)
    blurred = cv2.GaussianBlur(letters.astype(np.float32), (0, 0), 1.4)
    return np.clip(noise + 0.35 * blurred, 0, 255).astype(np.uint8), letters > 128


def slices(folder, count, written_on, words=WORDS):
    """Write CT slices of a changing body, with words on some of them."""
    folder.mkdir(parents=True)
    y, x = np.ogrid[:256, :256]
    chance, series = np.random.default_rng(7), generate_uid()
    for number in range(count):
        body = (((y - 130) / (60 + 4 * number)) ** 2 + ((x - 128) / 90) ** 2 < 1) * 900
        values = (body + chance.integers(0, 60, body.shape)).astype("<u2")
        values[ink(words) & (number in written_on)] = 1500
        ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
        for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue"):
            ds.pop(name, None)
        ds.Rows = ds.Columns = 256
        ds.PixelRepresentation, ds.SeriesInstanceUID, ds.SOPInstanceUID = 0, series, generate_uid()
        ds.PixelData = values.tobytes()
        ds.save_as(folder / f"{number}.dcm")


def bits(path):
    """Write words into an image of one bit, which shows them and cannot be masked."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue", "RescaleSlope"):
        ds.pop(name, None)
    ds.Modality, ds.Rows, ds.Columns, ds.PixelRepresentation = "OT", 256, 256, 0
    ds.BitsAllocated = ds.BitsStored = 1
    ds.HighBit, ds.SOPInstanceUID, ds.SeriesInstanceUID = 0, generate_uid(), generate_uid()
    ds.PixelData = np.packbits(ink().ravel(), bitorder="little").tobytes()
    ds["PixelData"].VR = "OB"
    ds.save_as(path)


def filled(path):
    """Write an image that one word fills nearly."""
    canvas = Image.new("L", (200, 64), 0)
    ImageDraw.Draw(canvas).text((8, 8), "OKONKWO", fill=255, font=burning.font("bold", 40))
    ds = secondary_capture(canvas)
    ds.PatientID, ds.SeriesInstanceUID = "P1", generate_uid()
    ds.save_as(path, enforce_file_format=True)


def of_numbers(path):
    """Write an image whose pixels are numbers with a decimal point."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.FloatPixelData = ds.pixel_array.astype("<f4").tobytes()
    del ds.PixelData
    ds.BitsAllocated, ds.SOPInstanceUID, ds.SeriesInstanceUID = 32, generate_uid(), generate_uid()
    ds.save_as(path)


def fundus(path):
    """Write an image of an eye."""
    ds = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
    ds.Modality, ds.SOPInstanceUID, ds.SeriesInstanceUID = "OP", generate_uid(), generate_uid()
    ds.save_as(path)


def announcing(path):
    """Write an image without text whose header announces some."""
    ds = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
    ds.BurnedInAnnotation, ds.SOPInstanceUID, ds.SeriesInstanceUID = "YES", generate_uid(), generate_uid()
    ds.save_as(path)


def undecodable(path, announced):
    """Write an image that no decoder reads."""
    ds = pydicom.dcmread(get_testdata_file("JPEG2000.dcm"))
    ds.BurnedInAnnotation, ds.SOPInstanceUID, ds.SeriesInstanceUID = announced, generate_uid(), generate_uid()
    stream = bytearray(ds.PixelData)
    stream[60:-20] = bytes(len(stream) - 80)
    ds.PixelData = bytes(stream)
    ds.save_as(path)
