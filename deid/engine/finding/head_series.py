"""Read the series of a subject as volumes with their places in the patient: DICOM slices, multi-frame, NIfTI.

Coordinates are DICOM's: millimetres, x to the patient's left, y to the back, z to the head (PS3.3 C.7.6.2.1.1).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from deid.engine.errors import RefusedError, UnsupportedError
from deid.engine.pixels.decoding import frame_pixels, open_image
from deid.engine.pixels.voxel_masks import name_of_file, name_of_instance

NIFTI_SUFFIXES = (".nii", ".nii.gz")
FINE_ENOUGH = 1.5
SPATIAL = 3
Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """One stored plane: which frame of its image, and the matrix (4 × 3) from (column, row, 1) to the patient."""

    frame: int
    placed: Matrix


@dataclass(frozen=True, slots=True)
class StoredImage:
    """One DICOM instance or NIfTI file: its name in a voxel-mask file, shape as stored, and placed planes."""

    name: str
    path: Path
    shape: tuple[int, int, int]
    planes: tuple[Plane, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The images of one series, and a thinned volume (planes × rows × columns) with the matrix (4 × 4) that takes
    (column, row, plane) to the patient; `values` is empty where the images make no volume."""

    images: tuple[StoredImage, ...]
    frame_of_reference: str
    modality: str
    values: Floats
    placed: Matrix
    blank: int | float

    @property
    def steps(self) -> NDArray[np.float64]:
        """The sides of a voxel of the thinned volume, in millimetres."""
        sides: NDArray[np.float64] = np.linalg.norm(self.placed[:SPATIAL, :SPATIAL], axis=0)
        return sides


def _group(dataset: Any, frame: int, name: str) -> Any:
    """Return a functional group of a frame, its own or the shared one (PS3.3 C.7.6.16), or the data set itself."""
    per_frame = dataset.get("PerFrameFunctionalGroupsSequence") or ()
    shared = dataset.get("SharedFunctionalGroupsSequence") or ()
    for groups in (*per_frame[frame : frame + 1], *shared):
        if groups.get(name):
            return groups[name].value[0]
    return dataset


def plane_of(dataset: Any, frame: int) -> Plane | None:
    """Return where a frame lies in the patient, `None` where the header does not say."""
    position = _group(dataset, frame, "PlanePositionSequence").get("ImagePositionPatient")
    turned = _group(dataset, frame, "PlaneOrientationSequence").get("ImageOrientationPatient")
    spacing = _group(dataset, frame, "PixelMeasuresSequence").get("PixelSpacing")
    if not (position and turned and spacing) or (len(position), len(turned), len(spacing)) != (3, 6, 2):
        return None
    placed = np.zeros((4, 3))
    placed[:3, 0] = np.array(turned[:3], float) * float(spacing[1])
    placed[:3, 1] = np.array(turned[3:], float) * float(spacing[0])
    placed[:3, 2] = np.array(position, float)
    placed[3, 2] = 1
    return Plane(frame, placed) if np.isfinite(placed).all() and placed[:3, :2].any(0).all() else None


