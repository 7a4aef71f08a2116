"""What a curator reads of a profile: what becomes of an attribute, in the words of the action that the cleaner runs."""

import io

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import Identity, clean_dicom, load_profile
from deid.engine.review.explaining import explain_dicom
from deid.engine.review.outcomes import outcome_of, outcomes, outcomes_outside
from deid.engine.review.wording import listed
from tests.deid.conftest import as_bytes, wheel_file

BASIC, RESEARCH = load_profile("basic"), load_profile("research")
AS_NEEDED = "removed, emptied or replaced by a dummy, as the kind of image needs it"


@pytest.mark.parametrize(
    ("tag", "research", "basic"),
    [
        (0x60003000, "removed", "removed"), (0x50003000, "removed", "removed"), (0x00020016, "removed", "removed"),
        (0x00020010, "removed", "removed"), (0x00120062, "written by the cleaner itself", "written by the cleaner itself"),
        (0x00100010, "replaced by the pseudonym", "replaced by the pseudonym"), (0x00080020, "shifted with all dates", "emptied"),
        (0x00080030, "kept", "emptied"), (0x0008103E, "cleaned", "removed"), (0x0020000D, "given new UIDs", "given new UIDs"),
        (0x00100040, "kept if it fits its VR", "emptied"), (0x00101010, "kept, ages over 89 as one", "removed"),
        (0x7FE00010, "kept if it fits its VR", "kept if it fits its VR"), (0x04000561, "removed", "removed"),
        (0x00081111, AS_NEEDED, AS_NEEDED), (0x00181000, "kept without known identifiers", AS_NEEDED),
        (0x00091001, "removed", "removed"), (0x00080005, "kept if it fits its VR", "kept if it fits its VR"),
    ],
)  # fmt: skip
def test_an_attribute_is_told_with_what_becomes_of_it(tag, research, basic):
    """PS3.15 Table E.1-1."""
    assert (outcome_of(RESEARCH, tag), outcome_of(BASIC, tag)) == (research, basic)
    for profile, words in ((RESEARCH, research), (BASIC, basic)):
        assert outcomes(profile).get(tag, words) == words


def test_what_no_row_of_the_table_names_is_told_by_its_vr():
    told = outcomes_outside(RESEARCH)
    assert {vr: told[vr] for vr in ("LO", "DS", "DA", "TM", "AE", "UN", "PN", "AS", "SQ", "UI")} == {
        "LO": "cleaned", "DS": "kept if it fits its VR", "DA": "shifted with all dates", "TM": "kept", "AE": "removed",
        "UN": "removed", "PN": "emptied", "AS": "kept, ages over 89 as one", "SQ": "kept and cleaned inside",
        "UI": "given new UIDs",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("names", "most", "said"),
    [
        ([], 6, ""), (["a"], 6, "a"), (["a", "b"], 6, "a and b"), (["a", "b", "c"], 6, "a, b and c"),
        (["a", "b", "c"], 3, "a, b and c"), (["a", "b", "c", "d"], 3, "a, b, c and 1 more"),
        (list("abcdefg"), 6, "a, b, c, d, e, f and 1 more"), (list("abcdef"), 6, "a, b, c, d, e and f"),
        (["a", "b", "c"], 1, "a and 2 more"),
    ],
)  # fmt: skip
def test_names_are_enumerated_up_to_a_number(names, most, said):
    assert listed(names, most) == said
    assert most != 6 or listed(names) == said


def test_what_goes_with_a_sequence_is_told_at_its_depth_and_by_its_path(tmp_path):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    deepest, inner = Dataset(), Dataset()
    deepest.CodeValue = "Q1"
    inner.PatientID, inner.IssuerOfPatientIDQualifiersSequence = "PT99", Sequence([Dataset(), deepest])
    ds.OtherPatientIDsSequence = Sequence([inner])
    (tmp_path / "x").write_bytes(as_bytes(ds))
    rows = explain_dicom(tmp_path / "x", profile=RESEARCH, identity=Identity(bytes(32)), subject_key="s")
    told = {
        row.path: (row.tag, row.depth, row.before, row.after, row.outcome)
        for row in rows
        if row.path.startswith("00101002")
    }
    assert told["00101002.0.00100020"] == ("(0010,0020)", 1, "PT99", None, "removed")
    assert told["00101002.0.00100024.1.00080100"] == ("(0008,0100)", 2, "Q1", None, "removed")
    assert told["00101002"][1] == 0 and len(told) == 4


def test_every_attribute_that_leaves_has_a_row_also_what_the_cleaner_states_in_items(tmp_path):
    (tmp_path / "x").write_bytes(wheel_file("CT_small.dcm"))
    keyed = {
        "profile": RESEARCH,
        "identity": Identity(bytes(32)),
        "subject_key": "s",
        "pixels_inspected": True,
    }
    rows = {
        row.path: row
        for row in explain_dicom(tmp_path / "x", **{k: v for k, v in keyed.items() if k[:3] != "pix"})
    }
    out = io.BytesIO()
    clean_dicom(io.BytesIO(wheel_file("CT_small.dcm")), out, **keyed)
    left = dict(walked(pydicom.dcmread(io.BytesIO(out.getvalue()))))
    assert left.keys() <= rows.keys()
    for path, value in left.items():
        assert rows[path].outcome not in ("removed", "emptied") or not value, path
    stated = rows["00120064.0.00080100"]
    assert (stated.after, stated.outcome, stated.depth) == ("113100", "added", 1)


def walked(ds, around=""):
    """Yield each attribute's path and value, in items too."""
    for element in ds:
        path = f"{around}{int(element.tag):08X}"
        yield path, element.value
        for place, item in enumerate(element.value if element.VR == "SQ" else ()):
            yield from walked(item, f"{path}.{place}.")
