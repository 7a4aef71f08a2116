"""Files whose data set is encoded otherwise than their transfer syntax says."""

import io

import pydicom
import pytest

from deid.engine import UnreadableError, check_structure
from deid.engine.verification import verify_dicom
from deid.engine.writing.meta import file_meta
from tests.deid.conftest import wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")


def relabelled(name: str, syntax: str) -> bytes:
    """Return a file of the wheel with another transfer syntax in its meta information, and the same data set."""
    content = wheel_file(name)
    start = 144 + int.from_bytes(content[140:144], "little")
    ds = pydicom.dcmread(io.BytesIO(content))
    return file_meta(ds.SOPClassUID, ds.SOPInstanceUID, syntax) + content[start:]


@pytest.mark.parametrize(
    ("name", "label", "becomes"),
    [
        ("MR_small_implicit.dcm", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"),
        ("CT_small.dcm", "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"),
    ],
)
def test_a_mislabelled_file_comes_out_labelled_right(name, label, becomes, clean, tmp_path):
    source = relabelled(name, label)
    path, released = tmp_path / "in.dcm", tmp_path / "out.dcm"
    path.write_bytes(source)
    assert check_structure(path)["syntax"] == becomes
    after, content, cleaned = clean(source)
    released.write_bytes(content)
    before = pydicom.dcmread(io.BytesIO(wheel_file(name)))
    assert cleaned.transfer_syntax_uid == after.file_meta.TransferSyntaxUID == becomes
    assert after.PixelData == before.PixelData and after.Rows == before.Rows
    assert str(before.PatientName) not in str(after)
    assert verify_dicom(path, released) == []


def test_compressed_pixels_in_an_implicit_data_set_are_written_explicitly(clean):
    source = wheel_file("SC_rgb_jpeg.dcm")
    after, content, cleaned = clean(source)
    before = pydicom.dcmread(io.BytesIO(source))
    assert after.PixelData == before.PixelData
    assert content[content.index(b"DICM") :].count(b"\x28\x00\x10\x00US") == 1


def test_a_file_that_is_damaged_either_way_is_refused_as_labelled(clean):
    source = relabelled("MR_small_implicit.dcm", "1.2.840.10008.1.2.1")
    with pytest.raises(UnreadableError) as refusal:
        clean(source[:-3])
    assert refusal.value.code == "bad_vr"
