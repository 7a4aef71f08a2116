"""The part of a volume that may be head, as it is laid over the template: upright, isotropic, cut to the body."""

from typing import Any

import numpy as np
import SimpleITK

from deid.engine.finding.head_series import Series

# All in millimetres: how fine, how much of a wide volume, how far below the top of a body, and how much air around it.
WORKING_STEP, MOST_EXTENT, MOST_HEIGHT, AROUND = 2.5, 600.0, 330.0, 30.0
CT_AIR, CT_SHOWN = -300.0, (-200.0, 300.0)


def working_image(series: Series) -> Any:
    """Return the series as an upright isotropic image of SimpleITK, CT in a window of soft tissue."""
    values = np.clip(series.values, *CT_SHOWN) if series.modality == "CT" else series.values
    stored = SimpleITK.GetImageFromArray(np.asarray(values, np.float32))
    blur = [0.5 * WORKING_STEP / step if step < WORKING_STEP else 0.0 for step in series.steps]
    stored = SimpleITK.SmoothingRecursiveGaussian(stored, [max(sigma, 0.01) for sigma in blur])
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in stored.GetSize()])).reshape(3, -1)
    placed = series.placed[:3, :3] @ corners + series.placed[:3, 3:]
    low, high = placed.min(axis=1), placed.max(axis=1)
    high[:2] = np.minimum(high[:2], low[:2] + MOST_EXTENT) if series.modality != "CT" else high[:2]
    # A head lies at the top of a body, however far down that reaches.
    low[2] = max(low[2], high[2] - MOST_EXTENT)
    grid = SimpleITK.Image(*[int(n) for n in np.ceil((high - low) / WORKING_STEP) + 1], SimpleITK.sitkFloat32)
    grid.SetOrigin(low.tolist())
    grid.SetSpacing([WORKING_STEP] * 3)
    return SimpleITK.Resample(stored, grid, _to_index(series), SimpleITK.sitkLinear, float(values.min()))


def field_of(series: Series, image: Any) -> Any:
    """Return where on the grid of an upright *image* the series was recorded (1): only in a part where slices lie at an angle."""
    recorded = SimpleITK.GetImageFromArray(np.ones(series.values.shape, np.uint8))
    return SimpleITK.Resample(recorded, image, _to_index(series), SimpleITK.sitkNearestNeighbor, 0)


def _to_index(series: Series) -> Any:
    """Return the transformation from the patient to the series's (column, row, plane)."""
    back = np.linalg.inv(series.placed)
    to_index = SimpleITK.AffineTransform(3)
    to_index.SetMatrix(back[:3, :3].ravel().tolist())
    to_index.SetTranslation(back[:3, 3].tolist())
    return to_index


def body_of(image: Any, *, is_ct: bool) -> Any:
    """Return the largest connected body in the image, filled, without table and head rest."""
    if is_ct:
        above = image > CT_AIR + 150.0
    else:
        array = SimpleITK.GetArrayViewFromImage(image)
        low, high = np.percentile(array, (1.0, 99.0))
        otsu = SimpleITK.OtsuThresholdImageFilter()
        otsu.Execute(SimpleITK.Clamp(image, lowerBound=float(low), upperBound=float(high)))
        above = image > float(low + 0.4 * (otsu.GetThreshold() - low))
    opened = SimpleITK.BinaryMorphologicalOpening(SimpleITK.Cast(above, SimpleITK.sitkUInt8), [2] * 3)
    parts = SimpleITK.RelabelComponent(SimpleITK.ConnectedComponent(opened))
    closed = SimpleITK.BinaryMorphologicalClosing(SimpleITK.Cast(parts == 1, SimpleITK.sitkUInt8), [3] * 3)
    return SimpleITK.BinaryFillhole(closed)


def cropped(image: Any, body: Any) -> tuple[Any, Any]:
    """Cut a volume to what may be head: the body with `AROUND` of air, of a long one (neck, trunk) `MOST_HEIGHT` below its top.

    A wide field of view is nearly all air, and a head stretched over the template's air agrees with it too.
    """
    inside = SimpleITK.GetArrayViewFromImage(body)
    cut, air = [], int(AROUND / WORKING_STEP)
    for axis in range(3):
        filled = np.flatnonzero(inside.any(axis=tuple(other for other in range(3) if other != axis)))
        first, last = (int(filled[0]), int(filled[-1])) if filled.size else (0, inside.shape[axis] - 1)
        lowest = last - int(MOST_HEIGHT / WORKING_STEP) if axis == 0 else 0
        cut.append(slice(max(0, first - air, lowest), last + air + 1))
    return image[cut[::-1]], body[cut[::-1]]
