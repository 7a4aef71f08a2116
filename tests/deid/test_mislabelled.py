"""Files whose data set is encoded otherwise than their transfer syntax says."""

import io
import struct

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


def implicit(tag: int, value: bytes) -> bytes:
    """Return an element in Implicit VR Little Endian."""
    return struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(value)) + value


def in_an_item(*elements: bytes) -> bytes:
    """Return one item of a sequence, of known length."""
    content = b"".join(elements)
    return struct.pack("<HHL", 0xFFFE, 0xE000, len(content)) + content


PLAN = (
    implicit(0x00081150, b"1.2.840.10008.5.1.4.1.1.481.5\0"),
    implicit(0x00081155, b"1.2.99.20190302\0"),
    implicit(0x300C0020, in_an_item(implicit(0x300C0022, b"7 "), implicit(0x300A00C2, b"Ostrander chest "))),
)


def with_unknown_sequence(content: bytes, *, closed: bool) -> bytes:
    """Return a CT whose Referenced RT Plan Sequence came as UN, as writers without a dictionary make it."""
    head = struct.pack("<HH2sHL", 0x300C, 0x0002, b"UN", 0, len(content) if closed else 0xFFFFFFFF)
    end = b"" if closed else struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    source = wheel_file("CT_small.dcm")
    place = source.index(b"\xe0\x7f\x10\x00OW")
    return source[:place] + head + content + end + source[place:]


@pytest.mark.parametrize("closed", [True, False])
def test_a_sequence_that_came_as_unknown_is_cleaned_inside(closed, clean, identity):
    after, content, _ = clean(with_unknown_sequence(in_an_item(*PLAN), closed=closed))
    item = after.ReferencedRTPlanSequence[0]
    assert b"\x0c\x30\x02\x00SQ" in content and b"Ostrander" not in content and b"20190302" not in content
    assert item.ReferencedSOPClassUID == "1.2.840.10008.5.1.4.1.1.481.5"
    assert item.ReferencedSOPInstanceUID == identity.uid("1.2.99.20190302")
    group = item.ReferencedFractionGroupSequence[0]
    assert group.ReferencedFractionGroupNumber == 7 and group.BeamName == "chest"


@pytest.mark.parametrize("content", [b"Ostrander was here  ", in_an_item(*PLAN)[:-4]])
def test_unknown_bytes_that_are_no_sequence_go(content, clean):
    after, raw, _ = clean(with_unknown_sequence(content, closed=True))
    assert 0x300C0002 not in after and b"Ostrander" not in raw


def test_an_empty_sequence_that_came_as_unknown_stays_empty(clean):
    assert len(clean(with_unknown_sequence(b"", closed=True))[0].ReferencedRTPlanSequence) == 0
