"""The reader: where each element lies, in every encoding, and by which code what it does not understand is refused."""

import io
import random
import struct
import zlib

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from deid.engine import RefusedError
from deid.engine.reading.elements import DataSet
from deid.engine.reading.encoding import ALL_VRS, EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, encoding_of
from deid.engine.reading.files import MOST_RATIO, READ_WHOLE, SMALL_INFLATED, load, read_data_set
from deid.engine.reading.parser import DEEPEST, Parser
from deid.engine.writing.meta import file_meta
from tests.deid.conftest import wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")
LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
IMPLICIT, EXPLICIT, BIG, DEFLATED = (
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99",
)  # fmt: skip
CT = "1.2.840.10008.5.1.4.1.1.2"
ITEM, ITEM_END, SEQUENCE_END, UNDEFINED = (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD), 0xFFFFFFFF


def written(syntax: str, *, undefined: bool = False) -> tuple[Dataset, bytes]:
    """Return a data set with a sequence in a sequence, and its file as pydicom writes it."""
    inner, item, ds = Dataset(), Dataset(), Dataset()
    inner.CodeMeaning, item.ConceptNameCodeSequence, item.TextValue = (
        "Chest",
        Sequence([inner, Dataset()]),
        "words",
    )
    ds.SOPClassUID, ds.SOPInstanceUID, ds.PatientName, ds.Rows = CT, "1.2.3.4", "Doe^J", 259
    ds.ContentSequence, ds.RequestAttributesSequence = Sequence([item, Dataset()]), Sequence([])
    ds.add_new(0x00420011, "OB", b"1234")
    for held in (ds, item):
        for element in held:
            if element.VR == "SQ":
                element.is_undefined_length = undefined
                for one in element.value:
                    one.is_undefined_length_sequence_item = undefined
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    return ds, out.getvalue()


def flat(ds: Dataset, path=()):
    for element in ds:
        here = (*path, int(element.tag))
        yield here, element.VR
        for item in element.value if element.VR == "SQ" else ():
            yield from flat(item, here)


def read(elements, path=()):
    for element in elements:
        here = (*path, element.tag)
        yield here, element
        for item in element.items or ():
            yield from read(item, here)


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG, DEFLATED])
@pytest.mark.parametrize("undefined", [False, True])
def test_elements_lie_where_pydicom_wrote_them(syntax, undefined):
    """PS3.5 7.1 and 7.5: heads, values, items of defined and of undefined length."""
    ds, content = written(syntax, undefined=undefined)
    data = read_data_set(io.BytesIO(content))
    found = list(read(data.elements))
    assert [(path, element.vr) for path, element in found] == list(flat(ds))
    assert data.transfer_syntax == syntax and data.meta[0x00020010].rstrip(b"\0").decode() == syntax
    assert data.meta_length == int.from_bytes(content[140:144], "little")
    order = ">" if syntax == BIG else "<"
    for path, element in found:
        assert element.undefined is (undefined and element.vr == "SQ")
        assert (element.items is not None) is (element.vr == "SQ")
        plain = element.items is None and (syntax == IMPLICIT or element.vr not in LONG)
        assert element.head == (element.start - 8 if plain else -1)
        group, number = struct.unpack_from(order + "HH", data.buffer, element.start - (8 if plain else 12)) \
            if plain or syntax != IMPLICIT else (path[-1] >> 16, path[-1] & 0xFFFF)  # fmt: skip
        assert group << 16 | number == path[-1]
    values = {path: data.buffer[e.start : e.start + e.length] for path, e in found}
    assert values[(0x00280010,)] == struct.pack(order + "H", 259) and values[(0x00420011,)] == b"1234"
    assert values[(0x0040A730, 0x0040A160)] == b"words "
    assert values[(0x0040A730, 0x0040A043, 0x00080104)] == b"Chest "


