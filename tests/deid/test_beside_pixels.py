import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate, generate_frames

from deid.engine.verification import verify_dicom
from tests.deid.conftest import as_bytes

pytestmark = pytest.mark.filterwarnings("ignore")
NAME = b"Featherington"


def with_fragment(name, change):
    """Return a compressed image of Philippa Featherington, its first frame changed."""
    ds = pydicom.dcmread(get_testdata_file(name))
    ds.PatientName = "Featherington^Philippa"
    frames = list(generate_frames(ds.PixelData, number_of_frames=int(ds.get("NumberOfFrames") or 1)))
    ds.PixelData = encapsulate([change(frames[0]), *frames[1:]])
    ds["PixelData"].VR = "OB"
    return as_bytes(ds)


def commented(frame):
    """Put a comment segment behind the start of a JPEG image (ISO/IEC 10918-1 B.2.4.5)."""
    return frame[:2] + b"\xff\xfe" + (len(NAME) + 2).to_bytes(2, "big") + NAME + frame[2:]


@pytest.mark.parametrize("change", [commented, lambda frame: frame + b"\0\0" + NAME])
def test_a_name_in_a_comment_or_behind_a_compressed_image_is_a_hit(change, tmp_path, clean):
    source, target = tmp_path / "source.dcm", tmp_path / "released.dcm"
    source.write_bytes(with_fragment("SC_rgb_jpeg_gdcm.dcm", change))
    target.write_bytes(clean(source.read_bytes())[1])
    assert {(hit.place, hit.kind) for hit in verify_dicom(source, target)} == {("(7FE0,0010)", "name")}


def test_compressed_images_without_a_comment_pass(tmp_path, clean):
    source, target = tmp_path / "source.dcm", tmp_path / "released.dcm"
    source.write_bytes(with_fragment("SC_rgb_jpeg_gdcm.dcm", lambda frame: frame))
    target.write_bytes(clean(source.read_bytes())[1])
    assert verify_dicom(source, target) == []
