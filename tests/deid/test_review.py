import io
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.datadict import DicomDictionary
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import Identity, ProfileError, clean_dicom, load_profile, make_profile, sandbox
from deid.engine.profiles.deriving import derive_profile
from deid.engine.review.differing import profile_difference
from deid.engine.review.explaining import explain_dicom
from deid.engine.review.linting import lint_profile
from deid.engine.review.outcomes import (
    CHECKED,
    CLEANED,
    DUMMY,
    EMPTIED,
    INSIDE,
    KEPT,
    NAMES_OUT,
    NEW_UIDS,
    REMOVED,
    SHIFTED,
    outcome_of,
)
from deid.engine.review.overriding import override_errors
from deid.engine.review.wording import attribute_name
from tests.deid.conftest import as_bytes

pytestmark = pytest.mark.filterwarnings("ignore")
RESEARCH = load_profile("research")
AGES = "kept, ages over 89 as one"


def levels(options, overrides=None):
    return [(one.level, one.text) for one in lint_profile(frozenset(options), overrides or {})]


def test_a_profile_inherits_options_and_actions_and_changes_only_what_it_names():
    sponsor = derive_profile(RESEARCH, name="halcyon", overrides={"00081010": "X", "00181030": "X"})
    own = derive_profile(
        sponsor, name="head", drop=frozenset({"retain_safe_private"}), overrides={"00181030": "C"}
    )
    assert own.options == RESEARCH.options - {"retain_safe_private"}
    assert own.overrides == {"00081010": "X", "00181030": "C"}
    assert len({RESEARCH.digest, sponsor.digest, own.digest}) == 3


def test_what_is_derived_does_what_it_says_to_a_file(clean_with):
    after = clean_with(derive_profile(RESEARCH, name="own", overrides={"00080070": "X"}))
    assert "Manufacturer" not in after
    assert "Manufacturer" in clean_with(RESEARCH)


def test_deriving_refuses_what_no_profile_may_say():
    with pytest.raises(ProfileError):
        derive_profile(RESEARCH, name="own", add=frozenset({"retain_full_dates"}))


def test_the_shipped_profiles_have_no_error_and_no_warning():
    for name in ("basic", "research"):
        profile = load_profile(name)
        assert {one.level for one in lint_profile(profile.options, profile.overrides)} <= {"note"}


