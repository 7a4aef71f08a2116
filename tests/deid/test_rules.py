"""What a compiled profile does with attributes that no row of the table names, and whose names it searches for."""

import datetime

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import load_profile, make_profile
from deid.engine.deciding.rules import compile_rules
from deid.engine.reading.encoding import ALL_VRS
from tests.deid.conftest import as_bytes

CT = "1.2.840.10008.5.1.4.1.1.2"
# Docs: reference/engine.md, "What happens to an attribute that no row of the table names".
CODES = {
    "X": "AE UR UN",
    "Z": "PN",
    "U": "UI",
    "C": "LT ST UT UC",
    "K": "LO SH CS AS DS IS US SS UL SL FL FD SV UV AT OB OW OF OD OL OV SQ",
}


@pytest.fixture
def ct() -> Dataset:
    return pydicom.dcmread(get_testdata_file("CT_small.dcm"))


@pytest.mark.parametrize(
    ("profile", "dates"),
    [
        (load_profile("basic"), "X"),
        (load_profile("research"), "C"),
        (make_profile("full", frozenset({"retain_full_dates"}), {}), "K"),
    ],
)
def test_every_kind_of_value_has_a_rule_of_its_own(profile, dates):
    by_vr = compile_rules(profile, CT).by_vr
    expected = {vr: code for code, vrs in CODES.items() for vr in vrs.split()}
    expected |= dict.fromkeys(("DA", "DT", "TM"), dates)
    assert {vr: rule[0] for vr, rule in by_vr.items()} == expected
    assert set(by_vr) == ALL_VRS


def test_kept_uids_are_a_rule_of_their_own():
    profile = make_profile("uids", frozenset({"retain_uids"}), {})
    assert compile_rules(profile, CT).by_vr["UI"][0] == "K"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("WXQPLMCT01", "WXQPLMCT01"),
        ("Ostrander", ""),
        ("Dr Ostrander CT", "CT"),
        ("+1.671.835.7538", ""),
        ("MR+4", "MR+4"),
    ],
)
def test_the_name_of_a_device_stays_where_it_looks_like_one(name, kept, ct, clean):
    ct.StationName = name
    after = clean(as_bytes(ct))[0]
    assert str(after.get("StationName") or "") == kept


@pytest.mark.parametrize(
    ("kernel", "kept"),
    [
        ("B30f", "B30f"), ("BONEPLUS", "BONEPLUS"), ("FC08-H", "FC08-H"), ("10.20.30.40", ""), ("625459895", ""),
        ("ris7.zolvart.local", ""), ("Ostrander, Erik", ""),
    ],
)  # fmt: skip
def test_the_name_of_a_kernel_stays_and_what_is_none_goes(kernel, kept, ct, clean):
    ct.ConvolutionKernel = kernel
    after = clean(as_bytes(ct))[0]
    assert str(after.get("ConvolutionKernel") or "") == kept


def test_of_a_description_that_goes_only_odd_words_are_searched_for(ct, clean):
    code = Dataset()
    ct.StudyDescription = "Chest Quackenbush"
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99X", "Chest of Quackenbush"
    ct.ProcedureCodeSequence = Sequence([code])
    after = clean(as_bytes(ct), profile="basic")[0]
    assert "StudyDescription" not in after
    assert after.ProcedureCodeSequence[0].CodeMeaning == "Chest of"


def test_text_that_is_cleaned_loses_more_than_text_that_is_kept(ct, clean):
    ct.StudyDescription, ct.Manufacturer = "Chest at 14:35", "Quiddle 14:35"
    after = clean(as_bytes(ct))[0]
    assert (after.StudyDescription, after.Manufacturer) == ("Chest at", "Quiddle 14:35")


def test_a_date_that_is_never_told_goes_from_text_and_others_move(ct, clean, identity):
    ct.PatientBirthDate, ct.StudyDate = "19610203", "20140312"
    ct.ImageComments = "seen 1961-02-03 and 2014-03-12"
    moved = datetime.date(2014, 3, 12) + datetime.timedelta(days=identity.shift_days("subject"))
    assert clean(as_bytes(ct))[0].ImageComments == f"seen and {moved}"


