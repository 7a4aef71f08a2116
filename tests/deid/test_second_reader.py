"""The parts of the second reader one by one: what it walks, searches for, unpacks and holds against the source."""

import base64
import gzip
import hashlib
import io
import struct
import zipfile
import zlib
from datetime import date

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from deid.engine import Mask, UnreadableError
from deid.engine.verification.characters import decoded, texts_of
from deid.engine.verification.duties import check_duties
from deid.engine.verification.haystacks import compile_needles
from deid.engine.verification.needles import Needle, identifying_values, needles_of_values
from deid.engine.verification.others import verify_other
from deid.engine.verification.pixels import compare_pixels
from deid.engine.verification.search import Hit, search_bytes, search_elements
from deid.engine.verification.spellings import encodings, hidden_forms
from deid.engine.verification.unpacking import unpacked
from deid.engine.verification.voxels import name_of, stored_as_planned
from deid.engine.verification.walker import Seen, Walker
from tests.deid.conftest import as_bytes, wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")
SYNTAXES = {
    "1.2.840.10008.1.2": (True, True), "1.2.840.10008.1.2.1": (False, True), "1.2.840.10008.1.2.2": (False, False),
    "1.2.840.10008.1.2.1.99": (False, True),
}  # fmt: skip
NAME = needles_of_values(["Quackenbush^Xiomara"])


def data_set(*, undefined: bool) -> Dataset:
    """Return a data set with values of many kinds, sequences in sequences and an empty one."""
    inner, item, ds = Dataset(), Dataset(), Dataset()
    inner.CodeValue, inner.CodeMeaning = "1", "Chest"
    item.ConceptNameCodeSequence, item.TextValue = Sequence([inner, inner]), "free words"
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4"
    ds.PatientName, ds.Rows, ds.PixelSpacing, ds.LossyImageCompression = "Doe^J", 259, [0.5, 0.25], "00"
    ds.ContentSequence, ds.RequestAttributesSequence = Sequence([item, Dataset()]), Sequence([])
    ds.add_new(0x00189073, "FD", 1.5)
    ds.PixelData = bytes(range(100))
    ds["PixelData"].VR = "OB"
    for held in (ds, item):
        for element in held:
            if element.VR == "SQ":
                element.is_undefined_length = undefined
                for one in element.value:
                    one.is_undefined_length_sequence_item = undefined
    return ds


def written(ds: Dataset, syntax: str) -> bytes:
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID, ds.file_meta.MediaStorageSOPClassUID = syntax, ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    return out.getvalue()


def flat(ds: Dataset, path=()):
    """Yield the path and VR of every element as pydicom has them; a VR that the dictionary leaves open is its first."""
    for element in ds:
        here = (*path, int(element.tag))
        yield here, "OB" if element.tag == 0x7FE00010 else element.VR
        for item in element.value if element.VR == "SQ" else ():
            yield from flat(item, here)


@pytest.mark.parametrize("syntax", list(SYNTAXES))
@pytest.mark.parametrize("undefined", [False, True])
def test_every_element_is_seen_in_its_order_at_its_depth_in_every_encoding(syntax, undefined):
    """PS3.5 7.5: sequences and items of defined and of undefined length; A.1, A.2, A.3, A.5."""
    content = written(data_set(undefined=undefined), syntax)
    walker = Walker(content)
    seen = [one for one in walker.elements() if one.tag >> 16 != 2]
    assert walker.syntax == syntax
    assert [(one.path, one.vr) for one in seen] == list(flat(data_set(undefined=undefined)))
    by_path = {one.path: one.value for one in seen}
    order = "<" if SYNTAXES[syntax][1] else ">"
    assert by_path[(0x00280010,)] == struct.pack(order + "H", 259)
    assert by_path[(0x00189073,)] == struct.pack(order + "d", 1.5)
    assert by_path[(0x0040A730, 0x0040A160)] == b"free words"
    assert by_path[(0x0040A730, 0x0040A043, 0x00080104)] == b"Chest "
    assert by_path[(0x7FE00010,)] == bytes(range(100)) and by_path[(0x0040A730,)] == b""