@pytest.mark.parametrize(
    ("options", "overrides", "said"),
    [
        ({"retain_full_dates", "retain_modified_dates"}, {}, "kept and shifted at once"),
        ({"retain_everything"}, {}, "no option called"),
        (set(), {"0008": "X"}, "is no tag"),
        (set(), {"00081030": "Q"}, "no known action"),
        (set(), {"00091001": "K"}, "is private"),
        (set(), {"00081234": "K"}, "has no attribute of this tag"),
        (set(), {"00100020": "K"}, "always becomes the subject"),
        (set(), {"00280010": "X"}, "no valid image"),
        (set(), {"00081070": "K"}, "cannot be kept"),
        (set(), {"00101040": "K"}, "cannot be kept"),
        (set(), {"00081030": "U"}, "cannot be given new UIDs"),
        (set(), {"00280030": "C"}, "cannot be cleaned"),
        ({"retain_modified_dates"}, {"00080020": "K"}, "give the shift away"),
        (set(), {"00080020": "K"}, "say that all dates were removed"),
        (set(), {"00080020": "C"}, "while all other dates go"),
        ({"retain_full_dates"}, {"00080020": "C"}, "while all other dates stay"),
        (set(), {"zz": "X"}, "zz is no tag"),
        (set(), {"0020000d": "X"}, "Study Instance UID (0020,000D) is required (Type 1): removed"),
        (set(), {"0020000E": "Z"}, "Series Instance UID (0020,000E) is required (Type 1): emptied"),
        (set(), {"00080018": "X"}, "SOP Instance UID (0008,0018) cannot be changed"),
        (set(), {"7FE00008": "X"}, "Float Pixel Data (7FE0,0008) cannot be changed"),
        (set(), {"7FE00009": "X"}, "Double Float Pixel Data (7FE0,0009) cannot be changed"),
        (set(), {"00080060": "X"}, "Modality (0008,0060) is required (Type 1)"),
        (
            set(),
            {"00200032": "D"},
            "Image Position (Patient) (0020,0032) is required (Type 1): replaced by a dummy",
        ),
        (set(), {"00120062": "X"}, "Patient Identity Removed (0012,0062) is what the cleaner states"),
        (set(), {"00120063": "K"}, "De-identification Method (0012,0063) is what the cleaner states"),
        (set(), {"00120064": "X"}, "Method Code Sequence (0012,0064) is what the cleaner states"),
        (set(), {"FFFAFFFA": "K"}, "A signature does not fit"),
        (set(), {"FFFCFFFC": "K"}, "Padding behind the data"),
        (set(), {"FFFCFFFC": "D"}, "Padding behind the data"),
        ({"clean_pixel_data"}, {"00880200": "K"}, "An icon is a small copy"),
        (set(), {"00420011": "K"}, "Documents are cleaned inside"),
        (set(), {"60003000": "K"}, "go as whole groups"),
        (set(), {"50003000": "K"}, "go as whole groups"),
        (set(), {"00020016": "K"}, "no part of the data set"),
        (set(), {"0020000D": "K"}, "given new UIDs all the same"),
        (
            set(),
            {"00080054": "K"},
            "Retrieve AE Title (0008,0054) cannot be kept: a value of its kind (AE) is always removed",
        ),
        (set(), {"00081190": "C"}, "cannot be cleaned"),
        (set(), {"00081190": "K"}, "a value of its kind (UR) is always removed"),
        (set(), {"00209165": "D"}, "there is no dummy"),
        (set(), {"00080005": "X"}, "says how texts are written"),
        (set(), {"00080005": "K"}, "says how texts are written"),
        (set(), {"00280301": "K"}, "Burned In Annotation (0028,0301) is stated by the cleaner"),
        (set(), {"00280302": "X"}, "Recognizable Visual Features (0028,0302) is stated by the cleaner"),
        (set(), {"00081155": "X"}, "Referenced SOP Instance UID (0008,1155) is required (Type 1): removed"),
        (set(), {"00080030": "K"}, "say that all dates were removed"),
        ({"retain_modified_dates"}, {"00100032": "C"}, "names or locates a person"),
        (set(), {"FFFEE000": "K"}, "has no attribute of this tag"),
    ],
)
def test_each_contradiction_is_an_error_with_its_reason(options, overrides, said):
    found = levels(options, overrides)
    assert [level for level, _ in found] == ["error"]
    assert said in found[0][1]


@pytest.mark.parametrize(
    ("options", "overrides", "level", "said"),
    [
        ({"retain_uids"}, {}, "warning", "joined with each other"),
        ({"retain_full_dates"}, {}, "warning", "True dates stay"),
        ({"retain_institution_identity"}, {}, "warning", "Institutions stay"),
        (set(), {"00081030": "K"}, "warning", "people type"),
        ({"retain_uids"}, {}, "warning", "date and time into them"),
        ({"retain_uids", "retain_full_dates"}, {"00200010": "X", "0020000D": "U"}, "warning", "lead nowhere"),
        (set(), {"00181000": "X"}, "warning", "must have a value (Type 1): choose D"),
        (set(), {"00080033": "Z"}, "warning", "must have a value (Type 1): choose D"),
        (set(), {"00080022": "X"}, "warning", "must be there (Type 2): choose Z"),
        (
            {"retain_modified_dates", "retain_device_identity"},
            {},
            "note",
            "Modified Dates goes before Retain Device Identity",
        ),
        ({"retain_modified_dates"}, {"00100030": "C"}, "warning", "gives the exact age"),
        ({"retain_modified_dates"}, {"00080020": "D"}, "warning", "one and the same day for everybody"),
        ({"retain_modified_dates"}, {"00080030": "K"}, "note", "Study Time (0008,0030) is kept anyway"),
        (set(), {"00100040": "X"}, "warning", "In every kind of image it must be there (Type 2): choose Z"),
        (set(), {"00081072": "K"}, "warning", "goes under every option of Table E.1-1"),
        (set(), {"0020000D": "D"}, "note", "is given new UIDs anyway"),
        (set(), {}, "note", "does not look for text in pixels"),
        (set(), {"00081030": "X"}, "note", "does nothing"),
        (set(), {}, "note", "intervals between visits are lost"),
    ],
)
def test_what_is_doubtful_is_said_without_forbidding_it(options, overrides, level, said):
    found = levels(options, overrides)
    assert "error" not in {one for one, _ in found}
    assert any(one == level and said in text for one, text in found)


