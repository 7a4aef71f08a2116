"""A well cleaned instance into which its source's identity was put back: the second reader tells it wherever it hides."""

import base64
import copy
import gzip
import io
import struct
import zipfile
import zlib

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEGBaseline8Bit

from deid.engine import Identity, UnreadableError, clean_dicom, load_profile
from deid.engine.verification import verify_dicom
from deid.engine.verification.image_pixels import hidden_bits
from deid.engine.verification.walker import Seen
from tests.deid.conftest import as_bytes, wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")
RESEARCH = load_profile("research")
NOISE = np.random.default_rng(1).integers(0, 256, 2_000_000, np.uint8).tobytes()


def source_of(name="Quackenbush^Xiomara", file="CT_small.dcm", **more) -> Dataset:
    ds = pydicom.dcmread(io.BytesIO(wheel_file(file)))
    ds.PatientName, ds.PatientID, ds.InstitutionName = name, "PT1234567", "Larkspur Valley Hospital"
    ds.StudyDate, ds.PatientBirthDate, ds.AcquisitionDateTime = (
        "20190302",
        "19610412",
        "20190302101500.000000",
    )
    for keyword, value in more.items():
        setattr(ds, keyword, value)
    return ds


def cleaned(source: Dataset) -> bytes:
    out = io.BytesIO()
    clean_dicom(
        io.BytesIO(as_bytes(source)), out, identity=Identity(bytes(32)), subject_key="s", profile=RESEARCH
    )
    return out.getvalue()


@pytest.fixture
def told(tmp_path):
    """Return a function that gives the kinds of what is wrong with a released file."""

    def kinds(source: Dataset, released: bytes, options=RESEARCH.options) -> set[str]:
        (tmp_path / "source").write_bytes(as_bytes(source))
        (tmp_path / "released").write_bytes(released)
        return {hit.kind for hit in verify_dicom(tmp_path / "source", tmp_path / "released", options=options)}

    return kinds


SOURCE = source_of()
CLEANED = cleaned(SOURCE)


def planted(tag: int, vr: str, value: object, *, inside: int = 0) -> bytes:
    """Return the cleaned file with one more element, as deep inside of sequences."""
    ds = pydicom.dcmread(io.BytesIO(CLEANED))
    item = Dataset()
    item.add_new(tag, vr, value + bytes(len(value) % 2) if isinstance(value, bytes) else value)
    for _ in range(inside):
        outer = Dataset()
        outer.ContentSequence = Sequence([item])
        item = outer
    ds.update(item)
    return as_bytes(ds)


