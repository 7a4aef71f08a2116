"""Make `data/head_atlas.npz` anew: where the brain lies in MNI152 space, and how the template head lies in it.

    python -m deid.engine.tables.heads MNI152_T1_BRAIN HEAD_IN_MNI TEMPLATE_HEAD OUT

*MNI152_T1_BRAIN* is the skull-stripped `mni_icbm152_t1_tal_nlin_sym_09a` of the nilearn wheel, *HEAD_IN_MNI* a whole
head in that space (Colin27, `ch2.nii.gz` of Debian's mricron-data), *TEMPLATE_HEAD* `mean_reg2mean.nii.gz` of pydeface.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK

LEVELS = ((8, 4.0, 4.0, 0.5), (4, 2.0, 2.0, 0.3), (2, 1.0, 0.5, 0.1))
BRAIN_CENTRE = (0.0, 18.0, 18.0)
STEP, CLOSING = 2.0, 4


def _read(path: str) -> Any:
    return SimpleITK.ReadImage(path, SimpleITK.sitkFloat32)


def _brain_mask(image: Any) -> Any:
    """Return the brain of a skull-stripped image without holes, every second voxel."""
    closed = SimpleITK.BinaryMorphologicalClosing(
        SimpleITK.Cast(image > 0, SimpleITK.sitkUInt8), [CLOSING] * 3
    )
    return SimpleITK.Shrink(SimpleITK.BinaryFillhole(closed), [int(STEP)] * 3)


def _placed(fixed: Any, moving: Any) -> Any:
    """Return the affine transformation from points of *fixed* to points of *moving*."""
    placed = SimpleITK.AffineTransform(3)
    placed.SetCenter(BRAIN_CENTRE)
    middle = moving.TransformContinuousIndexToPhysicalPoint([0.5 * n for n in moving.GetSize()])
    placed.SetTranslation([one - other for one, other in zip(middle, BRAIN_CENTRE, strict=True)])
    for shrink, smooth, step, share in LEVELS:
        method = SimpleITK.ImageRegistrationMethod()
        method.SetMetricAsMattesMutualInformation(50)
        method.SetMetricSamplingStrategy(method.REGULAR)
        method.SetMetricSamplingPercentage(share)
        method.SetInterpolator(SimpleITK.sitkLinear)
        method.SetOptimizerAsRegularStepGradientDescent(step, 0.002, 200)
        method.SetOptimizerScalesFromPhysicalShift()
        method.SetShrinkFactorsPerLevel([shrink])
        method.SetSmoothingSigmasPerLevel([smooth])
        method.SetInitialTransform(placed, inPlace=True)
        method.Execute(fixed, moving)
    return placed


def _matrix(transform: Any) -> np.ndarray[Any, Any]:
    """Return an affine transformation as a 4 × 4 matrix."""
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(transform.GetMatrix(), (3, 3))
    centre = np.array(transform.GetCenter())
    matrix[:3, 3] = centre + np.array(transform.GetTranslation()) - matrix[:3, :3] @ centre
    return matrix


def main(arguments: list[str]) -> None:
    """Write the atlas from the images named on the command line."""
    brain, head, template, out = arguments
    mask = _brain_mask(_read(brain))
    np.savez_compressed(
        Path(out),
        brain=np.packbits(SimpleITK.GetArrayFromImage(mask).astype(bool)),
        brain_shape=np.array(mask.GetSize()[::-1]),
        brain_origin=np.array(mask.GetOrigin()),
        brain_direction=np.array(mask.GetDirection()),
        brain_step=np.array(STEP),
        template_of_mni=_matrix(_placed(_read(head), _read(template))),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
