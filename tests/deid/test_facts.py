"""What the index is told of a file: numbers and codes as its header has them, nothing where it says nothing of use."""

import gzip
import io
import struct

import h5py
import nibabel
import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import RefusedError, load_profile, make_profile, read_nifti_facts
from deid.engine.facts.anatomy import body_part_of_name, body_part_of_raw, chief_part
from deid.engine.facts.dicom import read_facts
from deid.engine.facts.files import MODALITIES, read_file_facts
from deid.engine.facts.known import MOST_VALUES, read_known_values
from deid.engine.formats.kinds import Kind
from tests.deid.conftest import as_bytes, wheel_file
from tests.deid.raw_words import HEADER, SEQ
from tests.deid.test_formats_documents import CDA

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
    ds.PatientName, ds.PatientID, ds.AccessionNumber = "Quackenbush^Xiomara", "PT1234567", "ACC777"
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
        "ACC777",
        "19610203",
    } <= {*values}
    assert not {"20140312", "SCANNER77", "CT"} & {*values}
    assert "SCANNER77" in read_known_values(path, make_profile("own", frozenset(), {}))


def test_names_in_another_character_set_are_known_as_they_are_read(written):
    ds = ct()
    ds.SpecificCharacterSet, ds.PatientName = "ISO_IR 144", "Люксембург^Ада"
    assert "Люксембург^Ада" in read_known_values(written(ds), load_profile("research"))


def test_no_more_values_are_known_than_can_be_searched_for(written):
    ds = ct()
    ds.OperatorsName = "\\".join(f"Name{number}^A" for number in range(MOST_VALUES + 9))
    assert len(read_known_values(written(ds), load_profile("research"))) == MOST_VALUES == 400


def test_what_is_no_dicom_has_no_facts(tmp_path):
    (tmp_path / "x.dcm").write_bytes(b"nothing" * 40)
    with pytest.raises(RefusedError):
        read_facts(tmp_path / "x.dcm")
    with pytest.raises(RefusedError):
        read_known_values(tmp_path / "x.dcm", load_profile("basic"))


@pytest.mark.parametrize(("kind", "version"), [(nibabel.Nifti1Image, 1), (nibabel.Nifti2Image, 2)])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
def test_facts_of_nifti_are_what_nibabel_reads(tmp_path, kind, version, order, packed):
    header = kind.header_class(endianness=order)
    image = kind(np.zeros((60, 50, 40, 2), np.int16), np.diag([-3.0, 4, 5, 1]), header)
    image.header.set_zooms((3.0, 4.0, 5.0, 1.5))
    image.set_data_dtype(np.int16)
    content = image.to_bytes()
    path = tmp_path / "x.nii"
    path.write_bytes(gzip.compress(content) if packed else content)
    facts = read_nifti_facts(path)
    assert facts.safe == {
        "shape": [60, 50, 40, 2], "spacing": [3.0, 4.0, 5.0, 1.5], "data_type": 4, "bits": 16, "compressed": packed,
        "version": version, "size": path.stat().st_size, "is_head": True,
    }  # fmt: skip
    assert facts.identity == {"has_header_text": False, "has_extensions": False}


@pytest.mark.parametrize("field", ["descrip", "aux_file", "intent_name", "db_name"])
def test_any_text_of_a_nifti_header_is_told(tmp_path, field):
    image = nibabel.Nifti1Image(np.zeros((2, 2, 2), np.int16), np.eye(4))
    image.header[field] = b"x"
    (tmp_path / "x.nii").write_bytes(image.to_bytes())
    assert read_nifti_facts(tmp_path / "x.nii").identity == {"has_header_text": True, "has_extensions": False}


@pytest.mark.parametrize(
    ("shape", "spacing", "head"),
    [
        ((120, 120, 120), 1.0, True), ((320, 320, 320), 1.0, True), ((119, 120, 120), 1.0, False),
        ((120, 120, 321), 1.0, False), ((100, 100, 100), 1.2, True), ((200, 200), 1.0, False),
    ],
)  # fmt: skip
def test_a_volume_of_the_extent_of_a_head_may_be_one(tmp_path, shape, spacing, head):
    header = nibabel.Nifti1Header()
    header.set_data_dtype(np.uint8)
    header.set_data_shape(shape)
    header.set_zooms([spacing] * len(shape))
    header["magic"], header["vox_offset"] = b"n+1", 352
    content = header.binaryblock + bytes(4)
    (tmp_path / "x.nii").write_bytes(content + bytes(int(np.prod(shape))))
    assert read_nifti_facts(tmp_path / "x.nii").safe["is_head"] is head


@pytest.mark.parametrize(
    ("kind", "modality"),
    [
        ("hdf5", "MR"), ("pulseq", "MR"), ("bart_data", "MR"), ("bart_header", "MR"), ("ddsm", "MG"), ("document", "DOC"),
        ("model", "M3D"), ("sidecar", "MR"), ("gradients", "MR"),
    ],
)  # fmt: skip
def test_other_files_are_told_by_the_modality_of_their_kind(kind, modality):
    assert MODALITIES[Kind(kind)] == modality


