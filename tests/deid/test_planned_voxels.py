"""The second reader holds a defaced image against the plan: blank where it says so, untouched everywhere else."""

import io
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from deid.engine import Identity, clean_dicom, clean_nifti, load_profile
from deid.engine.pixels.voxel_masks import VoxelMask, VoxelMaskWriter, name_of_file, name_of_instance
from deid.engine.verification import verify_dicom, verify_nifti
from tests.deid.conftest import as_bytes

pytestmark = pytest.mark.filterwarnings("ignore")
IDENTITY = Identity(bytes(32))


def write_plan(path: Path, name: str, shape: tuple[int, ...]) -> np.ndarray:
    voxels = np.zeros(shape, bool)
    voxels[:, 10:20, 5:30] = True
    with VoxelMaskWriter(path) as writer:
        writer.add(name, VoxelMask(voxels, 0))
    return voxels


@pytest.fixture
def scan(tmp_path):
    """A DICOM image, its plan, and what the cleaner made of it by that plan."""
    source, plan = Path(get_testdata_file("CT_small.dcm")), tmp_path / "plan"
    ds = pydicom.dcmread(source)
    voxels = write_plan(plan, name_of_instance(ds.SOPInstanceUID), (1, ds.Rows, ds.Columns))
    out = io.BytesIO()
    with source.open("rb") as file:
        clean_dicom(
            file, out, profile=load_profile("research"), identity=IDENTITY, subject_key="s", voxel_mask=plan
        )
    return source, plan, voxels[0], pydicom.dcmread(io.BytesIO(out.getvalue())), tmp_path / "released.dcm"


def kinds(scan, after):
    source, plan, _voxels, _after, path = scan
    path.write_bytes(as_bytes(after))
    return {hit.kind for hit in verify_dicom(source, path, voxel_mask=plan)}


def test_an_image_defaced_by_its_plan_has_no_hit(scan):
    assert kinds(scan, scan[3]) == set()


@pytest.mark.parametrize(("inside", "kind"), [(True, "mask not applied"), (False, "pixels changed")])
def test_one_voxel_that_is_not_as_planned_is_found(scan, inside, kind):
    after, voxels = scan[3], scan[2]
    pixels = after.pixel_array.copy()
    row, column = np.argwhere(voxels == inside)[0]
    pixels[row, column] += 7
    after.PixelData = pixels.tobytes()
    assert kinds(scan, after) == {kind}


def test_an_image_that_should_have_been_defaced_and_was_not_is_found(scan):
    source, _plan, _voxels, after, _path = scan
    after.PixelData = pydicom.dcmread(source).PixelData
    assert kinds(scan, after) == {"mask not applied"}


def test_an_image_that_the_plan_does_not_know_is_found(scan, tmp_path):
    source, _plan, _voxels, after, path = scan
    other = tmp_path / "other"
    write_plan(other, name_of_instance("1.2.3"), (1, 128, 128))
    path.write_bytes(as_bytes(after))
    assert {hit.kind for hit in verify_dicom(source, path, voxel_mask=other)} == {"mask not applied"}


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_a_plan_that_runs_over_the_end_of_frames_blanks_in_each_what_it_says(tmp_path, clean, syntax):
    before = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    image = np.arange(100, 100 + 4 * 128 * 128).astype("<i2").reshape(4, 128, 128) % 999
    before.NumberOfFrames, before.PixelData = 4, image.tobytes()
    if syntax.is_compressed:
        before.compress(syntax, generate_instance_uid=False)
    voxels = np.zeros(image.shape, bool)
    voxels[0, -2:], voxels[1:3], voxels[3, :2] = True, True, True
    with VoxelMaskWriter(tmp_path / "plan") as writer:
        writer.add(name_of_instance(before.SOPInstanceUID), VoxelMask(voxels, 7))
    after = clean(as_bytes(before), voxel_mask=tmp_path / "plan")[0]
    assert after.file_meta.TransferSyntaxUID == syntax
    assert np.array_equal(after.pixel_array, np.where(voxels, 7, image))


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32])
@pytest.mark.parametrize("volumes", [1, 3])
def test_a_volume_is_held_against_its_plan_in_every_type_and_over_time(tmp_path, kind, volumes):
    shape = (40, 30, 6, volumes)[: 3 if volumes == 1 else 4]
    values = (np.arange(np.prod(shape)).reshape(shape) % 97 + 1).astype(kind)
    source, plan, released = tmp_path / "head.nii", tmp_path / "plan", tmp_path / "clean.nii"
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), source)
    with source.open("rb") as file:
        write_plan(plan, name_of_file(file), (6, 30, 40))
    with source.open("rb") as file, released.open("wb") as target:
        clean_nifti(file, target, identity=IDENTITY, subject_key="s", voxel_mask=plan)
    assert verify_nifti(source, released, voxel_mask=plan) == []
    assert {hit.kind for hit in verify_nifti(source, released)} == {"pixels changed"}
    content = bytearray(released.read_bytes())
    content[-1] ^= 1
    released.write_bytes(content)
    assert {hit.kind for hit in verify_nifti(source, released, voxel_mask=plan)} == {"pixels changed"}
