"""Hostile and damaged files end in accepted-and-understood or refused-with-a-reason, never anything else."""

import io
import struct

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import RefusedError, check_structure
from deid.engine.verification.walker import Walker
from tests.deid.conftest import as_bytes, wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")
CT = wheel_file("CT_small.dcm")
START = 144 + int.from_bytes(CT[140:144], "little")


def refusal(content: bytes, tmp_path) -> str:
    path = tmp_path / "x.dcm"
    path.write_bytes(content)
    with pytest.raises(RefusedError) as refused:
        check_structure(path)
    assert refused.value.reason.endswith(".") and len(refused.value.reason) > 20
    return refused.value.code


def element(tag: int, vr: bytes, length: int, value: bytes = b"") -> bytes:
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr)
    long = vr in (b"OB", b"SQ", b"UN", b"UT", b"OW")
    return head + (struct.pack("<HL", 0, length) if long else struct.pack("<H", length)) + value


def inserted(raw: bytes) -> bytes:
    """Return the CT with *raw* as its first element."""
    return CT[:START] + raw + CT[START:]


def test_a_sound_file_is_accepted(tmp_path):
    path = tmp_path / "x.dcm"
    path.write_bytes(CT)
    assert check_structure(path)["format"] == "dicom"


@pytest.mark.parametrize("length", [2**31, 2**32 - 2, 2**31 - 1, 10**6])
def test_a_length_beyond_the_file_is_refused(length, tmp_path):
    assert refusal(inserted(element(0x00080001, b"OB", length)), tmp_path) == "truncated"


def test_no_length_on_a_plain_value_is_refused(tmp_path):
    assert refusal(inserted(element(0x00080001, b"OB", 2**32 - 1)), tmp_path) == "bad_length"


def test_a_sequence_without_its_end_is_refused(tmp_path):
    assert refusal(inserted(element(0x00081140, b"SQ", 2**32 - 1)), tmp_path) in ("bad_item", "truncated")


@pytest.mark.parametrize("vr", [b"lo", b"ZZ", b"\0\0", b"  "])
def test_an_invalid_vr_is_refused(vr, tmp_path):
    assert refusal(inserted(element(0x00080001, vr, 0)), tmp_path) == "bad_vr"


def test_nesting_without_end_is_refused(tmp_path):
    deep = element(0x00081140, b"SQ", 2**32 - 1) + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    assert refusal(CT[:START] + deep * 100_000, tmp_path) == "too_deep"


def test_an_item_outside_a_sequence_is_refused(tmp_path):
    assert refusal(inserted(b"\xfe\xff\x00\xe0\x00\x00\x00\x00"), tmp_path) == "stray_delimiter"
    assert refusal(inserted(b"\xfe\xff\x0d\xe0\x00\x00\x00\x00"), tmp_path) == "stray_delimiter"


@pytest.mark.parametrize("tag", [0x00000010, 0xFFFF0010])
def test_a_group_no_file_may_have_is_refused(tag, tmp_path):
    assert refusal(inserted(element(tag, b"LO", 0)), tmp_path) == "bad_group"


def test_an_element_that_is_there_twice_is_refused_at_any_depth(tmp_path):
    twice = element(0x00100020, b"LO", 2, b"A ")
    assert refusal(inserted(twice + twice), tmp_path) == "duplicate_element"
    item = b"\xfe\xff\x00\xe0" + struct.pack("<L", 2 * len(twice)) + twice * 2
    assert refusal(inserted(element(0x00081140, b"SQ", len(item), item)), tmp_path) == "duplicate_element"


def test_a_second_data_set_behind_the_first_is_refused(tmp_path):
    assert refusal(CT + CT[START:], tmp_path) == "duplicate_element"


def test_bytes_behind_the_last_element_are_refused(tmp_path):
    assert refusal(CT + b"hidden", tmp_path) in ("left_over_bytes", "bad_vr")


def test_meta_information_that_lies_about_its_length_is_refused(tmp_path):
    assert refusal(CT[:140] + struct.pack("<L", 7) + CT[144:], tmp_path) == "meta_length"


def test_something_else_than_dicom_is_refused(tmp_path):
    for content in (b"", b"MZ" * 100, b"%PDF-1.7" * 50, CT[128:], CT[:100]):
        assert refusal(content, tmp_path) == "not_dicom"


def test_pixels_shorter_than_their_image_are_refused(tmp_path):
    ds = pydicom.dcmread(io.BytesIO(CT))
    ds.Rows = 4000
    assert refusal(as_bytes(ds), tmp_path) == "pixels_short"


def test_an_image_of_impossible_size_is_refused(tmp_path):
    ds = pydicom.dcmread(get_testdata_file("MR_small_RLE.dcm"))
    ds.Rows = ds.Columns = 65535
    ds.NumberOfFrames = 2_000_000
    assert refusal(as_bytes(ds), tmp_path) == "image_too_large"


def test_native_pixels_under_a_compressed_syntax_are_refused(tmp_path):
    changed = CT.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0", 1)
    assert refusal(changed, tmp_path) == "pixel_encoding"


def test_a_character_set_under_a_wrong_vr_is_no_trap(tmp_path, clean):
    ds = pydicom.dcmread(io.BytesIO(CT))
    source = as_bytes(ds).replace(b"\x08\x00\x05\x00CS", b"\x08\x00\x05\x00LO", 1)
    assert clean(source)[0].PatientIdentityRemoved == "YES"


def test_a_directory_is_refused_with_its_own_reason(tmp_path):
    assert refusal(wheel_file("DICOMDIR"), tmp_path) == "dicomdir"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(132, 3000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=4))
def test_scribbled_files_are_accepted_or_refused_and_never_half_read(clean, scribbles):
    content = bytearray(CT[:4000] + CT[-40000:])
    content = bytearray(CT)
    for place, raw in scribbles:
        content[place : place + len(raw)] = raw
    try:
        cleaned = clean(bytes(content))[1]
    except RefusedError:
        return
    assert list(Walker(cleaned).elements())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(CT) - 1))
def test_a_file_cut_anywhere_is_refused_or_was_whole(clean, place):
    try:
        after = clean(CT[:place])[0]
    except RefusedError:
        return
    assert "PixelData" not in after


def test_both_readers_see_the_same_elements():
    ds = pydicom.dcmread(io.BytesIO(CT))
    inner = Dataset()
    inner.CodeValue = "X"
    ds.ProcedureCodeSequence = Sequence([inner, inner])
    walked = [seen.tag for seen in Walker(as_bytes(ds)).elements() if seen.tag >> 16 != 2]
    assert sorted(walked) == sorted(int(e.tag) for e in ds.iterall())
