"""What the index is told of NIfTI, raw data, pictures and reports, and which part of the body they name."""

import gzip
import struct

import h5py
import nibabel
import numpy as np
import pytest
from PIL import Image

from deid.engine import RefusedError, read_nifti_facts
from deid.engine.facts.anatomy import body_part_of_name, body_part_of_raw, chief_part
from deid.engine.facts.files import MODALITIES, read_file_facts
from deid.engine.formats.kinds import Kind
from tests.deid.raw_words import HEADER, SEQ
from tests.deid.test_formats_documents import CDA

pytestmark = pytest.mark.filterwarnings("ignore")


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
        "shape": [60, 50, 40, 2], "spacing": [3.0, 4.0, 5.0, 1.5], "data_type": 4, "bits": 16, "slices": 40, "compressed": packed,
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
