"""Cut a line to its letters where its mask reaches beyond them: what lies beside a line has strokes too, but does not read.

Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from deid.engine.finding.text_deciding import PLAUSIBLE, SYLLABLE
from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_reading import Proposal, View, letters_along, readings

# An addition is doubted from so many heights on; what is read of the line with it, and what stays of it, in heights; how much
# higher than it was seen a line may be. So few letters must read very well.
DOUBTED, OVER, KEPT, HIGHER, FEW = 1.0, 0.3, 0.3, 0.1, 2
# A letter beside what a detector saw is read so surely; a line ends so many heights behind the middle of its last one, where it
# goes on for more than so many that do not read.
LETTER, BEHIND, EMPTY = 0.8, 0.65, 1.0
# Noise differs from pixel to pixel above and below a line by this share of what it does beside it.
AS_UNEVEN, EVEN = 0.6, 4.0


def trimmed(pictures: Sequence[Grey], box: Box, proposal: Proposal) -> Box:
    """Return the rectangle of a line without what was added to the place where its detector saw it and does not read.

    A line that the text model saw is hardly higher than it was seen, and on noise no other is.
    """
    seen = proposal.seen or proposal.box
    along = 0 if seen[2] - seen[0] >= seen[3] - seen[1] else 1
    across, height = 1 - along, seen[3 - along] - seen[1 - along]
    kept = list(box)
    if proposal.model or _is_noise(pictures[0], seen, along):
        slack = max(2, int(HIGHER * height))
        kept[across] = max(kept[across], seen[across] - slack)
        kept[across + 2] = min(kept[across + 2], seen[across + 2] + slack)
    for side, outwards in ((along, -1), (along + 2, 1)):
        added = (box[side] - seen[side]) * outwards
        if added <= DOUBTED * height or not _is_noise(pictures[0], _beside(kept, seen, side, 0), along):
            continue
        part = replace(proposal, box=_beside(kept, seen, side, int(OVER * height)))
        ((best, letters, _legible),) = readings(pictures, [part], proposal.view)
        if best < (PLAUSIBLE if letters > FEW else SYLLABLE) and not _reads_on(
            pictures, box, seen[side], along, outwards, proposal.view
        ):
            kept[side] = seen[side] + outwards * int(KEPT * height)
    return ended(pictures, (kept[0], kept[1], kept[2], kept[3]), seen, proposal.view)


def _reads_on(pictures: Sequence[Grey], box: Box, end: int, along: int, outwards: int, view: View) -> bool:
    """Say whether letters beyond an *end* are read surely where the line is read whole: a short word reads worse alone."""
    places = [place for place, sure in letters_along(pictures, box, view) if sure >= LETTER]
    return sum((place - end) * outwards > 0 for place in places) >= FEW


def ended(pictures: Sequence[Grey], box: Box, seen: Box, view: View) -> Box:
    """Return a line without what lies behind its last letter and before its first one, but for what was *seen* of it."""
    along = 0 if box[2] - box[0] >= box[3] - box[1] else 1
    height = box[3 - along] - box[1 - along]
    if max(seen[along] - box[along], box[along + 2] - seen[along + 2]) <= BEHIND * height:
        return box
    places = [place for place, sure in letters_along(pictures, box, view) if sure >= LETTER]
    if not places:
        return box
    first, last = min(places), max(places)
    kept = list(box)
    if first - box[along] > EMPTY * height:
        kept[along] = max(box[along], min(seen[along], round(first - BEHIND * height)))
    if box[along + 2] - last > EMPTY * height:
        kept[along + 2] = min(box[along + 2], max(seen[along + 2], round(last + BEHIND * height)))
    return kept[0], kept[1], kept[2], kept[3]


def _beside(box: Sequence[int], seen: Box, side: int, over: int) -> Box:
    """Return what of *box* lies beyond a *side* of what was *seen*, and so many pixels of what was seen."""
    part = list(box)
    if side < 2:
        part[side + 2] = seen[side] + over
    else:
        part[side - 2] = seen[side] - over
    return part[0], part[1], part[2], part[3]


def _is_noise(picture: Grey, area: Sequence[int], along: int) -> bool:
    """Say whether greys differ above or below an area (beside it, if it stands) nearly as much as in it."""
    shown, (left, top, right, bottom) = picture, area
    if along:
        shown, (left, top, right, bottom) = picture.T, (top, left, bottom, right)
    high = bottom - top
    strips = (shown[max(0, top - high) : top, left:right], shown[bottom : bottom + high, left:right])
    inside = _unevenness(shown[top:bottom, left:right])
    around = max((_unevenness(strip) for strip in strips if strip.size), default=0.0)
    return inside > EVEN and around > AS_UNEVEN * inside


def _unevenness(part: Grey) -> float:
    return float(np.abs(np.diff(part.astype(np.int16), axis=1)).mean()) if part.shape[1] > 1 else 0.0
