"""What the second reader searches for, in which spellings, and where it finds it."""

import base64
import gzip
import struct
import zlib
from datetime import date

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.data import get_testdata_file

from deid.engine.verification.haystacks import compile_needles
from deid.engine.verification.needles import Needle, identifying_values, needles_of_values
from deid.engine.verification.search import Hit, search, search_bytes, search_elements
from deid.engine.verification.spellings import encodings, hidden_forms
from deid.engine.verification.walker import Seen
from tests.deid.conftest import as_bytes

pytestmark = pytest.mark.filterwarnings("ignore")
NAME = needles_of_values(["Quackenbush^Xiomara"])


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
        ("StudyInstanceUID", "1.2.3", None), ("StudyInstanceUID", "1.2.3.4.56", "uid"),
        ("StudyInstanceUID", "1.2.3.4.5", None), ("StudyInstanceUID", "1.2.840.10008.1.1", None),
        ("StudyDate", "20191302", None), ("StudyDate", "2019.03.02", "date"), ("StudyDate", "1900.01.01", None),
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


def orders(first: str, second: str) -> set[str]:
    """Return both parts of a name in the ways they are put together."""
    return {
        first + second, second + first, f"{first} {second}", f"{second} {first}", f"{first}, {second}", f"{first}^{second}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "words", "whole"),
    [
        ("Quackenbush^Xiomara", {"Quackenbush", "Xiomara"}, orders("Quackenbush", "Xiomara")),
        ("Wu^Li", set(), {"Wu, Li", "Wu^Li"}),
        ("W^Li", set(), set()),
        ("Ng^Abe", {"Abe"}, {"Ng Abe", "Abe Ng", "Ng, Abe", "Ng^Abe"}),
        ("Li", set(), set()),
        ("Quackenbush", {"Quackenbush"}, set()),
        ("Stone Head^Xiomara", {"Xiomara"}, orders("Stone", "Head")),
        ("Quackenbush^123", {"Quackenbush"}, orders("Quackenbush", "123")),
        ("王^明", set(), {"王明", "明王", "王 明", "明 王", "王, 明", "王^明"}),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", {"Yamada", "Tarou", "山田", "太郎", "やまだ", "たろう"},
         orders("Yamada", "Tarou") | orders("山田", "太郎") | orders("やまだ", "たろう")),
    ],
)  # fmt: skip
def test_a_name_is_searched_for_in_its_parts_and_as_a_whole(name, words, whole):
    """Parts of three letters on that are no everyday word, of Chinese ones two; a whole name of six characters on."""
    found = needles_of_values([name if "^" in name else name + "="])
    got_words = {word for needle in found for word in needle.words}
    assert got_words - {"Stone", "Head"} == words
    assert {text for needle in found for text in needle.whole} == whole


WRITTEN = (
    "{y}{m:02}{d:02}", "{y}-{m:02}-{d:02}", "{y}/{m:02}/{d:02}", "{y}.{m:02}.{d:02}", "{y}:{m:02}:{d:02} 10:15:00",
    "{d:02}-{m:02}-{y}", "{d:02}.{m:02}.{y}", "{m:02}/{d:02}/{y}", "{d}.{m}.{y}", "{m}/{d}/{y}", "{y}-{m}-{d}",
    "{d:02}. {m:02}. {y}", "{m}/{d}/{short}", "{d:02}/{m:02}/{short}", "{y}-{m:02}-{d:02}T10:15:00", "{y}{m:02}{d:02}101500",
    "D:{y}{m:02}{d:02}1015+01", "img{y}{m:02}{d:02}x", "{d} {b} {y}", "{d:02}-{b}-{y}", "{b} {d}, {y}", "{b}. {d} {y}",
    "{d:02}{b}{y}", "{d} {long} {y}", "{long} {d}, {y}", "{y} {b} {d:02}", "{d}{th} {long} {y}", "{long} {d}{th}, {y}",
    "{d}{th} of {b} {y}",
)  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize(
    ("day", "th"),
    [
        (date(2019, 3, 2), "nd"),
        (date(1961, 12, 31), "st"),
        (date(2000, 5, 13), "th"),
        (date(2003, 1, 23), "rd"),
        (date(2004, 4, 11), "th"),
        (date(2005, 11, 12), "th"),
    ],
)
def test_a_date_is_found_as_people_and_programs_write_it(day, th, written):
    names = {
        "y": day.year,
        "m": day.month,
        "d": day.day,
        "short": f"{day:%y}",
        "b": f"{day:%b}",
        "long": f"{day:%B}",
    }
    text = written.format(th=th, **names).encode()
    needles = needles_of_values([f"{day:%Y%m%d}"])
    assert search_bytes(b"seen " + text + b" here", needles, "x") == [Hit("x", "date")]
    other = needles_of_values([f"{day.replace(year=day.year + 1):%Y%m%d}"])
    assert search_bytes(b"seen " + text + b" here", other, "x") == []


@pytest.mark.parametrize(
    "text",
    [
        "120190302",
        "201903021",
        "20190302991",
        "2.3.19",
        "03-02-19",
        "3 2 2018",
        "Mar 2 20191",
        "12 Mar 2019",
        "232019",
    ],
)
def test_what_is_another_number_is_no_date(text):
    assert search_bytes(text.encode(), needles_of_values(["20190302"]), "x") == []