def test_pixels_in_fragments_end_behind_their_delimiter():
    data = read_data_set(io.BytesIO(wheel_file("MR_small_RLE.dcm")))
    (pixels,) = [element for element in data.elements if element.tag == 0x7FE00010]
    assert pixels.undefined and pixels.items is None and pixels.head == -1
    raw = data.buffer[pixels.start : pixels.start + pixels.length]
    assert raw[:4] == b"\xfe\xff\0\xe0" and raw[-8:] == b"\xfe\xff\xdd\xe0" + bytes(4)


def explicit(tag: tuple[int, int], vr: str, value: bytes, length: int | None = None) -> bytes:
    length = len(value) if length is None else length
    if vr in LONG:
        return struct.pack("<HH2sHL", *tag, vr.encode(), 0, length) + value
    return struct.pack("<HH2sH", *tag, vr.encode(), length) + value


def plain(tag: tuple[int, int], value: bytes = b"", length: int | None = None) -> bytes:
    """Return an item, a delimiter, or an element in Implicit VR Little Endian."""
    return struct.pack("<HHL", *tag, len(value) if length is None else length) + value


NAME = explicit((0x0010, 0x0010), "PN", b"Doe ")
SQ, PIXELS = (0x0040, 0xA730), (0x7FE0, 0x0010)
OPEN_ITEM = plain(ITEM, length=UNDEFINED)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (NAME, None), (b"", None), (NAME + b"\0", "left_over_bytes"), (NAME + bytes(7), "left_over_bytes"),
        (NAME[:-1], "truncated"),
        (NAME[:9], "truncated"), (explicit((8, 8), "OB", b"12")[:11], "truncated"),
        (explicit((8, 8), "OB", b"12")[:13], "truncated"),
        (explicit((8, 8), "XX", b"12"), "bad_vr"), (plain(ITEM_END), "stray_delimiter"), (plain(ITEM), "stray_delimiter"),
        (plain(SEQUENCE_END), "stray_delimiter"), (explicit((8, 8), "OB", b"", UNDEFINED), "bad_length"),
        (explicit((8, 8), "UT", b"", UNDEFINED), "bad_length"), (explicit(SQ, "SQ", plain(ITEM, NAME)), None),
        (explicit(SQ, "SQ", plain(ITEM, NAME) + b"\0"), "left_over_bytes"),
        (explicit(SQ, "SQ", plain(ITEM, NAME) + bytes(8)), "bad_item"),
        (explicit(SQ, "SQ", plain(ITEM, NAME, len(NAME) + 1)), "truncated"),
        (explicit(SQ, "SQ", plain(SEQUENCE_END)), "bad_item"),
        (explicit(SQ, "SQ", plain(ITEM, NAME) + plain(SEQUENCE_END), UNDEFINED), None),
        (explicit(SQ, "SQ", plain(ITEM, NAME), UNDEFINED), "truncated"), (explicit(SQ, "SQ", b"", UNDEFINED), "truncated"),
        (explicit(SQ, "SQ", OPEN_ITEM + NAME + plain(ITEM_END) + plain(SEQUENCE_END), UNDEFINED), None),
        (explicit(SQ, "SQ", OPEN_ITEM + NAME + plain(SEQUENCE_END), UNDEFINED), "stray_delimiter"),
        (explicit(SQ, "SQ", OPEN_ITEM + NAME, UNDEFINED), "truncated"),
        (explicit(SQ, "SQ", OPEN_ITEM + NAME + plain(ITEM_END)), None),
        (explicit(PIXELS, "OB", plain(ITEM, b"ab") + plain(SEQUENCE_END), UNDEFINED), None),
        (explicit(PIXELS, "OB", plain(SEQUENCE_END), UNDEFINED), None),
        (explicit(PIXELS, "OB", plain(ITEM, b"ab"), UNDEFINED), "truncated"),
        (explicit(PIXELS, "OB", plain(ITEM, b"ab", 3), UNDEFINED), "bad_fragments"),
        (explicit(PIXELS, "OB", NAME, UNDEFINED), "bad_fragments"),
        (explicit(PIXELS, "OB", b"", UNDEFINED), "truncated"),
        (explicit((0x0041, 0x1001), "UN", plain(ITEM, plain((8, 8), b"AB")) + plain(SEQUENCE_END), UNDEFINED), None),
        (explicit((0x0041, 0x1001), "UN", plain(ITEM, NAME) + plain(SEQUENCE_END), UNDEFINED), "truncated"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused_by_its_code(body, code):
    parser = Parser(body, EXPLICIT_LE)
    if code is None:
        elements, end = parser.data_set(0, len(body))
        assert end == len(body) and len(elements) == (1 if body else 0)
        return
    with pytest.raises((RefusedError, struct.error)) as refusal:
        parser.data_set(0, len(body))
    assert getattr(refusal.value, "code", "truncated") == code


@pytest.mark.parametrize("depth", [DEEPEST, DEEPEST + 1])
@pytest.mark.parametrize("undefined", [False, True])
def test_sequences_are_read_sixty_four_deep_and_no_deeper(depth, undefined):
    body = b""
    for _ in range(depth):
        content = OPEN_ITEM + body + plain(ITEM_END) if undefined else plain(ITEM, body)
        body = (
            explicit(SQ, "SQ", content + plain(SEQUENCE_END), UNDEFINED)
            if undefined
            else explicit(SQ, "SQ", content)
        )
    if depth == DEEPEST == 64:
        assert len(Parser(body, EXPLICIT_LE).data_set(0, len(body))[0]) == 1
        return
    with pytest.raises(RefusedError) as refusal:
        Parser(body, EXPLICIT_LE).data_set(0, len(body))
    assert refusal.value.code == "too_deep"


@pytest.mark.parametrize(("depth", "code"), [(DEEPEST, ""), (DEEPEST + 1, "too_deep")])
def test_sequences_inside_one_that_came_as_unknown_are_read_as_deep(depth, code):
    """PS3.5 6.2.2: the content of a sequence of unknown VR is in Implicit VR Little Endian."""
    inside = b""
    for _ in range(depth - 1):
        inside = plain(SQ, plain(ITEM, inside))
    body = explicit(SQ, "UN", plain(ITEM, inside) + plain(SEQUENCE_END), UNDEFINED)
    if not code:
        assert Parser(body, EXPLICIT_LE).data_set(0, len(body))[0][0].items is not None
        return
    with pytest.raises(RefusedError) as refusal:
        Parser(body, EXPLICIT_LE).data_set(0, len(body))
    assert refusal.value.code == code


def test_the_vrs_and_encodings_are_those_of_the_standard():
    """PS3.5 6.2, A.1 to A.5."""
    assert len(ALL_VRS) == 34 and LONG < ALL_VRS
    assert [encoding_of(syntax) for syntax in (IMPLICIT, EXPLICIT, BIG, DEFLATED, "1.2.840.10008.1.2.4.50")] == [
        IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, EXPLICIT_LE, EXPLICIT_LE,
    ]  # fmt: skip
    assert [one.byte_order for one in (IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE)] == ["<", "<", ">"]
    for vr in ALL_VRS - {"SQ"}:
        body = explicit((0x0009, 0x1001), vr, bytes(8))
        (element,), _ = Parser(body, EXPLICIT_LE).data_set(0, len(body))
        assert (element.vr, element.length, element.head) == (vr, 8, -1 if vr in LONG else 0)


def file_of(body: bytes, syntax: str = EXPLICIT) -> bytes:
    return file_meta(CT, "1.2.3", syntax) + body


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_dicom"), (b"PK\3\4" + bytes(200), "archive"), (b"MSH|^~", "message"), (b"NRRD0004", "other_volume"),
        (bytes(128) + b"DICX" + bytes(99), "not_dicom"),
        (bytes(128) + b"DICM", "no_transfer_syntax"),
        (file_of(NAME).replace(EXPLICIT.encode(), bytes(19)), "no_transfer_syntax"),
        (file_of(NAME, "1.2.840.10008.1.2.4.50"), None), (file_of(NAME, "1.2.840.10008.1.2.4.201"), None),
        (file_of(NAME, "1.2.840.10008.1.2.1.98.1.2"), None), (file_of(NAME, "1.2.840.10008.1.20"), "unknown_syntax"),
        (file_of(NAME, "1.2.840.113619.5.2"), "unknown_syntax"), (file_of(NAME, "1.2.840.10008.1.2.4000"), "unknown_syntax"),
        (file_of(NAME[:9]), "truncated"),
        (file_of(NAME).replace(CT.encode(), b"1.2.840.10008.1.3.10".ljust(25, b"\0")), "dicomdir"),
        (file_of(b"", DEFLATED), "truncated"), (file_of(b"\xff" * 30, DEFLATED), "bad_deflate"),
        (file_of(zlib.compress(NAME * 9, wbits=-15)[:-3], DEFLATED), "truncated"),
        (file_of(zlib.compress(NAME, wbits=-15), DEFLATED), None),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_a_file_is_read_or_refused_by_its_code(content, code):
    if code is None:
        assert [element.tag for element in read_data_set(io.BytesIO(content)).elements] == [0x00100010]
        return
    with pytest.raises(RefusedError) as refusal:
        read_data_set(io.BytesIO(content))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"), (b"x", "DICM mark"), (b"PK\3\4", "archive"), (b"\x1f\x8b", "archive"), (b"7z\xbc\xaf\x27\x1c", "archive"),
        (b"Rar!\x1a\x07", "archive"), (b"BZh", "archive"), (b"\xfd7zXZ\0", "archive"), (bytes(257) + b"ustar", "archive"),
        (bytes(0x8001) + b"CD001", "archive"), (bytes(256) + b"ustar", "DICM mark"), (b"xPK\3\4", "DICM mark"),
        (b"NRRD0004\n", "NRRD"), (b"ObjectType = Image\n", "MetaImage"), 
        (b"\x93NUMPY\1\0", "NumPy"), (b"MATLAB 5.0 MAT-file", "MATLAB"), (b"MSH|^~\\&|", "HL7"), (b"xNRRD", "DICM mark"),
        (b"PK\3\4" + bytes(26) + b"[Content_Types].xml", "office"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
        (b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text", "office"),
        (b"$FL2@(#) SPSS DATA FILE", "SPSS"), (b"$FL3@(#)", "SPSS"), (b"<stata_dta><header>", "Stata"), (b"GIF89a", "PNG"),
        (bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf", "SAS"), (b"RIFF\0\0\0\0WEBPVP8 ", "PNG"), (b"0       x", "EDF"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_the_owner_is_told_what_a_stranger_is(content, told):
    with pytest.raises(RefusedError) as refusal:
        read_data_set(io.BytesIO(content))
    words = ("empty", "archive", "DICM mark", "NRRD", "MetaImage", "NumPy", "MATLAB", "HL7")
    words += ("office", "SPSS", "Stata", "a table of SAS", "PNG", "EDF")
    told = "a table of SAS" if told == "SAS" else told
    assert [word for word in words if word in refusal.value.reason] == [told]


class Pipe(io.RawIOBase):
    """A stream with no file behind it that gives at most 70 kB at once."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        return self._content.readinto(memoryview(buffer)[:70_000])


@pytest.mark.parametrize("size", [0, 9, READ_WHOLE - 1, READ_WHOLE, READ_WHOLE + 1, READ_WHOLE + (3 << 20)])
@pytest.mark.parametrize("way", ["file", "buffered pipe", "pipe", "bytes"])
def test_a_source_is_read_whole_whatever_it_is(tmp_path, size, way):
    content = bytes(range(251)) * (size // 251 + 1)
    content = content[:size]
    (tmp_path / "x").write_bytes(content)
    with (tmp_path / "x").open("rb") as file:
        file.read(5)
        pipe = Pipe(content)
        source = {
            "file": file,
            "buffered pipe": io.BufferedReader(pipe),
            "pipe": pipe,
            "bytes": io.BytesIO(content),
        }[way]
        assert load(source)[:] == content


@pytest.mark.parametrize(
    ("noise", "zeros", "code"),
    [(0, 1 << 24, None), (0, 1 << 25, "deflate_bomb"), (100_000, 30_000_000, None), (100_000, 40_000_000, "deflate_bomb")],
)  # fmt: skip
def test_a_data_set_unpacks_to_sixteen_million_bytes_or_to_250_times_its_size(noise, zeros, code):
    body = explicit((0x7FE0, 0x0010), "OW", random.Random(1).randbytes(noise) + bytes(zeros - 12))
    content = file_of(zlib.compress(body, wbits=-15), DEFLATED)
    assert (zeros <= SMALL_INFLATED or len(body) <= MOST_RATIO * (len(content) - 300)) is (code is None)
    if code is None:
        assert [element.length for element in read_data_set(content).elements] == [len(body) - 12]
        return
    with pytest.raises(RefusedError) as refusal:
        read_data_set(content)
    assert refusal.value.code == code


@pytest.mark.parametrize(("signed", "vr"), [(0, "US"), (1, "SS")])
@pytest.mark.parametrize("nested", [False, True])
def test_values_that_follow_the_sign_of_pixels_do_so_where_a_vr_must_be_written(signed, vr, nested):
    """PS3.5 A.1: US or SS by Pixel Representation; compressed pixels in an implicit data set are written explicitly."""
    padding = plain((0x0028, 0x0120), b"\xf0\xff")
    sequence = plain((0x0040, 0xA730), plain(ITEM, padding))
    body = plain((0x0028, 0x0010), b"\1\0") + plain((0x0028, 0x0103), bytes((signed, 0)))
    body += (b"" if nested else padding) + (sequence if nested else b"")
    data = read_data_set(file_of(body, "1.2.840.10008.1.2.4.50"))
    assert isinstance(data, DataSet) and data.transfer_syntax == "1.2.840.10008.1.2.4.50"
    found = [element for _path, element in read(data.elements)]
    assert {element.head for element in found} == {-1}
    assert [element.vr for element in found if element.tag == 0x00280120] == [vr]
    assert [element.vr for element in found if element.tag in (0x00280010, 0x00280103)] == ["US", "US"]


@pytest.mark.parametrize(
    ("label", "body", "becomes"),
    [
        (EXPLICIT, plain((0x0010, 0x0010), b"Doe "), IMPLICIT), (IMPLICIT, NAME, EXPLICIT),
        (BIG, plain((0x0010, 0x0010), b"Doe "), None),
        (BIG, NAME, None), (EXPLICIT, plain((0x0010, 0x0010), b"Doe ")[:-1], None), (IMPLICIT, NAME[:-1], None),
        (DEFLATED, zlib.compress(plain((0x0010, 0x0010), b"Doe "), wbits=-15), DEFLATED),
    ],
)  # fmt: skip
def test_a_data_set_is_what_it_is_and_not_what_it_says(label, body, becomes):
    if becomes is None:
        with pytest.raises(RefusedError):
            read_data_set(file_of(body, label))
        return
    data = read_data_set(file_of(body, label))
    assert (data.transfer_syntax, [element.tag for element in data.elements]) == (becomes, [0x00100010])


def test_the_fast_reader_and_pydicom_agree_on_the_files_of_the_wheel():
    for name in (
        "CT_small.dcm",
        "MR_small_bigendian.dcm",
        "rtplan.dcm",
        "nested_priv_SQ.dcm",
        "UN_sequence.dcm",
    ):
        ds = pydicom.dcmread(io.BytesIO(wheel_file(name)))
        data = read_data_set(io.BytesIO(wheel_file(name)))
        assert [element.tag for element in data.elements] == [int(tag) for tag in sorted(ds.keys())]