def zipped(content: bytes, *, directory: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet1.xml", content)
    return out.getvalue() if directory else out.getvalue()[: out.getvalue().index(b"PK\1\2")]


WORDS = b"the scan of Quackenbush, and more " * 9
DAMAGED = zlib.compress(WORDS + base64.b64encode(NOISE[:3000]))[:-400] + b"\xff" * 400
BYTES = {
    "plain": b"\1\2Quackenbush\3", "UTF-16": b"\1" + "Quackenbush".encode("utf-16-be"), "zip": b"\1" + zipped(WORDS),
    "zip without directory": b"\1" + zipped(WORDS, directory=False), "zip in zip": zipped(zipped(WORDS)),
    "gzip": b"\1\2" + gzip.compress(WORDS), "zlib behind noise": NOISE + zlib.compress(WORDS), "damaged zlib": DAMAGED,
    "zlib cut off": zlib.compress(WORDS + base64.b64encode(NOISE[:3000]))[:200], 
    "base64 in zlib": zlib.compress(base64.b64encode(WORDS)),
    "short word": b"of Quackenbush, on 2019-03-02", "date in UTF-16": " 2019-03-02 ".encode("utf-16-le"),
    "palette of 16 bits": struct.pack("<11H", *b"Quackenbush"), "uid": b"\1" + SOURCE.StudyInstanceUID.encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
@pytest.mark.parametrize("tag", [0x00282000, 0x00281201, 0x00420011])
def test_what_hides_in_bytes_is_told(told, name, tag):
    assert told(SOURCE, planted(tag, "OB", BYTES[name])) & {"name", "date", "uid"}


TEXTS = {
    "base64": (base64.b64encode(b"this was on 2019-03-02").decode(), "date"),
    "base64 of bytes": (base64.b64encode(b"\1\2\3Quackenbush, Xiomara\4").decode(), "name"),
    "time": ("2019-03-02T10:15:00", "date"), "address of a file": ("/data/Quackenbush_Xiomara/1.dcm", "name"),
    "old uid": (f"of {SOURCE.SOPInstanceUID}", "uid"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_what_hides_in_text_is_told_at_any_depth(told, name, depth):
    text, kind = TEXTS[name]
    assert kind in told(SOURCE, planted(0x0040A160, "UT", text, inside=depth))


ELEMENTS = [
    (0x60003000, "OW", b"Quackenbush", "forbidden element"), (0x00880200, "SQ", [Dataset()], "forbidden element"),
    (0x50003000, "OW", b"xx", "forbidden element"), (0x00991001, "LO", "Quackenbush", "private element"),
    (0x00081155, "UI", SOURCE.SOPInstanceUID, "foreign uid"), (0x0040A124, "UI", "1.2.826.0.1.2", "foreign uid"),
    (0x0040A123, "PN", "Quackenbush^Xiomara", "name"), (0x00181010, "LO", "PT-1234567", "identifier"),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "vr", "value", "kind"), ELEMENTS)
@pytest.mark.parametrize("depth", [0, 2])
def test_an_element_that_names_the_source_is_told_at_any_depth(told, tag, vr, value, kind, depth):
    assert kind in told(SOURCE, planted(tag, vr, value, inside=depth))


def test_pixel_data_inside_of_an_item_is_searched(told):
    assert told(SOURCE, planted(0x7FE00010, "OW", b"Quackenbush", inside=1)) == {"name"}
    assert told(SOURCE, planted(0x7FE00008, "OF", bytes(8))) == {"pixels changed"}


@pytest.mark.parametrize(
    ("keyword", "value", "found"),
    [
        ("AcquisitionDateTime", "20190302101500", True), ("AcquisitionDateTime", "20190302091500-0100", True),
        ("AcquisitionDateTime", "20190302", True), ("ContentDate", "20190302", True), ("ContentDate", "19610412", True),
        ("StudyDate", "20190302", True), ("ContentDate", "20190303", False), ("ContentDate", "19000101", False),
        ("ContentDate", "", False),
    ],
)  # fmt: skip
def test_a_day_of_the_source_that_did_not_move_is_told_wherever_it_stands(told, keyword, value, found):
    ds = pydicom.dcmread(io.BytesIO(CLEANED))
    setattr(ds, keyword, value)
    assert told(SOURCE, as_bytes(ds)) == ({"date"} if found else set())
    assert told(SOURCE, as_bytes(ds), RESEARCH.options | {"retain_full_dates"}) == set()


def test_a_day_that_moves_to_another_day_of_its_source_is_no_leak(told):
    moved = pydicom.dcmread(io.BytesIO(CLEANED)).StudyDate
    source = source_of(SeriesDate=moved, ContentDate="19000101")
    assert pydicom.dcmread(io.BytesIO(cleaned(source))).SeriesDate != moved
    assert told(source, cleaned(source)) == set()
    bad = pydicom.dcmread(io.BytesIO(cleaned(source)))
    bad.SeriesDate = moved
    assert told(source, as_bytes(bad)) == {"date"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("山田^太郎", "患者 山田太郎"), ("Yamada^Tarou=山田^太郎=やまだ^たろう", "太郎 山田"), ("王^明", "王明"),
        ("김^철수", "김철수 님"), ("Wu^Li", "of Wu^Li"), ("Ng^Abigail", "Abigail Ng"),
    ],
)  # fmt: skip
def test_a_short_name_is_told(told, name, text):
    source = source_of(name, SpecificCharacterSet="ISO_IR 192")
    released = pydicom.dcmread(io.BytesIO(cleaned(source)))
    assert told(source, as_bytes(released)) == set()
    released.SpecificCharacterSet, released.ImageComments = "ISO_IR 192", text
    assert told(source, as_bytes(released)) == {"name"}


@pytest.mark.parametrize(
    "value", [b"of Jones", "of Jones".encode("utf-16-le"), base64.b64encode(b"this is of Jones here")]
)
def test_a_short_word_is_told_where_bytes_are_text(told, value):
    source = source_of("Jones^Xiomara")
    ds = pydicom.dcmread(io.BytesIO(cleaned(source)))
    ds.add_new(0x00282000, "OB", value + bytes(len(value) % 2))
    assert told(source, as_bytes(ds)) == {"name"}
    ds.add_new(0x00282000, "OB", b"\1\2\3\4 Jones \5")
    assert told(source, as_bytes(ds)) == set()


def deflated(content: bytes) -> bytes:
    ds = pydicom.dcmread(io.BytesIO(content))
    ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    return out.getvalue()


def test_what_follows_a_deflated_data_set_is_told(told):
    """PS3.5 A.5: padding may."""
    released = deflated(CLEANED)
    assert told(SOURCE, released) == told(SOURCE, released + bytes(3)) == set()
    assert told(SOURCE, released + b"Quackenbush") == {"metadata"}
    for damaged in (released[:-50], released[:-300] + b"\xff" * 300):
        with pytest.raises(UnreadableError) as refused:
            told(SOURCE, damaged)
        assert refused.value.code == "damaged"


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("ImplementationVersionName", "QUACKENBUSH"), ("FileMetaInformationVersion", b"Quackenbush\0")],
)
def test_the_file_meta_group_is_searched(told, keyword, value):
    ds = pydicom.dcmread(io.BytesIO(CLEANED))
    setattr(ds.file_meta, keyword, value)
    assert told(SOURCE, as_bytes(ds)) == {"name"}