@pytest.mark.parametrize(
    ("known", "text", "found"),
    [
        ("Larkspur Valley Hospital", "LARKSPUR_VALLEY_HOSPITAL", True),
        ("Larkspur Valley Hospital", "LarkspurValleyHospital", True),
        ("Larkspur Valley Hospital", "Larkspur\r\nValley   Hospital", True),
        ("Larkspur Valley Hospital", "Larkspur Hospital", False),
        ("Larkspur Valley Hospital", "Larkspur    Valley Hospital", False), ("Larkspur Valley", "the Larkspur=Valley", False),
        ("PT1234567", "PT-1234567", True), ("PT1234567", "pt 1234567", True), ("PT-123-4567", "PT1234567", True),
        ("PT1234567", "PT1234-567", False), ("PT12", "PT-12", False), ("12-3456", "12/3456", True), ("12-3456", "123456", True),
        ("12-345", "12345", False), ("12-345", "12/345", False), ("12-34-56", "12/34/56", False), ("12-34-56", "12-34-56", True),
        ("Quackenbush^Ada", "Quackenbush2", True), ("Quackenbush^Ada", "MR_Quackenbush_1", True), ("Jones^Ada", "1Jones", True),
        ("Quackenbush^Ada", "DrQuackenbush", True), ("Quackenbush^Ada", "drquackenbush", False), ("Abel^Zoe", "Abel2", False),
        ("Quackenbush^Ada", "Quackenbushs", False), ("PT123456", "PT1234567", False), ("O'Brien^X", "O'Brien", True),
    ],
)  # fmt: skip
def test_a_value_is_found_however_its_words_are_put_together(known, text, found):
    assert bool(search_bytes(text.encode(), needles_of_values([known]), "x")) is found


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


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-be"])
@pytest.mark.parametrize("text", ["Quackenbush", "QUACKENBUSH", "quackenbush"])
def test_a_name_in_hexadecimal_digits_is_found(text, codec):
    assert search_bytes(b"<FEFF" + text.encode(codec).hex().upper().encode() + b">", NAME, "x") == [
        Hit("x", "name")
    ]


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
        (b"of Quackenbush.", True, {"name"}), (b"Quackenbushes", True, set()), (b"xquackenbush", True, set()),
        (b"1Quackenbush", True, {"name"}), (b"Quackenbush", True, {"name"}), (b"Quackenbushes", False, {"name"}),
        (b"XiomaraQuackenbushes", True, {"name"}), (b"QUACKENBUSH", False, {"name"}), (b"PT12", True, {"identifier"}),
        (b"PT12\1", False, set()), (b"PT12", False, {"identifier"}),
        (b"P\0T\0001\0002\0", False, {"identifier"}), (b"PT12x", True, set()), (b"", True, set()),
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
        (fragment(b"") + fragment(b"Quackenbush" + bytes(9000)), True),
        (fragment(b"") + fragment(bytes(4096 - 11) + b"Quackenbush" + bytes(9000)), True),
        (fragment(b"") + fragment(bytes(4096 - 10) + b"Quackenbush" + bytes(9000)), False),
        (fragment(b"") + fragment(bytes(9000) + b"Quackenbush" + bytes(1024 - 11)), True),
        (fragment(b"") + fragment(bytes(9000) + b"Quackenbush" + bytes(1024 - 10)), False),
        (fragment(b"") + fragment(bytes(9000)) + fragment(b"Quackenbush"), True),
        (fragment(b"") + fragment(bytes(50)) + b"\xfe\xff\xdd\xe0\0\0\0\0" + b"Quackenbush", False),
        (fragment(b"Quacken") + fragment(b"bush"), False),
        (fragment(b"") + fragment(b"xxQuackenbushxx\1" + bytes(9000)), True),
        (fragment(b"") + fragment(b"\1 Xi^Qu\2 " + bytes(9000)), False),
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
        ((0x00080020,), "DA", b"20190401\\20190302 ", ["date"]),
        ((0x00080020,), "DA", b"2019.03.02", ["date"]), ((0x00080021,), "DA", b"20190302", []),
        ((0x00080020,), "DA", b"20190301", []), ((0x00080020,), "DA", b"x20190302x", []),
        ((0x00181030,), "IS", b"20190302", []), ((0x00181030,), "DS", b"PT123 ", []),
        ((0x00181030,), "DS", b"PT123456", ["identifier"]), ((0x00181030,), "LO", b"PT123456", ["identifier"]),
        ((0x00120064, 0x00080104), "LO", b"Retain UIDs Option", []),
        ((0x00120064, 0x00080104), "LO", b"of Quackenbush", ["name"]),
        ((0x00080104,), "LO", b"Retain UIDs Option", ["name"]), ((0x00020013,), "SH", b"Quackenbush", ["name"]),
        ((0x00020001,), "OB", b"Quackenbush", ["name"]), ((0x00020012,), "UI", b"Quackenbush", []),
        ((0x0040A730, 0x00020012), "UI", b"Quackenbush", ["name"]), ((0x0040A730, 0x7FE00010), "OW", b"Quackenbush", ["name"]),
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


def test_a_whole_file_is_searched_with_its_preamble(tmp_path, clean):
    content = bytearray(clean(as_bytes(pydicom.dcmread(get_testdata_file("CT_small.dcm"))))[1])
    (tmp_path / "x").write_bytes(content)
    assert search(tmp_path / "x", NAME) == []
    for place in (0, 127):
        spoiled = content.copy()
        spoiled[place] = ord("x")
        (tmp_path / "x").write_bytes(spoiled)
        assert search(tmp_path / "x", NAME) == [Hit("preamble", "preamble")]
