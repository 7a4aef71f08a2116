import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from deid.engine import Mask
from deid.engine.finding.expecting import expectation_of
from deid.engine.finding.faces import Volume, face_risk, judge_volume
from tests.deid.conftest import SAMPLES, as_bytes

text = pytest.importorskip(
    "deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for"
)
pytestmark = pytest.mark.filterwarnings("ignore")


def picture_with_text(kind: str, tmp_path):
    """Write a 12- or 8-bit image with a line of text and return its path and the line's rectangle."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    canvas = Image.new("L", (512, 512), 0)
    drawing = ImageDraw.Draw(canvas)
    drawing.ellipse((120, 150, 400, 420), fill=110)
    font = ImageFont.load_default(size=18)
    drawing.text((20, 20), "QUACKENBUSH 1971-02-12", fill=255, font=font)
    box = drawing.textbbox((20, 20), "QUACKENBUSH 1971-02-12", font=font)
    grey = np.asarray(canvas).astype(np.uint16)
    ds.Rows = ds.Columns = 512
    ds.PixelRepresentation, ds.RescaleIntercept = 0, 0
    for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue"):
        if name in ds:
            delattr(ds, name)
    if kind == "inverted":
        grey, ds.PhotometricInterpretation = 255 - grey, "MONOCHROME1"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    ds.PixelData = (grey * 16).astype("<u2").tobytes()
    path = tmp_path / "text.dcm"
    path.write_bytes(as_bytes(ds))
    return path, box


@pytest.mark.parametrize("kind", ["plain", "inverted"])
def test_burned_in_text_is_found_and_its_mask_leaves_none(kind, tmp_path, clean):
    path, (left, top, right, bottom) = picture_with_text(kind, tmp_path)
    boxes = text.find_text(path)
    assert boxes and min(b.x for b in boxes) <= left and max(b.x + b.width for b in boxes) >= right
    assert min(b.y for b in boxes) <= top and max(b.y + b.height for b in boxes) >= bottom
    assert sum(b.width * b.height for b in boxes) < 0.06 * 512 * 512
    masked = tmp_path / "masked.dcm"
    masks = [Mask(range(b.frame, b.frame + 1), b.x, b.y, b.width, b.height) for b in boxes]
    masked.write_bytes(clean(path.read_bytes(), masks=masks)[1])
    assert text.find_text(masked) == []


def test_an_image_without_text_has_no_box():
    assert text.find_text(get_testdata_file("MR_small.dcm")) == []
    assert text.find_text(get_testdata_file("rtplan.dcm")) == []


def test_the_header_says_where_text_is_likely():
    ds = pydicom.dcmread(get_testdata_file("examples_rgb_color.dcm"))
    assert expectation_of(ds).likely
    assert not expectation_of(pydicom.dcmread(get_testdata_file("CT_small.dcm"))).likely


def head(*, front: int) -> Volume:
    """Return an ellipsoid of the size of a head whose front surface begins at slice *front*."""
    z, y, x = np.ogrid[:100, :120, :100]
    inside = ((z - 50) / 48) ** 2 + ((y - front - 50) / 50) ** 2 + ((x - 50) / 38) ** 2 < 1
    return Volume((inside * 1000.0).astype(np.float32), (2.0, 2.0, 2.0))


def test_a_volume_of_a_head_with_its_front_in_view_shows_a_face():
    assert judge_volume(head(front=10)).risk == "likely"


def test_a_head_whose_front_is_cut_off_is_for_a_person_to_judge():
    verdict = judge_volume(head(front=-8))
    assert verdict.risk == "possible" and verdict.confidence <= 0.5


def test_a_body_of_another_size_shows_no_face():
    volume = head(front=10)
    assert judge_volume(Volume(volume.values, (4.0, 4.0, 4.0))).risk == "none"
    assert judge_volume(Volume(volume.values, (0.5, 0.5, 0.5))).risk == "none"


def ellipse(values, planes, middle, radii):
    """Fill an ellipse (rows, columns) in *planes* of a volume of 4 mm."""
    y, x = np.ogrid[: values.shape[1], : values.shape[2]]
    inside = ((y - middle[0]) / radii[0]) ** 2 + ((x - middle[1]) / radii[1]) ** 2 < 1
    values[planes] = np.where(inside, 1000.0, values[planes])


def body(*, head: float = 1.0, shoulders: int = 40, table: bool = False) -> Volume:
    """Return a head (200 mm tall, by a scale) on *shoulders* planes of a trunk, at will on a table; 4 mm."""
    values = np.zeros((shoulders + 70, 80, 130), np.float32)
    ellipse(values, slice(0, shoulders), (45, 65), (28, 52))
    for plane in range(int(50 * head)):
        round_off = max(0.2, 1 - (plane / (50 * head)) ** 6)
        ellipse(values, slice(shoulders + plane, shoulders + plane + 1), (40, 65), (
            24 * head * round_off, 19 * head * round_off))  # fmt: skip
    if table:
        values[:, 76:78, 10:120] = 1000.0
    return Volume(values, (4.0, 4.0, 4.0))


@pytest.mark.parametrize(
    "volume",
    [body(), body(shoulders=15), body(shoulders=220), body(shoulders=0, table=True), body(table=True)],
    ids=["shoulders", "neck", "whole body", "table", "shoulders on a table"],
)
def test_a_head_in_a_larger_body_or_on_a_table_shows_a_face(volume):
    assert judge_volume(volume).risk == "likely"


def test_the_head_of_an_infant_shows_a_face():
    assert judge_volume(body(head=0.62, shoulders=0)).risk == "likely"


def test_noise_in_the_air_around_a_head_does_not_hide_it():
    values = np.pad(head(front=10).values, [(0, 0), (20, 20), (40, 40)])
    noisy = values + np.random.default_rng(7).normal(0, 250, values.shape)
    assert judge_volume(Volume(noisy.astype(np.float32), (2.0, 2.0, 2.0))).risk == "likely"


def test_a_slab_of_a_head_with_its_front_or_its_profile_is_for_a_person_to_judge():
    whole = head(front=10)
    assert (
        judge_volume(Volume(whole.values[:, :45], whole.steps)).risk == "possible"
    )  # coronal, 70 mm of a face
    assert judge_volume(Volume(whole.values[:, :, 35:65], whole.steps)).risk == "possible"  # sagittal, 60 mm


def test_a_trunk_and_a_pair_of_legs_show_no_face():
    trunk = body().values[:40]
    assert judge_volume(Volume(trunk, (4.0, 4.0, 4.0))).risk == "none"
    legs = np.zeros((100, 80, 130), np.float32)
    for middle in (38, 92):
        ellipse(legs, slice(0, 100), (40, middle), (20, 20))
    assert judge_volume(Volume(legs, (4.0, 4.0, 4.0))).risk == "none"
    trunk_and_legs = np.concatenate([legs, trunk])
    assert judge_volume(Volume(trunk_and_legs, (4.0, 4.0, 4.0))).risk == "none"


def test_a_single_slice_and_a_modality_without_faces_are_no_risk():
    assert face_risk([get_testdata_file("CT_small.dcm")]).risk == "none"
    assert face_risk([get_testdata_file("examples_rgb_color.dcm")]).risk == "none"


@pytest.mark.needs_samples
@pytest.mark.skipif(not SAMPLES.exists(), reason=f"NO SAMPLE FILES at {SAMPLES}")
def test_a_real_head_is_at_least_for_a_person_to_judge():
    assert face_risk([SAMPLES / "nifti" / "ch2.nii.gz"]).risk != "none"


def test_a_damaged_series_is_possible_with_little_confidence(tmp_path):
    path = tmp_path / "x.dcm"
    path.write_bytes(b"nothing" * 40)
    verdict = face_risk([path])
    assert verdict.risk == "possible" and verdict.confidence < 0.3


def test_a_head_in_an_enhanced_multi_frame_image_that_names_no_part_shows_a_face(tmp_path):
    volume = head(front=10).values[::2, ::2, ::2]
    ds = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = pydicom.uid.EnhancedMRImageStorage
    for name in (
        "ImageOrientationPatient",
        "ImagePositionPatient",
        "PixelSpacing",
        "BodyPartExamined",
        "StudyDescription",
    ):
        if name in ds:
            delattr(ds, name)
    ds.SeriesDescription, ds.NumberOfFrames, ds.Rows, ds.Columns = "T1W 3D", *map(int, volume.shape)
    orientation, spacing = Dataset(), Dataset()
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    spacing.PixelSpacing, spacing.SliceThickness = [4, 4], 4
    shared = Dataset()
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [spacing]
    ds.SharedFunctionalGroupsSequence, ds.PerFrameFunctionalGroupsSequence = [shared], []
    for number in range(len(volume)):
        position, groups = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, number * 4]
        groups.PlanePositionSequence = [position]
        ds.PerFrameFunctionalGroupsSequence.append(groups)
    ds.PixelData = volume.astype("<i2").tobytes()
    ds.save_as(tmp_path / "many.dcm")
    assert face_risk([tmp_path / "many.dcm"]).risk == "likely"
