"""All real sample files: cleaned or refused with a reason, pixels equal, and nothing for the second reader
to find."""

import io
import warnings

import pydicom
import pytest

from deid.engine import RefusedError, check_structure, clean_nifti, load_profile, read_facts
from deid.engine.verification import verify_dicom, verify_nifti
from deid.engine.verification.walker import Walker
from tests.deid.conftest import SAMPLES, sample_files

REFUSALS = {"dicomdir", "no_sop_instance", "truncated", "bad_vr", "no_transfer_syntax"}
pytestmark = [
    pytest.mark.needs_samples,
    pytest.mark.skipif(
        not sample_files(), reason=f"NO SAMPLE FILES at {SAMPLES}: nothing real was tested here"
    ),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.mark.parametrize("profile", ["research", pytest.param("basic", marks=pytest.mark.soak)])
def test_every_sample_is_cleaned_and_verified_or_refused_with_a_reason(profile, clean, tmp_path):
    released, cleaned_files, refusals = tmp_path / "released.dcm", 0, []
    for path in sample_files():
        if path.parent.name == "nifti":
            continue
        source = path.read_bytes()
        try:
            after, content, cleaned = clean(source, profile)
        except RefusedError as refusal:
            assert refusal.reason
            refusals.append(refusal.code)
            continue
        cleaned_files += 1
        released.write_bytes(content)
        assert cleaned.size == len(content)
        assert verify_dicom(path, released, options=load_profile(profile).options) == [], path.name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            before = pydicom.dcmread(io.BytesIO(source))
        assert before.get("PixelData") == after.get("PixelData"), path.name
        assert str(after)
    assert set(refusals) <= REFUSALS
    assert cleaned_files >= 300 and len(refusals) < 20


def test_cleaning_takes_what_the_structure_check_takes(clean):
    for path in sample_files():
        if path.parent.name == "nifti":
            continue
        try:
            check_structure(path)
        except RefusedError:
            continue
        assert clean(path.read_bytes())[1], path.name
        assert read_facts(path).safe["sop_class_uid"], path.name


def test_the_same_sample_gives_the_same_bytes(clean):
    for path in sample_files()[::10]:
        if path.parent.name != "nifti":
            try:
                assert clean(path.read_bytes())[1] == clean(path.read_bytes())[1]
            except RefusedError:
                continue


def test_nifti_samples_are_cleaned_and_verified(identity, tmp_path):
    for path in SAMPLES.glob("nifti/*"):
        released = tmp_path / path.name
        with path.open("rb") as source, released.open("wb") as target:
            clean_nifti(source, target, identity=identity, subject_key="s")
        assert verify_nifti(path, released) == []


def _uids(content: bytes) -> dict[str, str]:
    """Return the UIDs of a file by their place; of several in one place the last."""
    seen = [one for one in Walker(content).elements() if one.vr == "UI" and one.tag >> 16 != 2]
    return {one.place: one.value.decode("latin-1").strip("\0 ") for one in seen}


def test_references_between_real_files_stay_closed(clean, identity):
    """Each UID becomes the one that every other file of the grant gets for it: SEG, SR and RTPLAN among them."""
    kinds, references = set(), 0
    for path in sample_files():
        if path.parent.name == "nifti":
            continue
        try:
            after, content, cleaned = clean(path.read_bytes())
        except RefusedError:
            continue
        before, now = _uids(path.read_bytes()), _uids(content)
        for place, uid in now.items():
            old = before.get(place, "")
            if uid and old and "\\" not in old and not old.startswith("1.2.840.10008."):
                assert uid in (identity.uid(old), old), (path.name, place)
                assert uid != old or place.endswith("(0008,0016)"), (path.name, place)
                references += place.endswith("(0008,1155)")
        kinds.add(cleaned.modality)
    assert references > 100
    assert {"SEG", "SR", "RTPLAN"} <= kinds
