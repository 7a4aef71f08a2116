"""Find a head in what a volume shows of a body: a stretch of cuts that are as wide and as deep as a head, with nothing wider
above it. Beside or below it may lie a table, shoulders or the whole trunk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# From a newborn's head to a large one with hair, in millimetres (width side to side, depth front to back).
WIDTH, DEPTH, HEIGHT = (85.0, 230.0), (105.0, 290.0), 70.0
# What the field of view cuts may be shallower: a sagittal slab through a nose, a coronal one of a face.
LEAST_WIDTH, LEAST_DEPTH = 20.0, 40.0
# Head rests and table tops are thinner than this, in millimetres; two bodies as unlike as this are no pair of legs.
THIN, PAIR = 4.0, 0.5
GAP = 12.0
Bits = NDArray[np.bool_]
Steps = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class HeadStretch:
    """A stretch of cuts with the size of a head: whether its front is in view, and whether a side is cut off."""

    front_in_view: bool
    cut_off: bool


@dataclass(frozen=True, slots=True)
class _Cut:
    """The largest body in one cut: its first and last column and row, and whether another is nearly as large."""

    columns: tuple[int, int]
    rows: tuple[int, int]
    paired: bool


def _opened(body: Bits, steps: Steps) -> Bits:
    """Return the body without what is thinner than `THIN` in a cut."""
    for axis in (1, 2):
        for _ in range(round(THIN / 2 / steps[axis])):
            body = _shifted(body, axis, np.logical_and)
    return body


def _shifted(body: Bits, axis: int, joined: Any) -> Bits:
    found = body.copy()
    before, after = [slice(None)] * 3, [slice(None)] * 3
    before[axis], after[axis] = slice(0, -1), slice(1, None)
    found[tuple(before)] = joined(found[tuple(before)], body[tuple(after)])
    found[tuple(after)] = joined(found[tuple(after)], body[tuple(before)])
    return found


def _runs(filled: Bits) -> list[tuple[int, int]]:
    """Return the first and last index of each unbroken run."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0]))))
    return [(int(first), int(last) - 1) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _cut_of(cut: Bits) -> _Cut | None:
    """Return the largest body in a cut (depth × width)."""
    counts: NDArray[np.int64] = cut.sum(axis=0)
    runs = sorted(_runs(counts > 0), key=lambda run: -int(counts[run[0] : run[1] + 1].sum()))
    if not runs:
        return None
    sizes = [int(counts[first : last + 1].sum()) for first, last in runs]
    columns = runs[0]
    deep: NDArray[np.int64] = cut[:, columns[0] : columns[1] + 1].sum(axis=1)
    rows = max(_runs(deep > 0), key=lambda run: int(deep[run[0] : run[1] + 1].sum()))
    across: Bits = np.asarray(cut[rows[0] : rows[1] + 1, columns[0] : columns[1] + 1].any(axis=0))
    inner = max(_runs(across), key=lambda run: run[1] - run[0])
    columns = columns[0] + inner[0], columns[0] + inner[1]
    return _Cut(columns, rows, len(sizes) > 1 and sizes[1] > PAIR * sizes[0])


def _is_wide(cut: _Cut, steps: Steps) -> bool:
    """Say whether a cut is of a trunk: wider or deeper than a head, and no table."""
    width, depth = _length(cut.columns, steps[2]), _length(cut.rows, steps[1])
    return (width > WIDTH[1] and depth >= DEPTH[0]) or depth > DEPTH[1]


def _length(run: tuple[int, int], step: float) -> float:
    return (run[1] - run[0] + 1) * step


def _at_edge(cut: _Cut, shape: tuple[int, ...]) -> tuple[bool, bool]:
    """Say whether the field of view cuts a side, and the back."""
    return cut.columns[0] <= 1 or cut.columns[1] >= shape[2] - 2, cut.rows[1] >= shape[1] - 2


def _headlike(cut: _Cut, shape: tuple[int, ...], steps: Steps) -> tuple[bool, bool]:
    """Say whether a cut has the size of a head, and whether only since the field of view cuts it off."""
    width, depth = _length(cut.columns, steps[2]), _length(cut.rows, steps[1])
    if cut.paired or width > WIDTH[1] or depth > DEPTH[1]:
        return False, False
    narrow, shallow = width < WIDTH[0], depth < DEPTH[0]
    side, back = _at_edge(cut, shape)
    whole = (not narrow or (side and width >= LEAST_WIDTH)) and (
        not shallow or (back and depth >= LEAST_DEPTH)
    )
    return whole and not (narrow and shallow), narrow or shallow


def find_head(body: Bits, steps: Steps) -> HeadStretch | None:
    """Return the head in a body (height from feet to head × depth from the front × width), `None` where there is none.

    *steps* are the sides of a voxel in millimetres.
    """
    opened = _opened(body, steps)
    cuts = [_cut_of(cut) for cut in opened[::-1]]
    # From the top down: what is wider ends the search, as a thigh below a trunk is no head.
    stretch: list[_Cut] = []
    crown, short, missed = 0, False, 0
    for cut in cuts:
        headlike, cut_off = _headlike(cut, body.shape, steps) if cut else (False, False)
        if cut and headlike:
            stretch.append(cut)
            short, missed = short or cut_off, 0
        elif stretch:
            missed += 1
            if cut and _is_wide(cut, steps):
                break
            if missed * steps[0] > GAP:
                if _tall(stretch, crown, steps):
                    break
                stretch, crown, short, missed = [], 0, False, 0
        elif cut and _is_wide(cut, steps):
            break
        else:
            crown = crown + 1 if cut else 0
    if not _tall(stretch, crown, steps):
        return None
    return HeadStretch(min(cut.rows[0] for cut in stretch) >= 2, short)


def _tall(stretch: Sequence[_Cut], crown: int, steps: Steps) -> bool:
    """Say whether a stretch with its crown is as tall as what shows a face; most of it lies below the crown."""
    return len(stretch) * steps[0] >= HEIGHT / 2 and (len(stretch) + crown) * steps[0] >= HEIGHT
