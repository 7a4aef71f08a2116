"""The second reader's own reading of a plan that blanks voxels: which of an image must be blank, and all else not."""

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]


def name_of(identifier: bytes) -> str:
    """Return the name under which a plan knows an image: of a SOP Instance UID, or of the bytes of a file."""
    return hashlib.sha256(identifier).hexdigest()


def planned_voxels(plan: Path | str, name: str) -> Bits | None:
    """Return which voxels (planes, rows, columns) the plan blanks in the image *name*, `None` if it knows none."""
    with zipfile.ZipFile(plan) as archive:
        if f"{name}/shape.npy" not in archive.namelist():
            return None
        shape, bits = (
            np.load(BytesIO(archive.read(f"{name}/{part}.npy")), allow_pickle=False)
            for part in ("shape", "bits")
        )
    count = int(np.prod(shape))
    flat = np.unpackbits(bits, count=count) if bits.size else np.zeros(count, np.uint8)
    return flat.reshape(shape).astype(bool)


def stored_as_planned(before: NDArray[Any], after: NDArray[Any], blanked: Bits) -> bool:
    """Say whether *after* is one value where *blanked* and the same as *before* everywhere else.

    Arrays of stored values in the plan's order; a further first axis (volumes in time) is compared alike.
    """
    if before.shape != after.shape or before.shape[-blanked.ndim :] != blanked.shape:
        return False
    inside, outside = after[..., blanked], ~blanked
    return bool((inside == inside.flat[0]).all() if inside.size else True) and np.array_equal(
        before[..., outside], after[..., outside]
    )