def test_fragments_are_seen_with_their_closing_delimiter():
    content = wheel_file("MR_small_RLE.dcm")
    pixels = [one for one in Walker(content).elements() if one.tag == 0x7FE00010]
    assert len(pixels) == 1 and pixels[0].value[:4] == b"\xfe\xff\0\xe0"
    assert pixels[0].value[-8:] == b"\xfe\xff\xdd\xe0" + bytes(4)
    with pytest.raises(UnreadableError):
        list(Walker(content[: content.rindex(b"\xfe\xff\xdd\xe0")]).elements())


@pytest.mark.parametrize("said", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"])
@pytest.mark.parametrize("true", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"])
def test_a_file_that_says_another_encoding_than_it_has_is_walked_by_what_stands_there(said, true):
    body, meta = written(data_set(undefined=False), true), written(data_set(undefined=False), said)
    ends = [144 + int.from_bytes(one[140:144], "little") for one in (body, meta)]
    seen = [one for one in Walker(meta[: ends[1]] + body[ends[0] :]).elements() if one.tag >> 16 != 2]
    assert [(one.path, one.vr) for one in seen] == list(flat(data_set(undefined=False)))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
def test_a_file_that_ends_anywhere_is_walked_to_its_end_or_refused(syntax):
    content = written(data_set(undefined=False), syntax)
    whole = [one.path for one in Walker(content).elements()]
    ends = 0
    for end in range(133, len(content)):
        try:
            seen = [one.path for one in Walker(content[:end]).elements()]
        except UnreadableError:
            continue
        ends += 1
        assert seen == whole[: len(seen)] != whole
    assert 4 < ends < len(whole) + 20


def test_what_is_no_dicom_or_nested_without_end_is_refused():
    with pytest.raises(UnreadableError):
        Walker(bytes(128) + b"DICX")
    content = written(data_set(undefined=False), "1.2.840.10008.1.2.1")
    nested = b""
    for depth in range(80):
        body = struct.pack("<HHL", 0xFFFE, 0xE000, len(nested)) + nested
        nested = struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, len(body)) + body
        if depth == 60:
            assert len(list(Walker(content[:132] + nested).elements())) == 61
    with pytest.raises(UnreadableError):
        list(Walker(content[:132] + nested).elements())


def needles_of(path, keyword, value, options=frozenset()):
    """Return the needles that one attribute of a file gives."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    setattr(ds, keyword, value)
    path.write_bytes(as_bytes(ds))
    place = f"({ds[keyword].tag >> 16:04X},{ds[keyword].tag & 0xFFFF:04X})"
    return [needle for needle in identifying_values(path, frozenset(options)) if needle.place == place]


@pytest.mark.parametrize(
    ("keyword", "value", "kind"),
    [
        ("PatientName", "Quackenbush^Xiomara", "name"), ("OperatorsName", "Quackenbush^X", "name"),
        ("PatientID", "PT77", "identifier"), ("AccessionNumber", "A123", "identifier"), ("StudyID", "S123", "identifier"),
        ("OtherPatientIDs", "PT78", "identifier"), ("PatientAddress", "Elm Street 12", "place"),
        ("InstitutionName", "Larkspur Valley", "place"), ("InstitutionAddress", "Larkspur 7", "place"),
        ("StationName", "SCANNER77", "device"), ("DeviceSerialNumber", "88123", "device"), ("PlateID", "PL77", "device"),
        ("RetrieveAETitle", "PACS77", "identifier"), ("ScheduledStationAETitle", "SCAN77", "identifier"),
        ("StudyDate", "20190302", "date"), ("AcquisitionDateTime", "20190302101112", "date"),
        ("StudyInstanceUID", "1.2.826.0.1.99.1", "uid"), ("MilitaryRank", "Corporal", None),
        ("ImageComments", "anything at all", None), ("BodyPartExamined", "HEADX", None), ("StudyDate", "19000101", None),
        ("PatientID", "PT7", None), ("PatientID", "head", None), ("PatientName", "CT^Head", None),
        ("StudyInstanceUID", "1.2.3", None), ("StudyInstanceUID", "1.2.840.10008.1.1", None), ("StudyDate", "20191302", None),
    ],
)  # fmt: skip
def test_what_identifies_is_searched_for_by_its_kind(tmp_path, keyword, value, kind):
    found = needles_of(tmp_path / "x", keyword, value)
    if keyword == "MilitaryRank":  # an identifier of its own, where it is no everyday word
        assert {needle.kind for needle in found} <= {"identifier"}
    else:
        assert [needle.kind for needle in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("option", "keyword", "value"),
    [
        ("retain_full_dates", "StudyDate", "20190302"), ("retain_uids", "StudyInstanceUID", "1.2.826.0.1.99.1"),
        ("retain_device_identity", "StationName", "SCANNER77"),
        ("retain_institution_identity", "InstitutionName", "Larkspur Valley"),
    ],
)  # fmt: skip
def test_what_a_profile_retains_is_not_searched_for(tmp_path, option, keyword, value):
    assert needles_of(tmp_path / "x", keyword, value) and not needles_of(
        tmp_path / "x", keyword, value, {option}
    )
    assert needles_of(tmp_path / "x", keyword, value, {"clean_descriptors"})
    assert needles_of(tmp_path / "x", "PatientAddress", "Elm Street 12", {option})


def test_a_value_is_searched_for_without_its_padding_and_with_all_its_letters(tmp_path):
    (needle,) = needles_of(tmp_path / "x", "PatientID", "xPT12x")
    assert (needle.words, needle.raw) == (("xPT12x",), b"xPT12x")


def test_values_longer_than_any_name_are_not_searched_for(tmp_path):
    assert needles_of(tmp_path / "x", "PatientID", "P" + "1" * 4095)
    assert not needles_of(tmp_path / "x", "PatientID", "P" + "1" * 4096)


@pytest.mark.parametrize(
    ("name", "words", "whole"),
    [
        ("Quackenbush^Xiomara", {"Quackenbush", "Xiomara"},
         {"QuackenbushXiomara", "XiomaraQuackenbush", "Quackenbush Xiomara", "Quackenbush, Xiomara"}),
        ("Wu^Li", set(), {"Wu, Li"}),
        ("Ng^Abe", {"Abe"}, {"Ng Abe", "Ng, Abe"}),
        ("Li", set(), set()),
        ("Quackenbush", {"Quackenbush"}, set()),
        ("Stone Head^Xiomara", {"Xiomara"}, {"StoneHead", "HeadStone", "Stone Head", "Stone, Head"}),
        ("Quackenbush^123", {"Quackenbush"}, {"Quackenbush123", "123Quackenbush", "Quackenbush 123", "Quackenbush, 123"}),
    ],
)  # fmt: skip
def test_a_name_is_searched_for_in_its_parts_and_as_a_whole(name, words, whole):
    """Parts of three letters on that are no everyday word; a whole name of six characters on."""
    found = needles_of_values([name if "^" in name else name + "="])
    got_words = {word for needle in found for word in needle.words}
    assert got_words - {"Stone", "Head"} == words
    assert {text for needle in found for text in needle.whole} == whole


@pytest.mark.parametrize("day", [date(2019, 3, 2), date(1961, 12, 31), date(2000, 5, 10)])
def test_a_date_is_searched_for_as_people_write_it(day):
    (needle,) = needles_of_values([f"{day:%Y%m%d}"])
    orders = [("%Y", "%m", "%d"), ("%d", "%m", "%Y"), ("%m", "%d", "%Y")]
    numeric = ["%Y%m%d", *(mark.join(order) for mark in "-/." for order in orders)]
    spoken = ("%d-%b-%Y", "%b %d %Y")
    written = {f"{day:{form}}" for form in (*numeric, *spoken)}
    written |= {f"{day.day} {day:%b %Y}", f"{day:%b} {day.day}, {day.year}"}
    assert (needle.kind, set(needle.words)) == ("date", written)


def test_values_of_other_files_are_sorted_by_what_they_look_like():
    kinds = [
        needle.kind
        for needle in needles_of_values(["A^Quackenbush", "20190302", "18990302", "PT123", "21000101"])
    ]
    assert kinds == ["name", "date", "identifier", "identifier", "identifier"]


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=6, max_size=12),
    st.binary(max_size=7),
    st.binary(max_size=7),
)
def test_a_text_is_found_packed_in_base64_wherever_it_begins(text, before, after):
    """RFC 4648 4: three bytes are four characters, so there are three alignments; the ends depend on what is around."""
    packed = base64.b64encode(before + text.encode() + after).lower()
    assert any(form in packed for form in hidden_forms(text))


@given(st.text("abcdefghäöüßéPQRST ", min_size=6, max_size=12))
def test_a_text_is_found_in_utf_16_in_either_order(text):
    for codec in ("utf-16-le", "utf-16-be"):
        for cased in (text, text.upper(), text.lower()):
            if not text.isascii() or cased == text:
                assert cased.encode(codec).lower() in hidden_forms(text)


def test_short_texts_are_not_searched_for_packed():
    assert hidden_forms("abcde") == frozenset() and len(hidden_forms("abcdef")) >= 5
    assert all(len(form) >= 6 for form in hidden_forms("abcdef"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Müller", ["müller", "MÜLLER", "mu\u0308ller", "muller", "mueller"]), ("Mueller", ["müller", "MUELLER"]),
        ("Søren", ["soeren", "søren"]), ("Weiß", ["weiss", "WEISS", "weiß"]),
        ("Ångström", ["aangstroem", "angstrom", "Ångström"]),
        ("Jörgé", ["joergé", "jorge"]), ("Grass", ["graß"]), ("a b", ["a b"]), ('say "hi"', ['say \\"hi\\"', "say %22hi%22"]),
    ],
)  # fmt: skip
def test_a_name_is_searched_for_in_its_spellings(text, written):
    forms = encodings(text)
    assert all(one.encode().lower() in forms for one in written)


@pytest.mark.parametrize(
    ("value", "words", "found"),
    [
        (b"of Quackenbush.", True, {"name"}), (b"Quackenbushes", True, set()), (b"xQuackenbush", True, set()),
        (b"1Quackenbush", True, set()), (b"Quackenbush", True, {"name"}), (b"Quackenbushes", False, {"name"}),
        (b"XiomaraQuackenbushes", True, {"name"}), (b"QUACKENBUSH", False, {"name"}), (b"PT12", True, {"identifier"}),
        (b"PT12", False, set()), (b"PT12x", True, set()), (b"", True, set()),
        (b"PT12 Quackenbush", True, {"identifier", "name"}),
    ],
)  # fmt: skip
def test_whole_words_are_found_in_text_and_long_ones_anywhere(value, words, found):
    haystack = compile_needles(needles_of_values(["Quackenbush^Xiomara", "PT12"]))
    assert haystack.kinds_in(value, words=words) == found
    assert compile_needles([]).kinds_in(value, words=words) == set()


def fragment(content: bytes) -> bytes:
    return b"\xfe\xff\0\xe0" + struct.pack("<L", len(content)) + content


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (fragment(b"") + fragment(bytes(9) + b"Quackenbush" + bytes(9000)), True),
        (fragment(b"") + fragment(bytes(4096 - 11) + b"Quackenbush" + bytes(9000)), True),
        (fragment(b"") + fragment(bytes(4096 - 10) + b"Quackenbush" + bytes(9000)), False),
        (fragment(b"") + fragment(bytes(9000) + b"Quackenbush" + bytes(1024 - 11)), True),
        (fragment(b"") + fragment(bytes(9000) + b"Quackenbush" + bytes(1024 - 10)), False),
        (fragment(b"") + fragment(bytes(9000)) + fragment(b"Quackenbush"), True),
        (fragment(b"") + fragment(bytes(50)) + b"\xfe\xff\xdd\xe0\0\0\0\0" + b"Quackenbush", False),
        (fragment(b"Quacken") + fragment(b"bush"), False),
        (b"Quackenbush", False),
    ],
)
def test_words_are_found_where_they_stand_beside_an_image_in_fragments(value, found):
    seen = Seen((0x7FE00010,), "OB", value)
    assert search_elements([seen], compile_needles(NAME)) == ([Hit("(7FE0,0010)", "name")] if found else [])


@pytest.mark.parametrize(
    ("path", "vr", "value", "kinds"),
    [
        ((0x00204000,), "LT", b"seen Quackenbush", ["name"]), ((0x00204000,), "LT", b"nothing", []),
        ((0x0040A730, 0x0040A160), "UT", b"on 2019-03-02", ["date"]), ((0x00080020,), "DA", b"20190302", ["date"]),
        ((0x00080020,), "DA", b"20190401\\20190302 ", ["date"]), ((0x00080021,), "DA", b"20190302", []),
        ((0x00080020,), "DA", b"20190301", []), ((0x00181030,), "IS", b"20190302", []), ((0x00181030,), "DS", b"PT123 ", []),
        ((0x00181030,), "DS", b"PT123456", ["identifier"]), ((0x00181030,), "LO", b"PT123456", ["identifier"]),
        ((0x00120064, 0x00080104), "LO", b"Retain UIDs Option", []),
        ((0x00120064, 0x00080104), "LO", b"of Quackenbush", ["name"]),
        ((0x00080104,), "LO", b"Retain UIDs Option", ["name"]), ((0x00020013,), "SH", b"Quackenbush", []),
        ((0x00282000,), "OB", b"\1\2xQuackenbushx\3", ["name"]),
        ((0x00282000,), "OB", b"\1" + gzip.compress(b"of Quackenbush here"), ["name"]),
        ((0x00282000,), "UN", b"\1" + zlib.compress(b"of Quackenbush here"), ["name"]),
        ((0x00204000,), "LT", b"\1" + zlib.compress(b"of Quackenbush here"), []),
    ],
)  # fmt: skip
def test_each_value_is_searched_by_what_its_vr_can_hold(path, vr, value, kinds):
    day = Needle("date", "(0008,0020)", ("20190302", "2019-03-02"), (), b"20190302")
    needles = [*NAME, *needles_of_values(["Retain^Option", "PT123456", "PT123"]), day]
    hits = search_elements([Seen(path, vr, value)], compile_needles(needles))
    assert [hit.kind for hit in hits] == kinds
    assert all(hit.place == "/".join(f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in path) for hit in hits)


STATED = [
    Seen((0x00120062,), "CS", b"YES "), Seen((0x00120063,), "LO", b"x"), Seen((0x00120064,), "SQ", b""),
    Seen((0x00280303,), "CS", b"REMOVED"), Seen((0x00100020,), "LO", b"T-1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "hits"),
    [
        ([], []),
        ([Seen((0x50003000,), "OW", b"")], ["forbidden element"]), ([Seen((0x50FE3000,), "OW", b"")], ["forbidden element"]),
        ([Seen((0x60003000,), "OW", b"")], ["forbidden element"]), ([Seen((0x60FE0010,), "US", b"")], ["forbidden element"]),
        ([Seen((0x61000010,), "US", b"")], []), ([Seen((0x51000010,), "US", b"")], []), ([Seen((0x4FFE0010,), "US", b"")], []),
        ([Seen((0x0040A730, 0x60003000), "OW", b"")], ["forbidden element"]),
        ([Seen((0xFFFAFFFA,), "SQ", b"")], ["forbidden element"]), ([Seen((0xFFFCFFFC,), "OB", b"")], ["forbidden element"]),
        ([Seen((0x04000561,), "SQ", b"")], ["forbidden element"]), ([Seen((0x00880200,), "SQ", b"")], ["forbidden element"]),
        ([Seen((0x00020016,), "AE", b"")], ["file meta"]), ([Seen((0x00020013,), "SH", b"")], []),
        ([Seen((0x0020000D,), "UI", b"1.2.826.1")], ["foreign uid"]), ([Seen((0x0020000D,), "UI", b"2.25.1\0")], []),
        ([Seen((0x0020000D,), "UI", b"2.25.1\\1.2.826")], ["foreign uid"]), ([Seen((0x0020000D,), "UI", b"")], []),
        ([Seen((0x00080016,), "UI", b"1.2.840.10008.5.1.4.1.1.2\0")], []), ([Seen((0x0020000D,), "LO", b"1.2.826.1")], []),
        ([Seen((0x00190010,), "LO", b"SIEMENS MR HEADER "), Seen((0x0019100C,), "IS", b"1")], []),
        ([Seen((0x00190010,), "LO", b"siemens  mr header\0"), Seen((0x0019100C,), "IS", b"1")], []),
        ([Seen((0x00190011,), "LO", b"SIEMENS MR HEADER "), Seen((0x0019110C,), "IS", b"1")], []),
        ([Seen((0x00190011,), "LO", b"SIEMENS MR HEADER "), Seen((0x0019100C,), "IS", b"1")], ["private element"]),
        ([Seen((0x00190010,), "LO", b"SIEMENS MR HEADER "), Seen((0x001910FE,), "IS", b"1")], ["private element"]),
        ([Seen((0x00190010,), "LO", b"SIEMENS MR HEADER "), Seen((0x00211 << 12 | 0x00C,), "IS", b"1")], ["private element"]),
        ([Seen((0x00190010,), "LO", b"SIEMENS MR HEADER "), Seen((0x00400260, 0x0019100C), "IS", b"1")], ["private element"]),
        ([Seen((0x00190001,), "LO", b"1")], ["private element"]), ([Seen((0x001900FF,), "LO", b"1")], []),
    ],
)  # fmt: skip
def test_what_must_not_be_there_is_told(more, hits):
    """PS3.15 E.1.1 and E.3.10 (private elements by creator, whatever the block), PS3.10 7.1."""
    assert [hit.kind for hit in check_duties([*STATED, *more])] == hits
    kept = check_duties([*STATED, *more], retain_uids=True)
    assert [hit.kind for hit in kept] == [kind for kind in hits if kind != "foreign uid"]


@pytest.mark.parametrize("place", range(5))
def test_what_must_be_there_is_told_by_its_place(place):
    rest = [one for number, one in enumerate(STATED) if number != place]
    assert check_duties(rest) == [Hit(STATED[place].place, "missing statement")]
    nested = Seen((0x0040A730, *STATED[place].path), STATED[place].vr, STATED[place].value)
    assert [hit.kind for hit in check_duties([*rest, nested])] == ["missing statement"]
    said_no = [Seen((0x00120062,), "CS", b"NO"), *STATED[1:]]
    assert check_duties(said_no) == [Hit("(0012,0062)", "missing statement")]


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"xx" + gzip.compress(b"eight by") + b"yy", [b"eight by"]), (gzip.compress(b"seven b"), []),
        (b"xx" + zlib.compress(b"eight by", 1), [b"eight by"]), (b"xx" + zlib.compress(b"eight by", 9), [b"eight by"]),
        (b"xx" + zlib.compress(b"eight by" * 9), [b"eight by" * 9]), (b"\x78\x9cnothing packed", []),
        (b"xx" + zipped(("a.txt", b"one")), [b"a.txt", b"one"]), (b"PK\x03\x04 broken", []), (b"", []),
    ],
)  # fmt: skip
def test_what_lies_packed_comes_out(value, found):
    assert [one for one in unpacked(value) if one in found] == found
    assert found or list(unpacked(value)) == []


def test_no_more_is_unpacked_than_is_fit():
    streams = b"".join(gzip.compress(b"number %04d" % number) for number in range(70))
    assert sorted(unpacked(streams)) == [b"number %04d" % number for number in range(64)]
    many = zipped(*((f"{number:03}", b"") for number in range(70)))
    assert [one for one in unpacked(many) if one][:64] == [b"%03d" % number for number in range(64)]


def test_an_item_has_the_character_set_of_what_it_stands_in():
    """PS3.3 C.12.1.1.2."""
    name = "Люксембург".encode("iso8859-5")
    inside = [
        Seen((0x00080005,), "CS", b"ISO_IR 144"), Seen((0x00100010,), "PN", name), Seen((0x0040A730, 0x0040A123), "PN", name),
        Seen((0x0040A730, 0x00080005), "CS", b"ISO_IR 100"), Seen((0x0040A730, 0x0040A123), "PN", name),
    ]  # fmt: skip
    texts = [texts_of(one)[0][0] for one in decoded(inside) if one.vr == "PN"]
    assert texts == ["Люксембург", "Люксембург", name.decode("latin-1")]
    assert (
        texts_of(Seen((1,), "PN", "Zoé".encode()))[0][0] == "Zoé"
        and texts_of(Seen((1,), "PN", b"Zo\xe9"))[0][0] == "Zoé"
    )
    unknown = [Seen((0x00080005,), "CS", b"NO_SUCH_SET"), Seen((0x00100010,), "PN", b"Zo\xe9\\B")]
    assert texts_of(list(decoded(unknown))[1]) == [("Zoé", "Zoé".encode()), ("B", b"B")]


def picture(values: np.ndarray, *, stored: int = 16, high: int | None = None) -> bytes:
    """Return a file of frames (frames, rows, columns) of 16 bits."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.NumberOfFrames, ds.Rows, ds.Columns = values.shape
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = stored, stored - 1 if high is None else high, 0
    ds.PixelData = values.astype("<u2").tobytes()
    return as_bytes(ds)


def compared(before, after, masks=(), blanked=None):
    one, other = (list(Walker(content).elements()) for content in (before, after))
    return [hit.kind for hit in compare_pixels(before, one, after, other, masks, blanked)]


VALUES = np.arange(3 * 8 * 10).reshape(3, 8, 10) + 1


@pytest.mark.parametrize(
    ("mask", "area"),
    [
        (Mask(range(0, 3), 2, 1, 4, 3), np.s_[:, 1:4, 2:6]), (Mask(None, 2, 1, 4, 3), np.s_[:, 1:4, 2:6]),
        (Mask(range(1, 2), 2, 1, 4, 3), np.s_[1:2, 1:4, 2:6]), (Mask(range(0, 3, 2), 0, 0, 1, 1), np.s_[0:3:2, 0:1, 0:1]),
        (Mask(None, -2, -1, 4, 3), np.s_[:, 0:2, 0:2]), (Mask(None, 8, 6, 9, 9), np.s_[:, 6:8, 8:10]),
    ],
)  # fmt: skip
def test_a_mask_is_applied_where_it_lies_and_nowhere_else(mask, area):
    after = VALUES.copy()
    after[area] = 0
    assert compared(picture(VALUES), picture(after), [mask]) == []
    assert compared(picture(VALUES), picture(VALUES), [mask]) == (
        ["mask not applied"] if VALUES[area].size > 1 else []
    )
    inside = tuple(part.start or 0 for part in area)
    spoiled = after.copy()
    spoiled[inside] = 9
    assert compared(picture(VALUES), picture(spoiled), [mask]) == ["mask not applied"]
    for place in np.argwhere(after == VALUES)[::29]:
        spoiled = after.copy()
        spoiled[tuple(place)] += 1
        assert compared(picture(VALUES), picture(spoiled), [mask]) == ["pixels changed"]
    assert compared(picture(VALUES), picture(after[:, :-1]), [mask]) == ["pixels changed"]


def test_a_face_and_a_mask_are_held_against_the_image_together():
    blanked = np.zeros(VALUES.shape, bool)
    blanked[:, 0:3, 0:5] = True
    after = VALUES.copy()
    after[:, 2:5, 4:8], mask = 0, Mask(None, 4, 2, 4, 3)
    after[blanked] = 7
    assert compared(picture(VALUES), picture(after), [mask], blanked) == []
    assert compared(picture(VALUES), picture(after), [], blanked) == ["pixels changed"]
    assert compared(picture(VALUES), picture(after), [mask], blanked[:2]) == ["mask not applied"]
    for place, kind in (
        ((1, 0, 0), "mask not applied"),
        ((1, 3, 5), "mask not applied"),
        ((1, 7, 9), "pixels changed"),
    ):
        spoiled = after.copy()
        spoiled[place] += 1
        assert compared(picture(VALUES), picture(spoiled), [mask], blanked) == [kind]


@pytest.mark.parametrize(
    ("stored", "high", "bit", "kinds"),
    [
        (12, 11, 12, []), (12, 11, 15, []), (12, 11, 11, ["pixels changed"]), (12, 11, 0, ["pixels changed"]),
        (16, 15, 15, ["pixels changed"]), (12, 15, 0, []), (12, 15, 12, ["pixels changed"]),
        (12, 15, 4, ["pixels changed"]), (12, 15, 3, []), (12, 13, 14, []), (12, 13, 13, ["pixels changed"]),
    ],
)  # fmt: skip
def test_only_the_bits_of_the_image_count(stored, high, bit, kinds):
    """PS3.5 8.1.1: what lies above High Bit, or below the bits stored, is no part of the image."""
    after = VALUES.copy()
    after[1, 2, 3] ^= 1 << bit
    assert (
        compared(picture(VALUES, stored=stored, high=high), picture(after, stored=stored, high=high)) == kinds
    )


def test_voxels_are_as_planned_where_they_are_one_value_inside_and_untouched_outside():
    before, blanked = np.arange(48).reshape(2, 2, 3, 4), np.zeros((2, 3, 4), bool)
    blanked[0, 1] = True
    after = np.where(blanked, 5, before)
    assert stored_as_planned(before, after, blanked) and stored_as_planned(before, before, ~blanked & blanked)
    assert not stored_as_planned(before, before, blanked) and not stored_as_planned(
        before, after + 1, blanked
    )
    assert not stored_as_planned(before, after[:1], blanked) and not stored_as_planned(
        before[..., 1:], after[..., 1:], blanked
    )
    assert name_of(b"1.2.3") == hashlib.sha256(b"1.2.3").hexdigest()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", bytes(13))
    + chunk(b"IDAT", b"ab")
    + chunk(b"IDAT", b"cd")
    + chunk(b"IEND", b"")
)


