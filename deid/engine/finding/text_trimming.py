"""Cut off what noise beside a line has added to it: speckle looks like more letters in a row, but reads as nothing.

Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_reading import PLAUSIBLE, Proposal, readings

# An addition is doubted from so many heights on; what is read of the line with it, and what stays of it, in heights.
DOUBTED, OVER, KEPT = 1.0, 0.3, 0.3
# Noise differs from pixel to pixel above and below a line by this share of what it does beside it.
AS_UNEVEN, EVEN = 0.6, 4.0


def trimmed(pictures: Sequence[Grey], box: Box, proposal: Proposal) -> Box:
    """Return the rectangle of a line without what was added to the ends that its detector saw, where that lies in noise and
    does not read as letters."""
    seen = proposal.seen or proposal.box
    along = 0 if box[2] - box[0] >= box[3] - box[1] else 1
    height = box[3 - along] - box[1 - along]
    kept, over = list(box), int(OVER * height)
    for side in (along, along + 2):
        first, end = sorted((box[side], seen[side]))
        outwards = box[side] < seen[side] if side == along else box[side] > seen[side]
        if not outwards or end - first <= DOUBTED * height:
            continue
        added = list(box)
        added[along], added[along + 2] = first, end
        if not all(_is_noise(picture, added, along) for picture in pictures):
            continue
        added[along], added[along + 2] = (first, end + over) if side == along else (first - over, end)
        part = replace(proposal, box=(added[0], added[1], added[2], added[3]))
        ((best, _letters),) = readings(pictures, [part], proposal.view)
        if best < PLAUSIBLE:
            kept[side] = seen[side] + int(KEPT * height) * (-1 if side == along else 1)
    return kept[0], kept[1], kept[2], kept[3]


def _is_noise(picture: Grey, area: Sequence[int], along: int) -> bool:
    """Say whether greys differ above and below an area (beside it, if it stands) nearly as much as in it."""
    shown, (left, top, right, bottom) = picture, area
    if along:
        shown, (left, top, right, bottom) = picture.T, (top, left, bottom, right)
    high = bottom - top
    strips = (shown[max(0, top - high) : top, left:right], shown[bottom : bottom + high, left:right])
    inside = _unevenness(shown[top:bottom, left:right])
    around = [_unevenness(strip) for strip in strips if strip.size]
    return inside > EVEN and bool(around) and float(np.mean(around)) > AS_UNEVEN * inside


def _unevenness(part: Grey) -> float:
    return float(np.abs(np.diff(part.astype(np.int16), axis=1)).mean()) if part.shape[1] > 1 else 0.0
