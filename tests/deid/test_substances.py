"""A contrast agent or a tracer stays by the place where it stands; who gave it and whose it is does not."""

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from deid.engine import make_profile
from tests.deid.conftest import as_bytes


@pytest.fixture
def ct() -> Dataset:
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PatientName = "Quillbyer^Zora"
    return ds


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("Vexlograf", "Vexlograf"), ("Vexlograf 10 ml", "Vexlograf 10 ml"), ("IV Vexlograf", "IV Vexlograf"),
        ("Vexlograf 300 + Ostrivel-20", "Vexlograf 300 + Ostrivel-20"), ("vexlograf i.v.", "vexlograf i.v."),
        ("Vexlograf 10 ml by Krumwald", "Vexlograf 10 ml by"), ("Vexlograf 10 ml, 14:35", "Vexlograf 10 ml"),
        ("Krumwald, Zorvald", ""), ("Krumwald^Zorvald", ""), ("given by Krumwald", "given by"), ("Quillbyer", ""),
        ("Quillbyer 10 ml", "10 ml"), ("Vexlograf Krumwald 10 ml", "10 ml"),
        ("Gadolinium + Vexlograf", "Gadolinium"),
    ],
)  # fmt: skip
def test_a_contrast_agent_is_a_substance(value, left, ct, clean):
    ct.ContrastBolusAgent = value
    after = str(clean(as_bytes(ct))[0].get("ContrastBolusAgent") or "")
    assert after.rstrip(" +") == left


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("F-18 Quorvista", "F-18 Quorvista"),
        ("Quorvista F18", "Quorvista F18"),
        ("Quorvista Krumwald", ""),
        ("Quillbyer", ""),
    ],
)
def test_a_tracer_is_a_substance(value, left, ct, clean):
    tracer = Dataset()
    tracer.Radiopharmaceutical = value
    ct.RadiopharmaceuticalInformationSequence = [tracer]
    after = clean(as_bytes(ct))[0].RadiopharmaceuticalInformationSequence[0]
    assert str(after.get("Radiopharmaceutical") or "") == left


def test_a_profile_that_removes_it_does_so(ct, clean):
    ct.ContrastBolusAgent = "Vexlograf"
    profile = make_profile("own", frozenset({"clean_descriptors"}), {"00180010": "X"})
    assert "ContrastBolusAgent" not in clean(as_bytes(ct), profile=profile)[0]
