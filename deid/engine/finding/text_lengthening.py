"""Take along what stands beside a line that was read, where no detector saw it: a detector sees long lines in pieces.

Importing this module loads the models of `rapidocr-onnxruntime`.
"""

from collections.abc import Sequence

from deid.engine.finding.text_deciding import AGAIN, read_apart
from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_reading import Proposal, View, as_it_is, letters_along, shared
from deid.engine.finding.text_trimming import ended

# How much beside a line is read at a time, and how much of the line with it, in its heights; how often.
BESIDE, OVER, MOST = 6.0, 0.3, 3
# Nothing is written where greys differ by no more, and no letter that would be read surely.
FLAT, PLAIN = 2, 12
# So many heights beside a line are read with it; letters that read so surely and stand so many heights from the last one at most
# belong to it, as words of two and more do that are farther away, and half a letter takes so much. One whose middle is so
# near to an end is cut by it. So many of the line must read as surely.
FEW_MORE, SURELY, SIDE_BY_SIDE, NEXT_WORD, HALF, CUT, FEWEST = 2.5, 0.8, 1.4, 3.0, 0.6, 0.2, 3
# A line that shares so much of its height with another one ends it.
BETWEEN = 0.2
# What shares so much with another line belongs to that one.
KNOWN = 0.3


def with_the_rest(pictures: Sequence[Grey], box: Box, view: View, others: Sequence[Box] = ()) -> Box:
    """Return the rectangle of a line that was read, as *view* shows it, with what reads as more of it on either side, which
    ends where its letters do."""
    longer = lengthened(pictures, box, view, others)
    whole = longer if longer == box else ended(pictures, longer, box, view)
    return _with_its_letters(pictures, whole, view, others)


def _with_its_letters(pictures: Sequence[Grey], box: Box, view: View, others: Sequence[Box]) -> Box:
    """Return a line with the letters before its first and behind its last one that read surely where it is read with them: too
    few to be read alone."""
    along = 0 if box[2] - box[0] >= box[3] - box[1] else 1
    height = box[3 - along] - box[1 - along]
    first, last, beside = box[along], box[along + 2], round(FEW_MORE * height)
    start, _end = _before_others(box, along, max(0, first - beside), first, others, forward=False)
    _start, end = _before_others(
        box, along, last, min(pictures[0].shape[1 - along], last + beside), others, forward=True
    )
    beyond = _moved(box, along, min(start, first), first), _moved(box, along, last, max(end, last))
    if all(_is_flat(picture, part, PLAIN) for picture in pictures for part in beyond):
        return box
    letters = sorted(letters_along(pictures, _moved(box, along, min(start, first), max(end, last)), view))
    within = [place for place, sure in letters if first <= place <= last and sure >= SURELY]
    if len(within) < FEWEST:
        return box
    onwards = [(place, sure) for place, sure in letters if place > within[-1]]
    backwards = [(-place, sure) for place, sure in letters[::-1] if place < within[0]]
    far, near = _reached(within[-1], onwards, height), -_reached(-within[0], backwards, height)
    if far > last - CUT * height:
        last = max(last, min(end, round(far + HALF * height)))
    if near < first + CUT * height:
        first = min(first, max(start, round(near - HALF * height)))
    return _moved(box, along, first, last)


def _reached(place: float, letters: Sequence[tuple[float, float]], height: int) -> float:
    """Return how far *letters* (place and how sure) continue a word whose last one stands at *place*, and whole words that do."""
    reached = end = place
    more: list[float] = []
    for at, sure in letters:
        beside = at - end <= SIDE_BY_SIDE * height
        if sure < SURELY or at - end > NEXT_WORD * height:
            break
        more, end = [*more, at] if beside else [at], at
        word = more[0] - place <= SIDE_BY_SIDE * height or len(more) > 1
        reached = end if word else reached
    return reached


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


def _is_flat(picture: Grey, area: Box, most: int = FLAT) -> bool:
    rows, columns = picture.shape
    part = picture[max(0, area[1]) : min(rows, area[3]), max(0, area[0]) : min(columns, area[2])]
    return not part.size or int(part.max()) - int(part.min()) <= most
