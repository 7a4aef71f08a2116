"""Heads for tests: the template of the pydeface wheel, turned and stretched, as NIfTI and as DICOM series."""

from pathlib import Path

import nibabel
import numpy as np
import pydicom
import SimpleITK
from pydicom.data import get_testdata_file
from pydicom.uid import generate_uid

from deid.engine.finding.head_atlas import load_atlas

TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
# From the patient to the atlas: nodding 12°, tilted 5°, off the middle, 6 % smaller than the atlas.
TURN = SimpleITK.Euler3DTransform(
    (0, 0, 0), float(np.deg2rad(12)), float(np.deg2rad(5)), 0.0, (4.0, -15.0, 22.0)
)


def turned_matrix() -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(TURN.GetMatrix(), (3, 3)) * 1.06
    matrix[:3, 3] = TURN.GetTranslation()
    return matrix


def head_volume(step: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Return a turned head (height × depth × width, 12 bits) and the matrix from its index (x, y, z) to the patient."""
    matrix = turned_matrix()
    size = [int(n / step) for n in (210, 270, 260)]
    grid = SimpleITK.Image(*size, SimpleITK.sitkFloat32)
    grid.SetSpacing([step] * 3)
    grid.SetOrigin([-105.0, -150.0, -165.0])
    placed = SimpleITK.AffineTransform(3)
    placed.SetMatrix(matrix[:3, :3].ravel().tolist())
    placed.SetTranslation(matrix[:3, 3].tolist())
    values = SimpleITK.GetArrayFromImage(
        SimpleITK.Resample(load_atlas().head, grid, placed, SimpleITK.sitkLinear)
    )
    to_patient = np.diag([step, step, step, 1.0])
    to_patient[:3, 3] = grid.GetOrigin()
    return (np.clip(values, 0, 600) * 4 + 7).astype(np.int16), to_patient


def atlas_points(shape: tuple[int, ...], to_patient: np.ndarray) -> np.ndarray:
    """Return where each voxel truly lies in the atlas (n × 3)."""
    z, y, x = np.indices(shape).reshape(3, -1)
    return (turned_matrix() @ to_patient @ np.stack([x, y, z, np.ones(x.size)]))[:3].T


def write_nifti(path: Path, values: np.ndarray, to_patient: np.ndarray) -> Path:
    nibabel.save(nibabel.Nifti1Image(np.transpose(values), TO_RAS @ to_patient), path)
    return path


def write_series(
    folder: Path, values: np.ndarray, to_patient: np.ndarray, frame_of_reference: str, skip: int = 1
) -> list[Path]:
    """Write axial slices, each *skip*-th, shuffled by name."""
    folder.mkdir()
    series_uid, paths = generate_uid(), []
    for number in range(0, len(values), skip):
        ds = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
        ds.SOPInstanceUID, ds.SeriesInstanceUID = generate_uid(), series_uid
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        ds.FrameOfReferenceUID, ds.Rows, ds.Columns = frame_of_reference, *values.shape[1:]
        ds.PixelSpacing = [to_patient[1, 1], to_patient[0, 0]]
        ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        ds.ImagePositionPatient = [*to_patient[:2, 3], to_patient[2, 3] + number * to_patient[2, 2]]
        ds.PixelData = values[number].astype("<i2").tobytes()
        path = folder / f"{(number * 37) % 1009}.dcm"
        ds.save_as(path)
        paths.append(path)
    return sorted(paths)
