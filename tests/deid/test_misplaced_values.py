"""Values that stand where another belongs: under another VR, or in the place of a code."""

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.deid.conftest import as_bytes
from tests.deid.test_hiding_places import NAME, ct, left

__all__ = ["ct"]


@pytest.mark.parametrize(
    ("vr", "value"), [("LO", "19520307"), ("SH", "19520307"), ("DT", "19520307101500"), ("DA", "19520307")]
)
def test_a_birth_date_under_another_vr_is_known_as_one(ct, clean, vr, value):
    del ct.PatientBirthDate
    ct.add_new(0x00100030, vr, value)
    ct.SoftwareVersions = "V1.2 19520307"
    assert not left(clean(as_bytes(ct))[1], "19520307")


def test_a_name_under_another_vr_is_known_in_all_its_parts(ct, clean):
    del ct.PatientName
    ct.add_new(0x00100010, "LO", f"{NAME}^Bao")
    ct.SoftwareVersions, ct.Manufacturer = "V2 Bao", NAME
    assert not left(clean(as_bytes(ct))[1], NAME, "Bao")


@pytest.mark.parametrize(
    ("code", "scheme", "kept"),
    [
        ("T-D1100", "SRT", True), ("399264008", "SCT", True), ("umol/l", "UCUM", True), ("CTABDPEL", "99PMP", True),
        ("CT ABD W IV", "L", True), ("10^3/ul", "UCUM", True), ("Cel", "UCUM", True),
        ("Lundgren^Ann^^Dr", "DCM", False), ("Thaddeus", "DCM", False), ("HUTCHINSON FLAIR", "DCM", False),
    ],
)  # fmt: skip
def test_codes_stay_and_names_in_their_place_do_not(ct, clean, code, scheme, kept):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, scheme, "Chest"
    other = Dataset()
    other.CodeValue, other.CodingSchemeDesignator, other.CodeMeaning = "1", code, "Chest"
    ct.AnatomicRegionSequence = Sequence([item, other])
    after, content, _ = clean(as_bytes(ct))
    first, second = after.AnatomicRegionSequence
    assert first.CodingSchemeDesignator == scheme
    assert [first.CodeValue == code, second.CodingSchemeDesignator == code] == [kept, kept]
    assert not left(content, "Lundgren", "Thaddeus", "HUTCHINSON")