# Tags of every kind of value, rules of every kind; what the linter lets pass must become of a value what the rule says.
@pytest.mark.parametrize(
    "options", [frozenset(), RESEARCH.options, frozenset({"retain_uids", "retain_full_dates"})]
)
def test_a_rule_that_the_linter_lets_pass_is_followed(options):
    wanted = {
        "X": {REMOVED}, "Z": {EMPTIED}, "D": {DUMMY, NEW_UIDS, INSIDE}, "U": {NEW_UIDS, INSIDE},
        "K": {KEPT, NAMES_OUT, CHECKED, INSIDE, AGES}, "C": {CLEANED, SHIFTED, KEPT, INSIDE},
    }  # fmt: skip
    tags = [tag for tag in DicomDictionary if tag >> 16 >= 8][::5]
    for code, outcomes in wanted.items():
        rules = {f"{tag:08X}": code for tag in tags}
        errors = "\n".join(one.text for one in override_errors(options, rules))
        profile = make_profile("own", options, rules)
        followed = [tag for tag in tags if attribute_name(tag)[-11:] not in errors]
        assert len(followed) > 100 or code == "U"
        for tag in followed:
            assert outcome_of(profile, tag) in outcomes, (attribute_name(tag), code)


def test_a_linter_of_options_that_contradict_each_other_looks_at_rules_too():
    found = levels({"retain_full_dates", "retain_modified_dates", "unheard_of"}, {"00100020": "K"})
    assert [level for level, _ in found] == ["error"] * 3


def test_the_difference_names_options_and_attributes_with_what_happens_to_them():
    own = derive_profile(
        RESEARCH, name="own", add=frozenset({"retain_uids"}), overrides={"00081010": "X", "0008103E": "C"}
    )
    said = profile_difference(RESEARCH, own)
    assert said[0] == "Option added: Retain UIDs Option."
    assert "Station Name (0008,1010) was kept without known identifiers and is now removed." in said
    assert not [sentence for sentence in said if "Series Description" in sentence]
    assert profile_difference(RESEARCH, derive_profile(RESEARCH, name="twin")) == []


@pytest.fixture
def planted(tmp_path):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PatientName, ds.StudyDescription, ds.KVP = "Quackenbush^Xiomara", "CHEST Quackenbush", "120"
    ds.private_block(0x0099, "PLANTED", create=True).add_new(1, "LO", "secret")
    inner = Dataset()
    inner.PatientID = "PT99"
    ds.OtherPatientIDsSequence = Sequence([inner])
    path = tmp_path / "file.dcm"
    path.write_bytes(as_bytes(ds))
    return path


def explained(path, profile=RESEARCH):
    rows = explain_dicom(path, profile=profile, identity=Identity(bytes(32)), subject_key="s")
    return {(row.depth, row.tag): row for row in rows}


def test_a_header_is_told_before_and_after_with_the_reason(planted):
    rows = explained(planted)
    name, text = rows[0, "(0010,0010)"], rows[0, "(0008,1030)"]
    assert (name.before, name.outcome) == ("Quackenbush^Xiomara", "changed")
    assert (text.before, text.after) == ("CHEST Quackenbush", "CHEST")
    assert text.reason == "Table E.1-1, Basic Profile: X; Clean Descriptors: C"
    assert (rows[0, "(0018,0060)"].outcome, rows[0, "(0018,0060)"].after) == ("kept", "120")
    private = rows[0, "(0099,1001)"]
    assert (private.outcome, private.reason) == ("removed", "Private: the safe list does not name it")
    assert rows[1, "(0010,0020)"].reason == "Goes with the sequence around it"
    assert rows[0, "(0012,0062)"].outcome == "added"


def test_another_profile_tells_another_story(planted):
    own = derive_profile(RESEARCH, name="own", overrides={"00081030": "X"})
    row = explained(planted, own)[0, "(0008,1030)"]
    assert (row.outcome, row.reason) == ("removed", "This profile’s own rule: X")


def test_the_story_can_be_told_from_a_limited_child(planted):
    rows = sandbox.run("explain_dicom", str(planted), "research", "00" * 32, "s")
    assert {row["outcome"] for row in rows} >= {"kept", "changed", "removed", "added"}


@pytest.fixture
def clean_with():
    def cleaned(profile):
        out = io.BytesIO()
        with Path(get_testdata_file("CT_small.dcm")).open("rb") as source:
            clean_dicom(source, out, profile=profile, identity=Identity(bytes(32)), subject_key="s")
        return pydicom.dcmread(io.BytesIO(out.getvalue()))

    return cleaned
