"""Files that say for each image of a subject which voxels to blank, and with what value.

An image is named by a SHA-256 (of its SOP Instance UID, or of a NIfTI file), so that the file holds no value of a
source. The voxels are bits in the order in which the pixels are stored: planes (or frames), rows, columns.
"""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from deid.engine.errors import UnsupportedMaskError

BLOCK = 1 << 20
Voxels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class VoxelMask:
    """The voxels of one image to blank (planes × rows × columns), and the stored value that blanks them."""

    voxels: Voxels
    blank: int | float
    skull_stripped: bool = False


def name_of_instance(sop_instance_uid: str) -> str:
    """Return the name of a DICOM instance in a voxel-mask file."""
    return hashlib.sha256(sop_instance_uid.encode("ascii", "replace")).hexdigest()


def name_of_file(source: BinaryIO) -> str:
    """Return the name of a NIfTI file in a voxel-mask file; *source* is read from its start and left there."""
    digest = hashlib.sha256()
    source.seek(0)
    while block := source.read(BLOCK):
        digest.update(block)
    source.seek(0)
    return digest.hexdigest()


class VoxelMaskWriter:
    """Writes the masks of many images into one file, one after the other."""

    def __init__(self, target: Path | str) -> None:
        self._file = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> "VoxelMaskWriter":
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def add(self, name: str, mask: VoxelMask) -> None:
        """Write the *mask* of the image *name*."""
        described = np.array(mask.voxels.shape, np.int64)
        bits = np.packbits(mask.voxels) if mask.voxels.any() else np.zeros(0, np.uint8)
        blank = np.array(mask.blank, np.float64 if isinstance(mask.blank, float) else np.int64)
        parts: dict[str, NDArray[Any]] = {"bits": bits, "shape": described, "blank": blank}
        parts["stripped"] = np.array(mask.skull_stripped)
        for part, values in parts.items():
            # A fixed time, so that the same plan gives the same bytes.
            member = zipfile.ZipInfo(f"{name}/{part}.npy", (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            with self._file.open(member, "w", force_zip64=True) as out:
                np.lib.format.write_array(out, values, allow_pickle=False)


def _members(path: Path | str, name: str) -> Mapping[str, NDArray[Any]]:
    """Return the arrays of one image, none where the file does not know it."""
    with zipfile.ZipFile(path) as file:
        names = [member for member in file.namelist() if member.startswith(f"{name}/")]
        found = {}
        for member in names:
            with file.open(member) as part:
                found[member] = np.lib.format.read_array(part, allow_pickle=False)
    return {member.rpartition("/")[2]: values for member, values in found.items()}


def read_voxel_mask(path: Path | str, name: str) -> VoxelMask:
    """Return the mask of the image *name*; raises `UnsupportedMaskError` where the plan did not see the image."""
    parts = _members(path, name)
    if not parts:
        raise UnsupportedMaskError(
            "The plan for removing the face does not know this image; plan again with all images of the subject.",
            code="voxel_mask_missing",
        )
    shape = tuple(int(extent) for extent in parts["shape.npy"])
    count = int(np.prod(shape, dtype=np.int64))
    bits = parts["bits.npy"]
    voxels = np.unpackbits(bits, count=count).astype(bool) if bits.size else np.zeros(count, bool)
    return VoxelMask(voxels.reshape(shape), parts["blank.npy"].item(), bool(parts["stripped.npy"]))


def runs(line: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the first and the end of each run of true values of a flat array."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False])).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
