"""Small cells: no count below `SMALL_CELL` is published, nor can it be worked out from the others.

A chart is a list of cells. A cell of 1 to 4 is *small*. Whoever knows the total can subtract: so with every small
cell further cells are *hidden*, the smallest first, until each small cell could still be any number from 1 to 4.
A chart for which that is impossible is not published. The same holds for what changes from one published chart to the next:
whoever has both can subtract.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

SMALL_CELL = 5
SMALL = "small"
HIDDEN = "hidden"


class Cell(TypedDict):
    """One published cell: a count, or None with `why` it is not shown."""

    label: str
    count: int | None
    why: str


def suppress(counts: Sequence[tuple[str, int]]) -> list[Cell]:
    """Return the cells that may be published, in the order given; none where nothing can be."""
    small = {place for place, (_, count) in enumerate(counts) if 0 < count < SMALL_CELL}
    hidden = _hidden(counts, small) if small else set()
    if hidden is None or small | hidden == {place for place, (_, count) in enumerate(counts) if count}:
        return [] if small else _cells(counts, small, set())
    return _cells(counts, small, hidden)


def suppress_changes(cells: Sequence[Cell], earlier: Sequence[Cell]) -> list[Cell]:
    """Return *cells* as they may be published beside an *earlier* chart of the same: a change of 1 to 4 is as telling as a count.

    None where no choice of hidden cells is enough; where one of the charts shows nothing, nothing can be compared.
    """
    now, before = ({cell["label"]: cell["count"] for cell in chart} for chart in (cells, earlier))
    if not now or not before:
        return list(cells)
    changes = [
        (label, abs((now.get(label, 0) or 0) - (before.get(label, 0) or 0)))
        for label in dict.fromkeys((*now, *before))
        if None not in (now.get(label, 0), before.get(label, 0))
    ]
    if not any(0 < change < SMALL_CELL for _label, change in changes):
        return list(cells)
    told = {cell["label"]: cell["count"] is not None for cell in suppress(changes)}
    return [
        cell
        if told.get(cell["label"], True)
        else Cell(label=cell["label"], count=None, why=cell["why"] or HIDDEN)
        for cell in (cells if told else ())
    ]


def _hidden(counts: Sequence[tuple[str, int]], small: set[int]) -> set[int] | None:
    """Return which cells must be hidden beside the *small* ones; None where no choice is enough.

    With m small cells and n hidden ones of sum s, a small cell may be 4 if s ≥ 5n + (m - 1) + 4.
    """
    large = sorted(
        (place for place, (_, count) in enumerate(counts) if count >= SMALL_CELL),
        key=lambda place: counts[place][1],
    )
    hidden: set[int] = set()
    total = sum(counts[place][1] for place in small)
    for place in large:
        hidden.add(place)
        total += counts[place][1]
        if total >= SMALL_CELL * len(hidden) + len(small) + SMALL_CELL - 2:
            return hidden
    return None


def _cells(counts: Sequence[tuple[str, int]], small: set[int], hidden: set[int]) -> list[Cell]:
    return [
        Cell(
            label=label,
            count=None if place in small | hidden else count,
            why=SMALL if place in small else HIDDEN if place in hidden else "",
        )
        for place, (label, count) in enumerate(counts)
    ]