@pytest.mark.parametrize(
    "file",
    [
        "CT_small.dcm",
        "MR_small_bigendian.dcm",
        "SC_rgb_small_odd_big_endian.dcm",
        "SC_ybr_full_422_uncompressed.dcm",
    ],
)
def test_a_value_behind_the_image_is_told(told, file):
    source = source_of(file=file)
    released = pydicom.dcmread(io.BytesIO(cleaned(source)))
    assert told(source, as_bytes(released)) == set()
    size, word = len(source.PixelData), b" of Quackenbush "
    for ds in (source, released):
        ds.PixelData = ds.PixelData[: size - len(word) - 2] + word + bytes(2)  # the last samples of the image
    assert "name" not in told(source, as_bytes(released))
    for ds in (source, released):
        ds.PixelData = bytes(size) + word
    assert told(source, as_bytes(released)) == {"name"}


def with_bits(samples: np.ndarray, **told) -> Dataset:
    source = source_of(file="MR_small.dcm", **told)
    source.PixelData = samples.astype("<u2").tobytes()
    return source


@pytest.mark.parametrize(
    ("bits", "sample", "hides"),
    [
        ((12, 11, 0), 0x1000, True), ((12, 11, 0), 0x8000, True), ((12, 11, 0), 0x0FFF, False), ((12, 11, 0), 0x0800, False),
        ((12, 11, 1), 0xF800, False), ((12, 11, 1), 0xF7FF, True), ((12, 11, 1), 0x7800, True), ((12, 11, 1), 0x0800, False),
        ((12, 15, 0), 0x0001, True), ((12, 15, 0), 0x0010, False), ((12, 11, 0), 0x2000, False), ((16, 15, 0), 0xFFFF, False),
    ],
)  # fmt: skip
def test_bits_that_are_no_part_of_the_image_are_told(told, bits, sample, hides):
    """PS3.5 8.1.1; a sign may be repeated, and the padding value (here 2000H) is a sample of its own."""
    samples = np.zeros(64 * 64, np.uint16)
    stored, high, signed = bits
    source = with_bits(samples, BitsStored=stored, HighBit=high, PixelRepresentation=signed)
    source.add_new(0x00280120, "US", 0x2000)
    released = pydicom.dcmread(io.BytesIO(cleaned(source)))
    samples[7] = sample
    for ds in (source, released):
        ds.PixelData = samples.astype("<u2").tobytes()
    assert told(source, as_bytes(released)) == ({"hidden bits"} if hides else set())
    assert told(source, as_bytes(released), RESEARCH.options - {"clean_pixel_data"}) == set()


