"""Raster images with masks, decoded before and after: black where a mask lies, the same everywhere else."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from deid.engine.results import Mask

CHANGED, NOT_APPLIED = "pixels changed", "mask not applied"
# A JPEG is coded in blocks of up to 16 by 16 pixels, whose colours reach two pixels further (T.81 A.1.1).
BLOCK_REACH = 18
# Black in a JPEG: its blocks ring at the edges of a mask.
MOST_MEAN, MOST_OF_NEARLY_ALL, NEARLY_ALL = 32, 72, 90
SUBFILE, OLD_SUBFILE = 254, 255
Samples = NDArray[Any]


def blanked_faults(before: Path | str, after: Path | str, masks: Sequence[Mask]) -> list[str]:
    """Return what is wrong with a masked image, at most one word for it; *masks* count the pages of *before*.

    What a JPEG may change reaches to the blocks that a mask touches.
    """
    try:
        with Image.open(before) as old, Image.open(after) as new:
            lossy = old.format in ("JPEG", "MPO")
            pages = list(_whole_pages(old))[: 1 if lossy else None]
            if getattr(new, "n_frames", 1) != len(pages):
                return [CHANGED]
            for place, (number, page) in enumerate(pages):
                new.seek(place)
                mine = [mask for mask in masks if mask.frames is None or number in mask.frames]
                if fault := _fault(page, _samples(new), mine, lossy=lossy):
                    return [fault]
    except (OSError, ValueError, SyntaxError, EOFError):
        return [CHANGED]
    return []


def _whole_pages(picture: Image.Image) -> Iterator[tuple[int, Samples]]:
    """Yield number and samples of each page that is no smaller picture of another one (TIFF 6.0, section 8)."""
    for number, page in enumerate(ImageSequence.Iterator(picture)):
        tags = getattr(page, "tag_v2", {})
        if not (int(tags.get(SUBFILE, 0)) & 1 or tags.get(OLD_SUBFILE) == 2):
            yield number, _samples(page)


def _samples(page: Image.Image) -> Samples:
    return np.asarray(page.convert("RGBA") if page.mode == "P" else page)


def _fault(before: Samples, after: Samples, masks: Sequence[Mask], *, lossy: bool) -> str:
    if before.shape != after.shape or before.dtype != after.dtype:
        return CHANGED
    outside, reach = np.ones(before.shape[:2], bool), BLOCK_REACH if lossy else 0
    for mask in masks:
        rows, columns = ((mask.y, mask.y + mask.height), (mask.x, mask.x + mask.width))
        inside = after[slice(*rows), slice(*columns)]
        if not inside.size or not (_nearly_black(inside) if lossy else _one_value(inside)):
            return NOT_APPLIED
        outside[
            max(0, rows[0] - reach) : rows[1] + reach, max(0, columns[0] - reach) : columns[1] + reach
        ] = False
    return (
        "" if np.array_equal(before[outside], after[outside], equal_nan=after.dtype.kind == "f") else CHANGED
    )


def _one_value(inside: Samples) -> bool:
    return bool((inside == inside[0, 0]).all())


def _nearly_black(inside: Samples) -> bool:
    return (
        float(inside.mean()) <= MOST_MEAN and float(np.percentile(inside, NEARLY_ALL)) <= MOST_OF_NEARLY_ALL
    )
