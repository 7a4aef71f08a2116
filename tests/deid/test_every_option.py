"""Every row of Table E.1-1 under every option: what PS3.15 Table E.1-1a asks for is what the bytes say."""

import io

import pydicom
import pytest

from deid.engine import Identity, clean_dicom, make_profile
from deid.engine.acting.dates import shift_date, shift_date_time
from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import load_table
from deid.engine.reading.dictionary import vr_of
from deid.engine.reading.encoding import EXPLICIT_LE
from deid.engine.writing.elements import Writer
from deid.engine.writing.meta import file_meta

pytestmark = pytest.mark.filterwarnings("ignore")
CT, UID = "1.2.840.10008.5.1.4.1.1.2", "1.2.826.0.1.3680043.99.7.1"
WRITER, IDENTITY = Writer(EXPLICIT_LE), Identity(bytes(range(32)))
SHIFT, PSEUDONYM = IDENTITY.shift_days("s"), IDENTITY.pseudonym("s")
# What the engine writes itself, files of no image may not hold, or the test needs for itself.
OWN = {
    0x00100010,
    0x00100020,
    0x00120040,
    0x00420011,
    0x00020003,
    0x00001000,
    0x00001001,
    0x00041511,
    0xFFFCFFFC,
    0x00080018,
}
ITEM = WRITER.item(WRITER.element(0x00080104, "LO", b"CHEST axial "))
VALUES = {
    "PN": b"Quackenbush^Xiomara ", "SH": b"axial ", "LO": b"CHEST axial ", "ST": b"CHEST axial ", "LT": b"CHEST axial ",
    "UT": b"CHEST axial ", "UC": b"CHEST axial ", "CS": b"HEAD", "AE": b"SCANNER7", "DA": b"20140312",
    "DT": b"20140312101530", "TM": b"101530", "DS": b"1.5 ", "IS": b"12", "AS": b"045Y", "UI": UID.encode(),
    "UR": b"http://quackenbush.example", "US": b"\2\0", "FD": bytes(8), "UN": b"Quackenbush ", "OB": b"Quackenbush ",
    "OW": b"Quackenbush ", "SQ": ITEM,
}  # fmt: skip
ROWS = {
    int(key, 16): row
    for key, row in load_table()["attributes"].items()
    if key != "private" and "x" not in key and int(key, 16) not in OWN and int(key, 16) >> 16 > 7
}


def source() -> bytes:
    elements = {tag: WRITER.element(tag, vr_of(tag), VALUES[vr_of(tag)]) for tag in ROWS}
    elements[0x00080016] = WRITER.text(0x00080016, "UI", CT)
    elements[0x00080018] = WRITER.text(0x00080018, "UI", UID)
    elements[0x00100020] = WRITER.text(0x00100020, "LO", "PT1234567")
    return file_meta(CT, UID, "1.2.840.10008.1.2.1") + b"".join(elements[tag] for tag in sorted(elements))


SOURCE = source()


def under(*options: str) -> dict[int, object]:
    """Return the raw elements of the source cleaned under a profile of these options."""
    out = io.BytesIO()
    profile = make_profile("own", frozenset(options), {})
    clean_dicom(io.BytesIO(SOURCE), out, profile=profile, identity=IDENTITY, subject_key="s")
    ds = pydicom.dcmread(io.BytesIO(out.getvalue()))
    return {int(tag): ds[tag] if ds.get_item(tag).VR == "SQ" else ds.get_item(tag) for tag in list(ds.keys())}


def outcome(after: dict[int, object], tag: int) -> str:
    """Say what became of an attribute: X, Z, K (as it was), U, C (dates moved) or D (something else)."""
    element, vr = after.get(tag), vr_of(tag)
    if element is None:
        return "X"
    if vr == "SQ":
        items = element.value
        return "Z" if not items else "K" if items[0].get("CodeMeaning") == "CHEST axial" else "D"
    value = bytes(element.value or b"")
    if not value:
        return "Z"
    if value == VALUES[vr]:
        return "K"
    if vr == "UI":
        return "U" if value.rstrip(b"\0").decode() == IDENTITY.uid(UID) else "D"
    if vr == "DA" and value.decode() == shift_date("20140312", SHIFT):
        return "C"
    if vr == "DT" and value.decode().strip() == shift_date_time("20140312101530", SHIFT):
        return "C"
    return "D"


