"""A picture for the person who decides on a plan: three cuts through the face, with what would be blanked, and after."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deid.engine.finding.head_series import NIFTI_SUFFIXES, Plane, StoredImage, read_series
from deid.engine.pixels.decoding import frame_pixels, open_image
from deid.engine.pixels.voxel_masks import read_voxel_mask

SIDE, GAP = 320, 8
DARKEST, BRIGHTEST = 2, 99.5
TINT = np.array([255.0, 176.0, 0.0])
Floats = NDArray[np.float32]
Bits = NDArray[np.bool_]


def picture_plan(paths: Sequence[str], plan: str) -> bytes:
    """Return a PNG of two rows of three cuts through the middle of what *plan* blanks in the series of *paths*.

    The upper row tints what would go, the lower one shows what would stay. Raises `RefusedError` for what makes no
    volume, `UnsupportedMaskError` for images that the plan does not know.
    """
    volume, mask, steps = _stacked(paths, plan)
    low, high = np.percentile(volume, [DARKEST, BRIGHTEST])
    shown = np.clip((volume - low) / max(high - low, 1e-6), 0, 1).astype(np.float32) * 255
    where = np.argwhere(mask)
    middle = where.mean(axis=0).astype(int) if len(where) else np.array(volume.shape) // 2
    before = [_cut(shown, mask, axis, middle[axis], steps, tinted=True) for axis in range(3)]
    after = [
        _cut(np.where(mask, 0, shown), mask, axis, middle[axis], steps, tinted=False) for axis in range(3)
    ]
    sheet = Image.new("RGB", (3 * SIDE + 2 * GAP, 2 * SIDE + GAP))
    for row, cuts in enumerate((before, after)):
        for column, cut in enumerate(cuts):
            sheet.paste(cut, (column * (SIDE + GAP), row * (SIDE + GAP)))
    out = BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _stacked(paths: Sequence[str], plan: str) -> tuple[Floats, Bits, NDArray[np.float64]]:
    """Return the series as a volume, what the plan blanks of it, and the sides of a voxel in millimetres."""
    images = read_series(paths).images
    normal = np.cross(*images[0].planes[0].placed[:3, :2].T)
    normal = normal / np.linalg.norm(normal)
    placed = [
        (float(plane.placed[:3, 2] @ normal), image, plane) for image in images for plane in image.planes
    ]
    ordered = sorted(placed, key=lambda one: one[0])
    shape = images[0].shape[1:]
    ordered = [one for one in ordered if one[1].shape[1:] == shape]
    masks = {image.name: read_voxel_mask(plan, image.name).voxels for image in images}
    whole = _volume_of(images[0])
    pixels = np.stack(
        [_pixels(image, plane) if whole is None else whole[plane.frame] for _along, image, plane in ordered]
    )
    bits = np.stack([masks[image.name][plane.frame] for _along, image, plane in ordered])
    sides = np.linalg.norm(ordered[0][2].placed[:3, :2], axis=0)
    gap = (ordered[-1][0] - ordered[0][0]) / max(len(ordered) - 1, 1)
    # Feet at the foot of a cut, as people are used to look at heads.
    upright = normal[2] >= 0
    if upright:
        pixels, bits = pixels[::-1], bits[::-1]
    return pixels, bits, np.array([max(gap, 1e-3), sides[1], sides[0]])


def _volume_of(image: StoredImage) -> Floats | None:
    """Return the volume of a NIfTI file, the first of several; `None` for a DICOM instance."""
    if not image.path.name.lower().endswith(NIFTI_SUFFIXES):
        return None
    stored: Any = nibabel.load(image.path)
    volume = np.asarray(stored.dataobj, np.float32)
    return np.nan_to_num(np.transpose(volume.reshape(*volume.shape[:3], -1)[..., 0]))


def _pixels(image: StoredImage, plane: Plane) -> Floats:
    return np.asarray(frame_pixels(open_image(image.path), plane.frame), np.float32)


def _cut(
    volume: Floats, mask: Bits, axis: int, place: int, steps: NDArray[np.float64], *, tinted: bool
) -> Image.Image:
    """Return one cut in true proportions inside a square."""
    grey = np.repeat(np.take(volume, place, axis)[..., None], 3, axis=2)
    if tinted:
        inside = np.take(mask, place, axis)
        grey[inside] = 0.5 * grey[inside] + 0.5 * TINT
    tall, wide = (np.delete(steps, axis) * grey.shape[:2]).tolist()
    share = SIDE / max(tall, wide)
    size = max(1, round(wide * share)), max(1, round(tall * share))
    cut = Image.fromarray(grey.astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    square = Image.new("RGB", (SIDE, SIDE))
    square.paste(cut, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return square
