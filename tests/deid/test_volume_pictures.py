"""Pictures of volumes: upright and in true proportions, however the voxels are stored."""

import io
from itertools import permutations, product

import nibabel
import numpy as np
import pytest
from nibabel.orientations import apply_orientation, inv_ornt_aff
from PIL import Image

from deid.engine import RefusedError
from deid.engine.pixels.pictures import render, thumbnail

SHAPE = (12, 16, 8)


def volume():
    """A volume in RAS: all grey, the nose (middle, in front) white, the right ear half white."""
    values = np.full(SHAPE, 100, np.int16)
    values[4:8, -3:, :] = 1000
    values[:2, 6:10, :] = 600
    return values


def shown(path):
    return np.asarray(Image.open(io.BytesIO(render(path))))


@pytest.mark.parametrize("axes", list(permutations(range(3))))
def test_every_way_of_storing_a_head_gives_the_same_upright_picture(axes, tmp_path):
    pictures = []
    for flips in product((1, -1), repeat=3):
        orientation = np.array(list(zip(axes, flips, strict=True)))
        stored = apply_orientation(volume(), orientation)
        affine = np.eye(4) @ inv_ornt_aff(orientation, SHAPE)
        path = tmp_path / f"{flips}.nii.gz"
        nibabel.save(nibabel.Nifti1Image(stored, affine), path)
        pictures.append(shown(path))
    for picture in pictures:
        assert picture.shape == (16, 12)
        assert picture[0, 5] == 255, "the nose is not up"
        assert picture[8, 0] > picture[8, -1], "the patient's right is not on the left"
        assert np.array_equal(picture, pictures[0])


def test_thick_slices_are_shown_in_their_true_proportions(tmp_path):
    path = tmp_path / "thick.nii"
    nibabel.save(nibabel.Nifti1Image(np.zeros((6, 30, 10), np.int16), np.diag([2, 1, 3, 1])), path)
    assert shown(path).shape == (30, 30)


@pytest.mark.parametrize("axes", list(permutations(range(3))))
def test_proportions_are_true_however_the_voxels_are_stored(axes, tmp_path):
    values, steps = np.zeros((10, 30, 6), np.int16), np.diag([3, 1, 5, 1])
    orientation = np.array([(axis, 1) for axis in axes])
    stored, affine = apply_orientation(values, orientation), steps @ inv_ornt_aff(orientation, values.shape)
    nibabel.save(nibabel.Nifti1Image(stored, affine), tmp_path / "thick.nii")
    assert shown(tmp_path / "thick.nii").shape == (30, 30)


@pytest.mark.parametrize(
    "kind", [np.uint8, np.float32, np.complex64, [("R", "u1"), ("G", "u1"), ("B", "u1")]]
)
@pytest.mark.parametrize("shape", [(9, 8), (9, 8, 7), (9, 8, 7, 3)])
def test_every_kind_and_shape_has_a_picture(kind, shape, tmp_path):
    path = tmp_path / "volume.nii.gz"
    if isinstance(kind, list):
        values = np.zeros(shape, np.dtype(kind))
        values["G"][:4] = 200
    else:
        values = np.arange(np.prod(shape)).reshape(shape).astype(kind)
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), path)
    assert thumbnail(path).startswith(b"\x89PNG")
    assert shown(path).max() > 200


def test_the_middle_slice_is_shown_and_any_other_by_its_number(tmp_path):
    values = np.zeros((9, 8, 5), np.int16)
    values[:4, :, 2], values[4:, :, 4] = 100, 100
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "volume.nii")
    assert shown(tmp_path / "volume.nii").any(axis=0).sum() == 4
    last = np.asarray(Image.open(io.BytesIO(render(tmp_path / "volume.nii", 4))))
    assert last.any(axis=0).sum() == 5


def test_a_volume_that_ends_early_is_refused(tmp_path):
    path = tmp_path / "short.nii"
    nibabel.save(nibabel.Nifti1Image(np.ones((20, 20, 20), np.int16), np.eye(4)), path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(RefusedError) as refusal:
        render(path)
    assert refusal.value.code == "unreadable_pixels"
