"""Small cells: no count below `SMALL_CELL` is published, nor can it be worked out from the others.

A chart is a list of cells. A cell of 1 to 4 is *small*. Whoever knows the total can subtract: so with every small
cell further cells are *hidden*, the smallest first, until each small cell could still be any number from 1 to 4.
A chart for which that is impossible is not published.
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
