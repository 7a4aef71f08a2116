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


BESIDE = pytest.mark.parametrize("change", [commented, lambda frame: frame + b"\0\0" + NAME])


@BESIDE
@pytest.mark.parametrize(
    "name", ["SC_rgb_jpeg_gdcm.dcm", "JPEGLSNearLossless_16.dcm", "examples_ybr_color.dcm"]
)
def test_what_stands_beside_a_compressed_image_goes_and_the_image_stays(name, change, tmp_path, clean):
    source, target = tmp_path / "source.dcm", tmp_path / "released.dcm"
    source.write_bytes(with_fragment(name, change))
    target.write_bytes(clean(source.read_bytes())[1])
    assert NAME in source.read_bytes()
    assert NAME not in target.read_bytes()
    before, after = pydicom.dcmread(source), pydicom.dcmread(target)
    assert (before.pixel_array == after.pixel_array).all()
    assert verify_dicom(source, target) == []


@BESIDE
def test_a_name_left_in_a_comment_or_behind_a_compressed_image_is_a_hit(change, tmp_path):
    source = tmp_path / "source.dcm"
    source.write_bytes(with_fragment("SC_rgb_jpeg_gdcm.dcm", change))
    assert ("(7FE0,0010)", "name") in {(hit.place, hit.kind) for hit in verify_dicom(source, source)}


def test_a_compressed_image_without_a_comment_is_copied_byte_for_byte(tmp_path, clean):
    content = with_fragment("JPEGLSNearLossless_16.dcm", lambda frame: frame)
    (tmp_path / "released.dcm").write_bytes(clean(content)[1])
    (tmp_path / "source.dcm").write_bytes(content)
    released = pydicom.dcmread(tmp_path / "released.dcm")
    assert released.PixelData == pydicom.dcmread(tmp_path / "source.dcm").PixelData