def test_the_size_and_pages_of_a_picture_are_told(tmp_path):
    pages = [Image.new("L", (7, 5)), Image.new("L", (7, 5))]
    pages[0].save(tmp_path / "x.tif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "x.png")
    for name, frames in (("x.tif", 2), ("x.png", 1)):
        facts = read_file_facts("image", str(tmp_path / name))
        assert facts == {"safe": {"modality": "OT", "rows": 5, "columns": 7, "frames": frames}, "known": []}


def test_arrays_of_bart_are_as_deep_as_the_header_beside_them_says(tmp_path):
    (tmp_path / "a.hdr").write_text("# Dimensions\n256 256 120 8\n")
    for kind, name in (("bart_data", "a.cfl"), ("bart_header", "a.hdr")):
        assert read_file_facts(kind, str(tmp_path / name))["safe"] == {"modality": "MR", "depth": 120}
    assert read_file_facts("bart_data", str(tmp_path / "b.cfl"))["safe"] == {"modality": "MR"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("t2 knee", "KNEE"), ("CORPD_FBK", "KNEE"), ("cardiac cine", "HEART"), ("Mammography", "BREAST"),
        ("prostate", "PROSTATE"), ("hepatic", "LIVER"), ("kidneys", "ABDOMEN"), ("pelvis", "PELVIS"),
        ("shoulder", "SHOULDER"), ("left hand", "HAND"), ("handle", ""), ("ankle", "FOOT"), ("phantom 3", "PHANTOM"),
        ("flair", "HEAD"), ("knee and brain", "HEAD"), ("spine", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_words_of_a_raw_header_name_a_part_of_the_body(text, part):
    assert body_part_of_raw([text]) == part


def test_a_coil_speaks_for_heads_alone():
    assert body_part_of_raw(["t2"], ["HeadNeck"]) == "HEAD" and body_part_of_raw(["t2"], ["Knee"]) == ""
    assert body_part_of_raw(["knee"], ["Head"]) == "HEAD"


def test_of_several_parts_a_head_is_the_chief_one():
    assert chief_part(["", "KNEE", "HEAD"]) == "HEAD" and chief_part(["", "KNEE", "HEART"]) == "KNEE"
    assert chief_part([""]) == chief_part([]) == ""
    assert body_part_of_name("sub-1/anat/sub-1_bold.h5") == "HEAD"


def test_a_name_of_a_header_that_ends_early_is_refused(tmp_path):
    (tmp_path / "x.nii").write_bytes(struct.pack("<i", 348) + bytes(100))
    with pytest.raises(RefusedError):
        read_nifti_facts(tmp_path / "x.nii")


def test_a_raw_header_gives_facts_and_says_whom_it_names(tmp_path):
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as file:
        file["ismrmrd_header"] = HEADER.encode()
        file["kspace"] = np.zeros((3, 2, 8, 6), np.complex64)
    facts = read_file_facts("hdf5", str(path))
    assert facts["safe"] == {
        "modality": "MR", "manufacturer": "SIEMENS", "magnetic_field_strength": 2.89, "receiver_channels": 4,
        "trajectory": "cartesian", "columns": 8, "rows": 6, "depth": 3, "body_part": "KNEE",
    }  # fmt: skip
    assert facts["known"] == [
        "Quackenbush^Stone", "MRN77123", "1961-02-03", "ST99812", "55443322", "Dr Grimwade", "Brambleton General Hospital",
        "MRC45387", "45387",
    ]  # fmt: skip
    with h5py.File(path, "w") as file:
        file["kspace"] = np.zeros((3, 2, 8, 6), np.complex64)
        file.attrs["acquisition"] = "AXFLAIR"
    safe = read_file_facts("hdf5", str(path))
    assert safe == {"safe": {"modality": "MR", "depth": 3, "body_part": "HEAD"}, "known": []}


def test_raw_data_that_is_damaged_is_refused_and_what_is_not_there_is_missing(tmp_path):
    (tmp_path / "x.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(200))
    with pytest.raises(RefusedError) as refusal:
        read_file_facts("hdf5", str(tmp_path / "x.h5"))
    assert refusal.value.code == "bad_hdf5"
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["ismrmrd_header"] = b"<no header"
    with pytest.raises(RefusedError) as refusal:
        read_file_facts("hdf5", str(tmp_path / "x.h5"))
    assert refusal.value.code == "bad_raw"
    with pytest.raises(FileNotFoundError):
        read_file_facts("hdf5", str(tmp_path / "y.h5"))


def test_a_sequence_and_a_report_are_told_by_what_they_say(tmp_path):
    (tmp_path / "x.seq").write_text(SEQ)
    assert read_file_facts("pulseq", str(tmp_path / "x.seq")) == {
        "safe": {
            "modality": "MR", "version": "1.4.1", "signature": "none", "field_of_view": [0.256, 0.256, 0.003],
            "echo_time": [0.005],
        },
        "known": [],
    }  # fmt: skip
    (tmp_path / "x.xml").write_text(CDA)
    told = read_file_facts("document", str(tmp_path / "x.xml"))
    assert told["safe"] == {"modality": "DOC"}
    assert {"MRN77123", "7 Brambleton Road", "Ada", "Stone", "Quackenbush", "19610203"} <= {*told["known"]}
    assert read_file_facts("model", str(tmp_path / "x.xml")) == {"safe": {"modality": "M3D"}, "known": []}