def segments(*parts: tuple[int, int]) -> bytes:
    """Return a JPEG with segments of a marker and a length."""
    told = b"".join(struct.pack(">BBH", 0xFF, marker, length) + bytes(length - 2) for marker, length in parts)
    return b"\xff\xd8" + told + b"\xff\xda\0\x02pixels\xff\xd9"


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (PNG, PNG, []), (PNG, PNG[:-12] + chunk(b"tEXt", b"") + PNG[-12:], ["metadata"]), (PNG, PNG + b"x", ["metadata"]),
        (PNG, PNG + bytes(20), ["metadata", "metadata"]), (PNG, PNG.replace(b"cd", b"ce"), ["pixels changed"]),
        (PNG, PNG.replace(b"IDAT", b"sBIT", 1), ["pixels changed"]), (PNG, PNG[:-12] + chunk(b"pHYs", b"") + PNG[-12:], []),
        (PNG, PNG[:8] + chunk(b"gAMA", b"abcd") + PNG[8:], []),
        (b"", segments((0xDB, 90), (0xE0, 16)), []), (b"", segments((0xE0, 17)), ["metadata"]), (b"", segments((0xE1, 34)), []),
        (b"", segments((0xE1, 35)), ["metadata"]), (b"", segments((0xEE, 14)), []), (b"", segments((0xEE, 15)), ["metadata"]),
        (b"", segments((0xFE, 2)), ["metadata"]), (b"", segments((0xEF, 2)), ["metadata"]), (b"", segments((0xDB, 90),
        (0xFE, 9)), ["metadata"]),
        (b"", segments((0xDB, 90), (0xE2, 9), (0xED, 9)), ["metadata"] * 2), (b"", segments() + b"x", ["metadata"]),
        (b"", segments((0xDF, 2), (0xF0, 2), (0xFD, 2)), []),
    ],
)  # fmt: skip
def test_no_room_for_words_is_left_beside_the_pixels_of_a_raster_image(tmp_path, before, after, kinds):
    """ISO/IEC 15948 (PNG), ISO/IEC 10918-1 B.2.4 (JPEG): chunks and segments that decoding does not need."""
    (tmp_path / "a").write_bytes(before)
    (tmp_path / "b").write_bytes(after)
    assert [hit.kind for hit in verify_other(tmp_path / "a", tmp_path / "b")] == kinds
    masked = [hit.kind for hit in verify_other(tmp_path / "a", tmp_path / "b", masked=True)]
    assert masked == [kind for kind in kinds if kind != "pixels changed"]


