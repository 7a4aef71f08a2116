"""Raw data of a head holds its face: what the header, the name or the depth of a file says of it."""

import h5py
import numpy as np
import pytest

from deid.engine import sandbox
from deid.engine.facts.anatomy import body_part_of_name
from deid.engine.finding.raw_heads import OF_HEAD, OF_UNKNOWN, face_in_raw
from tests.deid.raw_words import HEADER

KNEE = "<studyDescription>Knee of Quackenbush, Ada</studyDescription>"
PROTOCOL = "t2_tse_sag Stone MRN77123"
DEEP = (20, 2, 32, 24)


def facts_of(tmp_path, header=None, shape=(3, 2, 8, 6), **attributes):
    path = tmp_path / "raw.h5"
    with h5py.File(path, "w") as file:
        if header:
            file["ismrmrd_header"] = header.encode()
        file["kspace"] = np.zeros(shape, np.complex64)
        file.attrs.update(attributes)
    return sandbox.run("read_file_facts", "hdf5", str(path))["safe"]


def verdict_on(safe):
    verdict = face_in_raw(safe["body_part"], safe["depth"])
    return verdict.reason if verdict else None


@pytest.mark.parametrize(
    ("header", "attributes", "said"),
    [
        (HEADER.replace(PROTOCOL, "t1_mprage_sag_p2"), {}, OF_HEAD),
        (HEADER.replace(KNEE, "<bodyPartExamined>HEAD</bodyPartExamined>"), {}, OF_HEAD),
        (HEADER.replace(KNEE, "<coilName>HeadNeck_20:H13</coilName>"), {}, OF_HEAD),
        (None, {"acquisition": "AXFLAIR"}, OF_HEAD),
        (None, {"acquisition": "AXT1POST"}, OF_HEAD),
        (None, {"anatomy": "brain"}, OF_HEAD),
        (HEADER, {}, None),
        (None, {"acquisition": "CORPDFS_FBK"}, None),
        (None, {"description": "knee, received with a surface coil"}, None),
        (HEADER.replace(KNEE, ""), {}, OF_UNKNOWN),
        (None, {}, OF_UNKNOWN),
    ],
)
def test_a_deep_volume_is_a_head_or_may_be_one_unless_the_header_names_another_part(
    tmp_path, header, attributes, said
):
    assert verdict_on(facts_of(tmp_path, header, DEEP, **attributes)) == said


def test_a_few_slices_of_nothing_known_hold_no_face_and_a_head_holds_one_however_thin(tmp_path):
    assert verdict_on(facts_of(tmp_path)) is None
    assert verdict_on(facts_of(tmp_path, acquisition="AXT2")) == OF_HEAD


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<z>1</z></matrixSize><fieldOfView_mm><x>300</x><y>200</y><z>5</z></fieldOfView_mm></encodedSpace>",
         "<z>64</z></matrixSize></encodedSpace>"),
        ("</encodingLimits>", "<slice><minimum>0</minimum><maximum>31</maximum></slice></encodingLimits>"),
    ],
)  # fmt: skip
def test_partitions_and_slices_of_the_header_make_a_volume(tmp_path, old, new):
    header = HEADER.replace(KNEE, "").replace(old, new, 1)
    assert verdict_on(facts_of(tmp_path, header)) == OF_UNKNOWN


@pytest.mark.parametrize(
    ("extents", "said"),
    [
        ("256 256 1 8", None), ("256 256 120 8", OF_UNKNOWN),
        ("256 256 1 8 1 1 1 1 1 1 1 1 1 40", OF_UNKNOWN), (None, OF_UNKNOWN),
    ],
)  # fmt: skip
def test_an_array_of_bart_is_judged_by_its_header_and_without_one_taken_for_a_volume(tmp_path, extents, said):
    (tmp_path / "a.cfl").write_bytes(bytes(64))
    if extents:
        (tmp_path / "a.hdr").write_text(f"# Dimensions\n{extents}\n")
    safe = sandbox.run("read_file_facts", "bart_data", str(tmp_path / "a.cfl"))["safe"]
    verdict = face_in_raw("", safe.get("depth"))
    assert (verdict.reason if verdict else None) == said


def test_the_name_of_a_file_may_tell_the_part_of_the_body():
    assert body_part_of_name("x/sub-P77/anat/sub-P77_T1w.h5") == "HEAD"
    assert body_part_of_name("x/sub-P77/sub-P77_acq-knee_PDw.h5") == "KNEE"
    assert body_part_of_name("Quackenbush/brain_3d.cfl") == "HEAD"
    assert body_part_of_name("Headley/scan.h5") == ""


def test_what_the_header_says_never_comes_out_as_a_fact(tmp_path):
    safe = facts_of(tmp_path, HEADER, DEEP, acquisition="AXFLAIR", description="Quackenbush")
    assert safe["body_part"] == "HEAD"
    assert "uackenbush" not in str(safe) and "MRN77123" not in str(safe)
