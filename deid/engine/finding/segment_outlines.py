"""Say whether segments (PS3.3 C.8.20) fill a head: their surface is that of its face, whatever is done to the images."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.faces import FEWEST_SLICES, judge_body, oriented
from deid.engine.finding.head_series import Plane, plane_of
from deid.engine.pixels.decoding import frame_pixels, open_image
from deid.engine.pixels.pictures import frame_count

STEP = 2.0
Filled = NDArray[np.bool_]


def segments_outline_head(paths: Sequence[Path | str]) -> bool:
    """Say whether the segments of a series, all together, have the size of a head or hold one.

    Raises `RefusedError` where pixels cannot be decoded or the planes make no volume.
    """
    planes: dict[float, tuple[Plane, Filled, int]] = {}
    for along, plane, filled, by in _planes(paths):
        before = planes.get(along)
        if before is None or before[1].shape == filled.shape:
            planes[along] = (plane, filled | before[1] if before else filled, by)
    places = sorted(planes)
    shapes = {filled.shape for _plane, filled, _by in planes.values()}
    if len(places) < FEWEST_SLICES or len(shapes) != 1:
        return False
    first, by = planes[places[0]][0].placed, planes[places[0]][2]
    normal = np.cross(first[:3, 0], first[:3, 1])
    step = (places[-1] - places[0]) / (len(places) - 1)
    axes = np.stack([normal / np.linalg.norm(normal) * step, first[:3, 1] * by, first[:3, 0] * by], axis=1)
    body = np.stack([planes[place][1] for place in places])
    return bool(body.any()) and judge_body(oriented(body, axes)).risk != "none"


def _planes(paths: Sequence[Path | str]) -> Iterator[tuple[float, Plane, Filled, int]]:
    """Yield the frames that say where they lie: how far along their normal, thinned, with how much."""
    for path in paths:
        dataset = open_image(path)
        for frame in range(frame_count(dataset)) if "PixelData" in dataset else ():
            plane = plane_of(dataset, frame)
            if plane is None:
                continue
            across = plane.placed[:3, :2]
            normal = np.cross(across[:, 0], across[:, 1])
            along = float(normal @ plane.placed[:3, 2] / np.linalg.norm(normal))
            by = max(1, int(STEP / np.linalg.norm(across[:, 0])))
            yield round(along, 1), plane, _filled(dataset, frame)[::by, ::by], by


def _filled(dataset: Any, frame: int) -> Filled:
    """Return where a segment is: of one that is told in parts, where it is more than half."""
    most = dataset.get("MaximumFractionalValue") if dataset.get("SegmentationType") == "FRACTIONAL" else None
    filled: Filled = frame_pixels(dataset, frame) > (int(most) // 2 if most else 0)
    return filled
