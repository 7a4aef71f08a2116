"""How much the removal of a face changes the volumes that brain research measures, for `benchmarks/faces.py`."""

import contextlib
import importlib
import io
from importlib.util import find_spec
from typing import Any

import nibabel
import numpy as np
import SimpleITK

TISSUES = ("dark", "middle", "bright")
WORKING_STEP = 2.0


def tissue_volumes(values: np.ndarray, brain: np.ndarray, voxel_ml: float) -> list[float]:
    """Return the millilitres of three classes of brightness (Otsu) within a mask of the brain."""
    inside = SimpleITK.GetImageFromArray(values[brain].astype(np.float32)[None, None])
    classes = SimpleITK.GetArrayFromImage(SimpleITK.OtsuMultipleThresholds(inside, 2))
    return [float((classes == number).sum()) * voxel_ml for number in range(len(TISSUES))]


def extracted_brain(image: Any) -> np.ndarray | None:
    """Return the brain that BET (Smith 2002, as `brainextractor` does it) finds in an image, every 2 mm; `None` where
    the package is not installed."""
    if find_spec("brainextractor") is None:
        return None
    extracting: Any = importlib.import_module("brainextractor")
    grid = SimpleITK.Image(
        *[int(n * s / WORKING_STEP) for n, s in zip(image.GetSize(), image.GetSpacing(), strict=True)],
        SimpleITK.sitkFloat32,
    )
    grid.SetSpacing([WORKING_STEP] * 3)
    grid.SetOrigin(image.GetOrigin())
    grid.SetDirection(image.GetDirection())
    thinned = SimpleITK.GetArrayFromImage(SimpleITK.Resample(image, grid, SimpleITK.Transform()))
    given = nibabel.Nifti1Image(np.transpose(thinned), np.diag([WORKING_STEP] * 3 + [1.0]))
    with contextlib.redirect_stdout(io.StringIO()):
        extractor = extracting.BrainExtractor(img=given)
        extractor.run(iterations=1000)
        return np.asarray(extractor.compute_mask()) > 0


def volume_report(before: Any, after: Any, brain: np.ndarray) -> str:
    """Return in words how the volumes of a head differ *before* and *after*; *brain* is a mask of the same shape."""
    voxel_ml = float(np.prod(before.GetSpacing())) / 1000
    values = [SimpleITK.GetArrayViewFromImage(image) for image in (before, after)]
    old, new = (tissue_volumes(one, brain, voxel_ml) for one in values)
    said = ", ".join(
        f"{name} {was:.1f} ml ({now - was:+.1f})" for name, was, now in zip(TISSUES, old, new, strict=True)
    )
    within = f"within the brain: {said}"
    # BET is made for MR.
    found = [] if float(values[0].min()) < -500 else [extracted_brain(image) for image in (before, after)]
    if not found or found[0] is None or found[1] is None:
        return within
    sizes = [float(one.sum()) * WORKING_STEP**3 / 1000 for one in found]
    dice = 2 * float((found[0] & found[1]).sum()) / float(found[0].sum() + found[1].sum())
    change = 100 * (sizes[1] / sizes[0] - 1)
    return (
        f"within the brain: {said}; BET {sizes[0]:.0f} ml before, {change:+.2f} % after, overlap {dice:.4f}"
    )