@pytest.mark.parametrize(
    ("ending", "content", "kinds"),
    [
        (".txt", b"PT12 here", ["identifier"]), (".seq", b"PT12 here", ["identifier"]), (".TXT", b"PT12 here", ["identifier"]),
        (".h5", b"PT12 here", []), (".h5", b"xQuackenbushx", ["name"]),
        (".h5", b"xx" + gzip.compress(b"of Quackenbush here"), ["name"]),
        (".h5", b"xx" + gzip.compress(b"of PT12 here"), []), (".txt", b"nothing", []),
        (".txt", b"Quackenbush PT12", ["identifier", "name"]),
    ],
)  # fmt: skip
def test_other_files_are_searched_as_text_or_as_bytes(tmp_path, ending, content, kinds):
    path = tmp_path / f"x{ending}"
    path.write_bytes(content)
    hits = verify_other(path, path, [*NAME, *needles_of_values(["PT12"])])
    assert hits == [Hit("file", kind) for kind in kinds]


def test_the_bytes_of_any_file_are_searched_packed_or_not():
    assert search_bytes(b"xx" + zipped(("Quackenbush.txt", b"x")), NAME, "a") == [Hit("a", "name")]
    assert (
        search_bytes(b"of Quackenbush", NAME, "a") == [Hit("a", "name")]
        and search_bytes(b"of", NAME, "a") == []
    )