def jpeg_instance(frame: bytes) -> Dataset:
    ds = copy.deepcopy(SOURCE)
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation, ds.file_meta.TransferSyntaxUID = 7, 0, JPEGBaseline8Bit
    del ds.PixelPaddingValue
    ds.PixelData = encapsulate([frame])
    ds["PixelData"].VR, ds["PixelData"].is_undefined_length = "OB", True
    return ds


def test_long_comments_of_compressed_frames_are_searched_to_their_end(told):
    out = io.BytesIO()
    Image.frombytes("L", (128, 128), NOISE[: 128 * 128]).save(out, "JPEG")
    frame = out.getvalue()
    comment = b"\xff\xfe" + struct.pack(">H", 9013) + b"." * 9000 + b"Quackenbush"
    source = jpeg_instance(frame[:2] + comment + frame[2:])
    released = pydicom.dcmread(io.BytesIO(cleaned(source)))
    assert told(source, as_bytes(released)) == set()
    released.PixelData = source.PixelData
    assert told(source, as_bytes(released)) == {"name"}


@pytest.mark.parametrize(("allocated", "samples"), [(8, 25), (16, 25), (32, 25)])
@pytest.mark.parametrize("place", [0, 12, 24])
def test_unused_bits_are_looked_at_to_the_last_sample(allocated, samples, place):
    width = allocated // 8
    told = {0x00280100: allocated, 0x00280101: allocated - 1, 0x00280102: allocated - 2, 0x00280103: 0}
    header = [Seen((tag,), "US", struct.pack("<H", value)) for tag, value in told.items()]
    pixels = bytearray(samples * width)
    assert hidden_bits([*header, Seen((0x7FE00010,), "OW", bytes(pixels))]) == []
    pixels[place * width + width - 1] = 0x80
    for behind in (b"", b"\0"):
        found = hidden_bits([*header, Seen((0x7FE00010,), "OW", bytes(pixels) + behind)])
        assert [hit.kind for hit in found] == ["hidden bits"]


@pytest.mark.parametrize(
    ("stored", "high", "samples", "hides"),
    [
        (1, 0, b"\0\1", False), (1, 0, b"\0\3", True), (1, 7, b"\0\x80", False), (1, 7, b"\0\1", True),
        (7, None, b"\0\x40", False), (7, None, b"\0\x80", True),
        (8, 7, b"\xff\1", False), (0, 7, b"\xff\1", False), (7, 8, b"\xff\1", False), (7, 5, b"\xff\1", False),
    ],
)  # fmt: skip
def test_bits_are_unused_as_the_header_says_where_it_makes_sense(stored, high, samples, hides):
    """PS3.5 8.1.1: Bits Stored and High Bit lie inside Bits Allocated."""
    told = {0x00280100: 8, 0x00280101: stored, 0x00280102: high, 0x00280103: 0}
    header = [
        Seen((tag,), "US", struct.pack("<H", value)) for tag, value in told.items() if value is not None
    ]
    assert bool(hidden_bits([*header, Seen((0x7FE00010,), "OB", samples)])) is hides
