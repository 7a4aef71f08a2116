"""No file may get worse: whatever `dciodvfy` finds wrong in a cleaned file was wrong before."""

import io

import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import EngineError, Identity, clean_dicom, load_profile
from deid.engine.verification.structure import has_checker, new_faults
from tests.deid.conftest import sample_files
from tests.deid.planting import base_files

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(not has_checker(), reason="dciodvfy is not installed (Debian: dicom3tools)"),
]


@pytest.mark.parametrize("profile", ["basic", "research"])
@pytest.mark.parametrize("base", base_files(), ids=lambda path: path.name)
def test_a_cleaned_file_has_no_fault_that_its_source_had_not(base, profile, tmp_path):
    released = tmp_path / "released.dcm"
    try:
        with base.open("rb") as source, released.open("wb") as target:
            clean_dicom(
                source, target, profile=load_profile(profile), identity=Identity(bytes(32)), subject_key="s"
            )
    except EngineError as error:
        pytest.skip(f"refused: {error.code}")
    assert new_faults(base, released) == []


@pytest.mark.skipif(
    not sample_files(), reason="NO SAMPLE FILES beside the project: nothing real was compared here"
)
@pytest.mark.parametrize("profile", ["basic", "research"])
def test_no_real_sample_has_a_fault_that_its_source_had_not(profile, tmp_path):
    released, faults, cleaned = tmp_path / "released.dcm", {}, 0
    for path in sample_files():
        try:
            with path.open("rb") as source, released.open("wb") as target:
                clean_dicom(
                    source,
                    target,
                    profile=load_profile(profile),
                    identity=Identity(bytes(32)),
                    subject_key="s",
                )
        except EngineError:
            continue
        cleaned += 1
        if new := new_faults(path, released):
            faults[path.name] = new
    assert faults == {} and cleaned > 200


def test_a_fault_that_was_not_there_is_seen(tmp_path):
    path = get_testdata_file("CT_small.dcm")
    ds = pydicom.dcmread(path)
    del ds.Modality
    out = io.BytesIO()
    ds.save_as(out)
    spoiled = tmp_path / "spoiled.dcm"
    spoiled.write_bytes(out.getvalue())
    assert any("Modality" in fault for fault in new_faults(path, spoiled))