def test_a_code_that_a_profile_keeps_is_still_a_code(ct, clean):
    profile = make_profile("own", frozenset(), {"00180015": "K", "00081030": "K"})
    ct.BodyPartExamined, ct.StudyDescription = "ZIMMERLINGER", "Chest of Zimmerlinger"
    after = clean(as_bytes(ct), profile=profile)[0]
    assert (after.BodyPartExamined, after.StudyDescription) == ("", "Chest of Zimmerlinger")


@pytest.mark.parametrize(
    ("keyword", "value", "words", "left"),
    [
        ("PatientID", "77123", "of 77123 again", "of again"), ("StudyID", "2", "grade 2 of 2", "grade 2 of 2"),
        ("StudyID", "WXQ77", "of WXQ77 again", "of again"),
        ("OperatorsName", ["Lundqvist^A", "Hoffnagle^B"], "Hoffnagle saw", "saw"),
        ("OperatorsName", ["Lundqvist^A", "Hoffnagle^B"], "Lundqvist saw", "saw"), ("AccessionNumber", "", "axial", "axial"),
        ("OtherPatientIDs", "K" * 256, f"of {'K' * 256} again", "of again"),
        ("InstitutionName", "Larkspur Valley", "at Larkspur Valley", "at"),
        ("PatientAddress", "Larkspur 1234", "by Larkspur 1234", "by"),
        ("ReferringPhysicianName", "Axial^B", "an axial view", "an axial view"),
    ],
)  # fmt: skip
def test_what_is_removed_is_searched_for_in_what_is_kept(keyword, value, words, left, ct, clean):
    """PS3.15 E.3.5: descriptors lose what identifies, wherever in the instance it is told."""
    ct.ImageComments = words
    setattr(ct, keyword, value)
    assert clean(as_bytes(ct))[0].ImageComments == left


def test_a_date_that_may_be_two_days_is_the_one_that_an_attribute_tells(ct, clean, identity):
    """Of several values, and of a moment as of a day."""
    ct.add_new(0x00189074, "DT", ["20140403101112", "20140506111213"])
    ct.add_new(0x00181012, "DA", ["20150304", "20150908"])
    days = datetime.timedelta(days=identity.shift_days("subject"))
    for year, month, day in ((2014, 4, 3), (2014, 5, 6), (2015, 3, 4), (2015, 9, 8)):
        moved = datetime.date(year, month, day) + days
        for written in (f"{day:02d}/{month:02d}/{year}", f"{month:02d}/{day:02d}/{year}"):
            ct.ImageComments = f"seen {written}"
            expected = {f"seen {moved:%d/%m/%Y}", f"seen {moved:%m/%d/%Y}"}
            assert clean(as_bytes(ct))[0].ImageComments in expected


def test_dates_that_are_never_told_go_even_where_dates_are_kept(ct, clean):
    ct.PatientBirthDate, ct.ImageComments = "19610203", "seen 19610203, 19620204"
    full = make_profile("full", frozenset({"retain_full_dates", "clean_descriptors"}), {})
    left = clean(as_bytes(ct), profile=full)[0].ImageComments
    assert "19610203" not in left and "19620204" in left
    basic = clean(as_bytes(ct), profile=make_profile("c", frozenset({"clean_descriptors"}), {}))[0]
    assert not any(character.isdigit() for character in basic.ImageComments)


@pytest.mark.parametrize("profile", ["basic", "research"])
def test_a_subject_has_one_pseudonym_wherever_it_is_numbered(profile, ct, clean, identity):
    """PS3.15 E.1.1: Patient ID, Patient's Name and the number that a trial gives are the same new one."""
    ct.PatientName, ct.PatientID, ct.ClinicalTrialSubjectID = "Quackenbush^A", "MRN77", "S-0077"
    after = clean(as_bytes(ct), profile=profile)[0]
    found = {str(after.PatientName), after.PatientID, after.ClinicalTrialSubjectID}
    assert found == {identity.pseudonym("subject")}