def _thinned(pixels: NDArray[Any], by: int) -> Floats:
    """Return the means over squares of *by* pixels."""
    rows, columns = pixels.shape[0] // by * by, pixels.shape[1] // by * by
    squares = pixels[:rows, :columns].reshape(rows // by, by, columns // by, by)
    return np.asarray(squares.mean(axis=(1, 3)), np.float32)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one pass over an instance leaves: its places, its planes thinned, and its extreme stored values."""

    image: StoredImage
    thinned: dict[int, Floats]
    by: int
    extremes: tuple[int, int]


def _look(path: Path) -> tuple[Any, _Seen | None]:
    """Return the header and what was seen of the pixels, `None` where there are none."""
    dataset = open_image(path)
    if "PixelData" not in dataset:
        return dataset, None
    if int(dataset.get("SamplesPerPixel", 1)) != 1:
        raise UnsupportedError("Only grey images can have a face removed.", code="no_volume")
    count = int(dataset.get("NumberOfFrames") or 1)
    placed = {frame: plane for frame in range(count) if (plane := plane_of(dataset, frame))}
    sides = [float(np.linalg.norm(plane.placed[:3, 0])) for plane in placed.values()]
    by = max(1, int(FINE_ENOUGH / sides[0])) if sides else 1
    slope, add = float(dataset.get("RescaleSlope") or 1), float(dataset.get("RescaleIntercept") or 0)
    thinned, lowest, highest = {}, [], []
    for frame in range(count):
        pixels = frame_pixels(dataset, frame)
        lowest.append(int(pixels.min()))
        highest.append(int(pixels.max()))
        if frame in placed:
            thinned[frame] = _thinned(pixels, by) * slope + add
    shape = (count, int(dataset.Rows), int(dataset.Columns))
    image = StoredImage(name_of_instance(str(dataset.SOPInstanceUID)), path, shape, tuple(placed.values()))
    return dataset, _Seen(image, thinned, by, (min(lowest), max(highest)))


def _in_order(seen: Sequence[_Seen]) -> list[tuple[float, _Seen, Plane]]:
    """Return one plane for each place along the normal of the most frequent orientation, in order."""
    planes = [(entry, plane) for entry in seen for plane in entry.image.planes]
    if not planes:
        return []
    normals = np.array([np.cross(plane.placed[:3, 0], plane.placed[:3, 1]) for _entry, plane in planes])
    units = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    alike = np.abs(units @ units.T) > 0.99
    main = int(np.argmax(alike.sum(axis=1)))
    found: dict[float, tuple[float, _Seen, Plane]] = {}
    for index, (entry, plane) in enumerate(planes):
        if alike[main, index] and entry.image.shape[1:] == planes[main][0].image.shape[1:]:
            along = float(units[main] @ plane.placed[:3, 2])
            found.setdefault(round(along, 2), (along, entry, plane))
    return sorted(found.values(), key=lambda place: place[0])


def _volume(ordered: list[tuple[float, _Seen, Plane]]) -> tuple[Floats, Matrix]:
    """Return the thinned volume and where it lies."""
    first, last, by = ordered[0][2].placed, ordered[-1][2].placed, ordered[0][1].by
    gap = (ordered[-1][0] - ordered[0][0]) / (len(ordered) - 1)
    skip = max(1, int(FINE_ENOUGH / max(gap, 1e-3)))
    placed = np.zeros((4, 4))
    placed[:, :2] = first[:, :2] * by
    # The middle of a square of pixels is half a square from its first pixel.
    placed[:3, 3] = first[:3, 2] + first[:3, :2].sum(axis=1) * (by - 1) / 2
    placed[:3, 2] = (last[:3, 2] - first[:3, 2]) / (len(ordered) - 1) * skip
    placed[3, 3] = 1
    return np.stack([entry.thinned[plane.frame] for _along, entry, plane in ordered[::skip]]), placed


def _dicom_series(paths: Sequence[Path]) -> Series:
    headers_and_seen = [_look(path) for path in paths]
    seen = [entry for _header, entry in headers_and_seen if entry]
    if not seen:
        raise UnsupportedError("The series has no images.", code="no_volume")
    first = next(header for header, entry in headers_and_seen if entry)
    ordered = _in_order(seen)
    values, placed = _volume(ordered) if len(ordered) > 1 else (np.zeros((0, 0, 0), np.float32), np.eye(4))
    inverted = str(first.get("PhotometricInterpretation")) == "MONOCHROME1"
    extremes = [entry.extremes for entry in seen]
    blank = max(high for _low, high in extremes) if inverted else min(low for low, _high in extremes)
    images = tuple(entry.image for entry in seen)
    frame_of_reference = str(first.get("FrameOfReferenceUID", ""))
    return Series(images, frame_of_reference, str(first.get("Modality", "")), values, placed, blank)


def _nifti_series(path: Path) -> Series:
    with path.open("rb") as file:
        name = name_of_file(file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image: Any = nibabel.load(path)
        stored = np.asarray(image.dataobj.get_unscaled())
    if stored.ndim < SPATIAL or stored.dtype.names or np.iscomplexobj(stored):
        raise UnsupportedError("Only grey volumes can have a face removed.", code="no_volume")
    finite = stored[np.isfinite(stored)] if stored.dtype.kind == "f" else stored
    slope = image.dataobj.slope
    blank = (finite.max() if slope < 0 else finite.min()).item() if finite.size else 0
    # Stored with the first axis fastest: a plane is one index of the third.
    volume = np.transpose(stored.reshape(*stored.shape[:SPATIAL], -1)[..., 0])
    placed = np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.affine
    planes = tuple(Plane(n, placed[:, [0, 1, 3]] + placed[:, 2:3] * [0, 0, n]) for n in range(len(volume)))
    shape = (volume.shape[0], volume.shape[1], volume.shape[2])
    values = np.asarray(np.nan_to_num(volume), np.float32) * float(slope) + float(image.dataobj.inter)
    modality = "CT" if float(values.min()) < -500 else ""
    return Series((StoredImage(name, path, shape, planes),), "", modality, values, placed, blank)


def read_series(paths: Sequence[Path | str]) -> Series:
    """Return the series that *paths* make: DICOM files, or one NIfTI file; raises `RefusedError`."""
    files = [Path(path) for path in paths]
    if not files:
        raise ValueError("a series has at least one file")
    try:
        if files[0].name.lower().endswith(NIFTI_SUFFIXES):
            return _nifti_series(files[0])
        return _dicom_series(files)
    except (AttributeError, ValueError, TypeError, OverflowError) as error:
        raise RefusedError("The series makes no volume.", code="odd_geometry") from error
