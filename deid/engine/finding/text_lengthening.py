"""Take along what stands beside a line that was read, where no detector saw it: a detector sees long lines in pieces.

Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections.abc import Sequence

from deid.engine.finding.text_deciding import AGAIN, read_apart
from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_reading import Proposal, View, as_it_is, shared
from deid.engine.finding.text_trimming import ended

# How much beside a line is read at a time, and how much of the line with it, in its heights; how often.
BESIDE, OVER, MOST = 6.0, 0.3, 3
# Nothing is written where greys differ by no more.
FLAT = 2
# A line that shares so much of its height with another one ends it.
BETWEEN = 0.2
# What shares so much with another line belongs to that one.
KNOWN = 0.3


def with_the_rest(pictures: Sequence[Grey], box: Box, view: View, others: Sequence[Box] = ()) -> Box:
    """Return the rectangle of a line that was read, as *view* shows it, with what reads as more of it on either side, which
    ends where its letters do."""
    longer = lengthened(pictures, box, view, others)
    return longer if longer == box else ended(pictures, longer, box, view)


def lengthened(pictures: Sequence[Grey], box: Box, view: View = as_it_is, others: Sequence[Box] = ()) -> Box:
    """Return the rectangle of a line that was read, as *view* shows it, with what reads as more of it on either side and is in
    none of the *others* that were found."""
    for forward in (False, True):
        for _more in range(MOST):
            longer = _longer(pictures, box, view, others, forward=forward)
            if longer == box:
                break
            box = longer
    return box


def _longer(pictures: Sequence[Grey], box: Box, view: View, others: Sequence[Box], *, forward: bool) -> Box:
    """Return a line with what reads as more of it on one side, or the line as it is."""
    along = 0 if box[2] - box[0] >= box[3] - box[1] else 1
    height = box[3 - along] - box[1 - along]
    most = pictures[0].shape[1 - along]
    first, last = box[along], box[along + 2]
    over, beside = int(OVER * height), int(BESIDE * height)
    start, end = (
        (last - over, min(most, last + beside)) if forward else (max(0, first - beside), first + over)
    )
    start, end = _before_others(box, along, start, end, others, forward=forward)
    outside = _moved(box, along, *((last + over, end) if forward else (start, first - over)))
    if end - start < over + height or all(_is_flat(picture, outside) for picture in pictures):
        return box
    if any(shared(outside, other) > KNOWN for other in others):
        return box
    area = _moved(box, along, start, end)
    read = read_apart(pictures, Proposal(area, True, 0.0), [view])
    if not read or read[1] < AGAIN:
        return box
    found = fitted(pictures, area, read[0].legible)
    if forward:
        return _moved(box, along, first, max(last, min(found[along + 2], end)))
    return _moved(box, along, min(first, max(found[along], start)), last)


def _before_others(
    box: Box, along: int, start: int, end: int, others: Sequence[Box], *, forward: bool
) -> tuple[int, int]:
    """Return what is read beside a line up to the next of the *others* that lies partly in its rows (columns, if it stands):
    letters of another line are none of this one."""
    across = 1 - along
    for other in others:
        common = min(box[across + 2], other[across + 2]) - max(box[across], other[across])
        height = min(box[across + 2] - box[across], other[across + 2] - other[across])
        if common < BETWEEN * height:
            continue
        if forward and other[along] >= box[along + 2] - height:
            end = min(end, other[along])
        elif not forward and other[along + 2] <= box[along] + height:
            start = max(start, other[along + 2])
    return start, end


def _moved(box: Box, along: int, start: int, end: int) -> Box:
    return (start, box[1], end, box[3]) if along == 0 else (box[0], start, box[2], end)


def _is_flat(picture: Grey, area: Box) -> bool:
    rows, columns = picture.shape
    part = picture[max(0, area[1]) : min(rows, area[3]), max(0, area[0]) : min(columns, area[2])]
    return not part.size or int(part.max()) - int(part.min()) <= FLAT
