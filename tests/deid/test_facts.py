"""What the index is told of an image: numbers and codes as its header has them, nothing where it says nothing of use."""

import io

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import RefusedError, load_profile, make_profile
from deid.engine.facts.dicom import read_facts
from deid.engine.facts.known import read_known_values
from tests.deid.conftest import as_bytes, wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")
EMPTY = {
    "slice_thickness": None, "spacing_between_slices": None, "kvp": None, "repetition_time": None, "echo_time": None,
    "magnetic_field_strength": None, "temporal_position": None, "acquisition_number": None, "imager_pixel_spacing": [],
}  # fmt: skip


@pytest.fixture
def written(tmp_path):
    """Return what writes a data set to a file."""

    def write(ds: Dataset):
        path = tmp_path / "x.dcm"
        path.write_bytes(as_bytes(ds))
        return path

    return write


def ct() -> Dataset:
    return pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))


def test_facts_are_what_pydicom_reads(written):
    ds = ct()
    ds.BodyPartExamined, ds.Laterality, ds.BurnedInAnnotation, ds.RecognizableVisualFeatures = (
        "CHEST",
        "L",
        "NO",
        "YES",
    )
    ds.ConversionType, ds.LossyImageCompression, ds.ContrastBolusAgent = "WSD", "01", "Iodine"
    ds.TemporalPositionIdentifier, ds.SpacingBetweenSlices, ds.ImagerPixelSpacing = 4, "2.5", [0.1, 0.2]
    ds.StudyDescription, ds.SeriesDescription, ds.ProtocolName = "Thorax", "axial", "low dose"
    path = written(ds)
    safe, identity = read_facts(path).safe, read_facts(path).identity
    keywords = {
        "rows": "Rows", "columns": "Columns", "bits_allocated": "BitsAllocated", "bits_stored": "BitsStored",
        "pixel_representation": "PixelRepresentation", "samples_per_pixel": "SamplesPerPixel", "modality": "Modality",
        "body_part": "BodyPartExamined", "manufacturer": "Manufacturer", "model": "ManufacturerModelName",
        "sop_class_uid": "SOPClassUID", "photometric": "PhotometricInterpretation", "sex": "PatientSex",
        "burned_in_annotation": "BurnedInAnnotation", "patient_position": "PatientPosition", "laterality": "Laterality",
        "contrast_agent": "ContrastBolusAgent", "conversion_type": "ConversionType", "lossy": "LossyImageCompression",
        "recognizable_visual_features": "RecognizableVisualFeatures", "pixel_spacing": "PixelSpacing",
        "imager_pixel_spacing": "ImagerPixelSpacing", "slice_thickness": "SliceThickness",
        "spacing_between_slices": "SpacingBetweenSlices", "image_position": "ImagePositionPatient",
        "image_orientation": "ImageOrientationPatient", "instance_number": "InstanceNumber",
        "series_number": "SeriesNumber", "acquisition_number": "AcquisitionNumber", "kvp": "KVP",
        "temporal_position": "TemporalPositionIdentifier", "image_type": "ImageType",
    }  # fmt: skip
    assert {name: safe[name] for name in keywords} == {
        name: list(ds[keyword].value) if ds[keyword].VM > 1 else ds[keyword].value
        for name, keyword in keywords.items()
    }
    assert safe["size"] == len(path.read_bytes()) and safe["frames"] == 1
    assert safe["transfer_syntax_uid"] == "1.2.840.10008.1.2.1"
    assert identity == {
        "patient_id": ds.PatientID, "study_uid": ds.StudyInstanceUID, "series_uid": ds.SeriesInstanceUID,
        "sop_instance_uid": ds.SOPInstanceUID, "frame_of_reference_uid": ds.FrameOfReferenceUID,
        "birth_date": ds.PatientBirthDate,
        "study_date": ds.StudyDate, "series_description": "axial", "study_description": "Thorax",
        "protocol_name": "low dose",
    }  # fmt: skip


def test_what_the_header_does_not_say_is_nothing(written):
    ds = ct()
    for keyword in (
        "SliceThickness",
        "SpacingBetweenSlices",
        "KVP",
        "AcquisitionNumber",
        "Rows",
        "PixelSpacing",
        "BodyPartExamined",
    ):
        if keyword in ds:
            del ds[keyword]
    ds["InstanceNumber"]._value = None
    ds.add_new(0x00180081, "LO", "short")  # no number
    safe = read_facts(written(ds)).safe
    assert {name: safe[name] for name in EMPTY} == EMPTY
    assert (safe["rows"], safe["instance_number"], safe["pixel_spacing"], safe["body_part"]) == (
        None,
        None,
        [],
        "",
    )


def test_numbers_are_read_in_the_byte_order_of_the_file(written):
    safe = read_facts(written(pydicom.dcmread(io.BytesIO(wheel_file("MR_small_bigendian.dcm"))))).safe
    assert (safe["rows"], safe["columns"], safe["bits_stored"]) == (64, 64, 16)


def test_a_value_in_another_character_set_is_read_by_it(written):
    ds = ct()
    ds.SpecificCharacterSet, ds.StudyDescription = "ISO_IR 144", "Голова"
    assert read_facts(written(ds)).identity["study_description"] == "Голова"


@pytest.mark.parametrize(
    ("age", "years"),
    [
        ("000Y", 0), ("045Y", 45), ("089Y", 89), ("090Y", 90), ("101Y", 90), ("011M", 0), ("012M", 1), ("023M", 1), ("024M", 2),
        ("051W", 0), ("053W", 1), ("364D", 0), ("366D", 1), ("730D", 1), ("731D", 2), ("999W", 19), ("045X", None),
        ("45Y", None), ("0045Y", None), ("O45Y", None), ("", None),
    ],
)  # fmt: skip
def test_an_age_is_told_in_whole_years_and_not_beyond_89(written, age, years):
    """PS3.5 6.2, AS; years of 365.25 days, months of a twelfth of one."""
    ds = ct()
    ds.add_new(0x00101010, "LO", age)
    assert read_facts(written(ds)).safe["age_years"] == years