# What each code may come to in the bytes. A dummy UID is a new UID; a sequence whose items are clean is kept.
ALLOWED = {
    "X": "X", "Z": "Z", "D": "D", "U": "U", "K": "K", "X/Z": "XZ", "X/D": "XD", "X/Z/D": "XZD", "Z/D": "ZD", "X/Z/U*": "K",
}  # fmt: skip


def expected(tag: int, row: list, column: str) -> str:
    """Return the outcomes that the Standard allows for a row when the option of *column* is chosen."""
    vr, code = vr_of(tag), row[2].get(column)
    if code == "C":
        if vr in ("DA", "DT"):
            return "C"
        # What cannot be looked into meets its basic action; the text here is clean already.
        return ALLOWED[row[1]] + "X" if vr in ("OB", "OW", "UN") else "K"
    if code == "K":
        if vr == "UI" and column == "rtnDevIdOpt":
            return "U"  # stricter: the identity of a device stays the same UID everywhere, but a new one
        return "X" if vr in ("OB", "OW", "UN", "UR") else "K"
    plain = ALLOWED[row[1]]
    if vr == "UI":
        return plain.replace("D", "U")
    if vr == "SQ":
        return plain.replace("D", "DK").replace("U", "K")
    return plain + ("X" if vr in ("OB", "OW", "UN") else "")


@pytest.mark.parametrize("option", ["", *(name for name, option in OPTIONS.items() if option.column)])
def test_every_row_of_the_table_meets_its_action_under_every_option(option):
    after = under(*([option] if option else []))
    column = OPTIONS[option].column if option else "basicProfile"
    wrong = [
        (f"{tag:08X}", row[0], vr_of(tag), outcome(after, tag), expected(tag, row, column))
        for tag, row in ROWS.items()
        if outcome(after, tag) not in expected(tag, row, column)
    ]
    assert wrong == []
    assert len(ROWS) > 620


@pytest.mark.parametrize("option", list(OPTIONS))
def test_every_option_that_was_carried_out_is_named_by_its_code(option):
    out = io.BytesIO()
    profile = make_profile("own", frozenset([option]), {})
    work = {"pixels_inspected": True, "faces_removed": option == "clean_recognizable_visual_features"}
    clean_dicom(io.BytesIO(SOURCE), out, profile=profile, identity=IDENTITY, subject_key="s", **work)
    ds = pydicom.dcmread(io.BytesIO(out.getvalue()))
    codes = [(item.CodeValue, item.CodingSchemeDesignator) for item in ds.DeidentificationMethodCodeSequence]
    assert codes == [("113100", "DCM"), (OPTIONS[option].code, "DCM")]
    assert ds.PatientIdentityRemoved == "YES"
    modified = {"retain_full_dates": "UNMODIFIED", "retain_modified_dates": "MODIFIED"}.get(option, "REMOVED")
    assert ds.LongitudinalTemporalInformationModified == modified


def test_the_codes_are_those_of_context_group_7050():
    assert sorted(option.code for option in OPTIONS.values()) == [str(code) for code in range(113101, 113113)]


def test_a_rule_of_ones_own_that_keeps_a_text_keeps_it_but_for_known_people():
    out = io.BytesIO()
    profile = make_profile("own", frozenset(), {"00081030": "K", "00204000": "K"})
    ds = pydicom.dcmread(io.BytesIO(SOURCE))
    ds.PatientName, ds.StudyDescription, ds.ImageComments = (
        "Featherington^A",
        "Zzyzx QRS 2014-03-12",
        "of Featherington",
    )
    source = io.BytesIO()
    ds.save_as(source, enforce_file_format=False)
    clean_dicom(source, out, profile=profile, identity=IDENTITY, subject_key="s")
    after = pydicom.dcmread(io.BytesIO(out.getvalue()))
    assert after.StudyDescription.startswith("Zzyzx QRS") and after.ImageComments == "of"