@pytest.mark.parametrize(
    ("tag", "vr", "said"),
    [
        (0x60003000, "OW", {"has_overlays": True}), (0x60FE3000, "OW", {"has_overlays": True}),
        (0x60001500, "LO", {"has_overlays": False}), (0x50003000, "OW", {"has_overlays": False}),
        (0x62003000, "OW", {"has_overlays": False}), (0x5FFE3000, "OW", {"has_overlays": False}),
        (0x00420011, "OB", {"has_encapsulated_document": True}), (0x7FE00008, "OF", {"has_float_pixels": True}),
        (0x7FE00009, "OD", {"has_float_pixels": True}),
        (0x00090010, "LO", {"private_creators": 1, "private_elements": 0}),
        (0x000900FF, "LO", {"private_creators": 1, "private_elements": 0}),
        (0x00090100, "LO", {"private_creators": 0, "private_elements": 1}),
        (0x0009000F, "LO", {"private_creators": 0, "private_elements": 0}),
        (0x00091001, "LO", {"private_creators": 0, "private_elements": 1}),
        (0x00081001, "LO", {"private_creators": 0, "private_elements": 0}),
    ],
)  # fmt: skip
def test_what_else_a_file_holds_is_told(written, tag, vr, said):
    ds = ct()
    ds.remove_private_tags()
    ds.add_new(tag, vr, bytes(8) if vr[0] == "O" else "x")
    safe = read_facts(written(ds)).safe
    plain = {
        "has_overlays": False, "has_encapsulated_document": False, "has_float_pixels": False, "private_creators": 0,
        "private_elements": 0, "has_pixels": True, "ultrasound_regions": 0,
    }  # fmt: skip
    assert {name: safe[name] for name in plain} == plain | said


@pytest.mark.parametrize(
    ("tag", "has"), [(0x7FE00010, True), (0x7FE00008, True), (0x7FE00009, True), (0x7FE00001, False)]
)
def test_a_file_without_pixels_says_so(written, tag, has):
    ds = ct()
    del ds.PixelData
    ds.add_new(tag, {0x7FE00008: "OF", 0x7FE00009: "OD"}.get(tag, "OW"), bytes(8))
    assert read_facts(written(ds)).safe["has_pixels"] is has


def test_regions_of_ultrasound_are_counted(written):
    ds = ct()
    ds.SequenceOfUltrasoundRegions = Sequence([Dataset(), Dataset()])
    assert read_facts(written(ds)).safe["ultrasound_regions"] == 2


@pytest.mark.parametrize("modality", ["CT", "MR", "PT", "NM", "US", "DX"])
@pytest.mark.parametrize(
    ("keyword", "words"),
    [
        ("BodyPartExamined", "HEAD"), ("SeriesDescription", "t1 mprage"), ("StudyDescription", "Brain"),
        ("ProtocolName", "neuro"), ("ProtocolName", "SURFACE coil"), ("StudyDescription", "knee"),
    ],
)  # fmt: skip
def test_a_head_is_told_where_volumes_show_faces(written, modality, keyword, words):
    ds = ct()
    ds.Modality = modality
    ds.BodyPartExamined = ds.SeriesDescription = ds.StudyDescription = ds.ProtocolName = ""
    setattr(ds, keyword, words)
    spoken = words not in ("SURFACE coil", "knee")
    assert read_facts(written(ds)).safe["is_head"] is (spoken and modality in {"CT", "MR", "PT", "NM"})


def test_known_values_are_what_the_profile_removes(written):
    ds = ct()
    ds.PatientName, ds.PatientID, ds.AccessionNumber = "Quackenbush^Xiomara", "PT1234567", "xACC777x"
    ds.PatientBirthDate, ds.StudyDate, ds.StationName = "19610203", "20140312", "SCANNER77"
    ds.OperatorsName = "Zimmerlinger^A\\Featherington^B"
    path = written(ds)
    values = read_known_values(path, load_profile("research"))
    assert values == sorted(values) and all(value == value.strip(" \0") != "" for value in values)
    assert {
        "Quackenbush^Xiomara",
        "Zimmerlinger^A",
        "Featherington^B",
        "PT1234567",
        "xACC777x",
        "19610203",
    } <= {*values}
    assert not {"20140312", "SCANNER77", "CT"} & {*values}
    assert "SCANNER77" in read_known_values(path, make_profile("own", frozenset(), {}))


def test_names_in_another_character_set_are_known_as_they_are_read(written):
    ds = ct()
    ds.SpecificCharacterSet, ds.PatientName = "ISO_IR 144", "Люксембург^Ада"
    assert "Люксембург^Ада" in read_known_values(written(ds), load_profile("research"))


def test_a_name_is_known_however_many_others_stand_before_it_in_the_alphabet(written):
    ds = ct()
    ds.PatientName = "Zywiec^Zofia"
    ds.OperatorsName = "\\".join(f"Name{number}^A" for number in range(3000))
    known = read_known_values(written(ds), load_profile("research"))
    assert "Zywiec^Zofia" in known and len(known) > 3000


def test_what_is_no_dicom_has_no_facts(tmp_path):
    (tmp_path / "x.dcm").write_bytes(b"nothing" * 40)
    with pytest.raises(RefusedError):
        read_facts(tmp_path / "x.dcm")
    with pytest.raises(RefusedError):
        read_known_values(tmp_path / "x.dcm", load_profile("basic"))
