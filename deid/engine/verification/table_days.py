"""Days in a released table that the source has in the same row, though not as the days that moved there."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from deid.engine.verification.needles import MONTHS
from deid.engine.verification.search import Hit

Row = Sequence[str]
NO_MOVE = timedelta()
_MONTH = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
_NAME = "|".join(_MONTH)
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)"
# Only what can be read in one way; of 03/02/2019 nobody knows which number is the day.
_WRITINGS = tuple(
    re.compile(writing, re.IGNORECASE)
    for writing in (
        rf"(?<!\d){_YEAR}(?P<mark>[-./]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)(?!\d(?!\d))",
        rf"(?<!\d)(?P<day>\d?\d)\.(?P<month>\d?\d)\.{_YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>\d?\d)(?:st|nd|rd|th)?[ -]?(?P<name>{_NAME})[a-z]*\.?,?[ -]?{_YEAR}(?!\d)",
        rf"(?<![a-z])(?P<name>{_NAME})[a-z]*\.? (?P<day>\d?\d)(?:st|nd|rd|th)?,? {_YEAR}(?!\d)",
    )
)


def verify_days(
    before: Iterable[tuple[str, Row]],
    released_path: Path | str,
    *,
    subject: int,
    dates: Collection[int],
    texts: Collection[int],
    codes: Collection[int] = (),
    numbers: Collection[int] = (),
) -> list[Hit]:
    """Return the lines of a released table with a day of the same row in its source that did not move.

    *before* has the source's rows, each with what the column *subject* of the release calls its subject and with the fields of
    the released columns; those of one subject stand there in the order of the release. Columns are given by their places from
    0: *dates* hold nothing but days, *texts* may hold some, *codes* too where they are more than a number, and in *numbers* days
    of the row may stand by mistake. All days of a subject move alike. Rows that the source does not have are hits of the kind
    `rows differ`.
    """
    sources: dict[str, list[Row]] = defaultdict(list)
    for pseudonym, row in before:
        sources[pseudonym].append(row)
    released: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    with Path(released_path).open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        for row in rows:
            released[row[subject]].append((rows.line_num, row))
    if {name: len(rows) for name, rows in sources.items()} != {n: len(rows) for n, rows in released.items()}:
        return [Hit("table", "rows differ")]
    places = _Places(dates, texts, codes, numbers)
    return sorted(
        chain.from_iterable(places.unmoved(sources[name], rows) for name, rows in released.items()),
        key=lambda hit: int(hit.place.split()[1]),
    )


class _Places:
    """The columns of a table in which days stand, by what they hold."""

    def __init__(
        self,
        dates: Collection[int],
        texts: Collection[int],
        codes: Collection[int],
        numbers: Collection[int],
    ) -> None:
        self._dates, self._texts, self._codes = dates, [*dates, *texts], codes
        self._all = [*self._texts, *codes, *numbers]

    def unmoved(self, before: Sequence[Row], after: Sequence[tuple[int, Row]]) -> Iterator[Hit]:
        """Yield a hit for each row of one subject with a day that did not move."""
        pairs = [(old, new, line) for old, (line, new) in zip(before, after, strict=True)]
        move = self._move(pairs)
        said = {day for old, _, _ in pairs for place in self._telling(old) for day in days_in(old[place])}
        moved = {day + move for day in said if move and _may_move(day, move)}
        for old, new, line in pairs:
            here = {day for place in self._telling(old) for day in days_in(old[place])}
            left = here.intersection(day for place in self._all for day in days_in(new[place]))
            if left - moved or any(_is_as_it_was(old[place], new[place]) for place in self._dates):
                yield Hit(f"line {line}", "date")

    def _move(self, pairs: Sequence[tuple[Row, Row, int]]) -> timedelta:
        """Return by how far most days of one subject moved, nothing where that cannot be seen."""
        moves = Counter[timedelta]()
        for old, new, _ in pairs:
            for place in self._telling(old):
                one, other = list(days_in(old[place])), list(days_in(new[place]))
                if len(one) == len(other):
                    moves.update(b - a for a, b in zip(one, other, strict=True))
        return max(moves, key=lambda move: (moves[move], move), default=NO_MOVE)

    def _telling(self, row: Row) -> list[int]:
        """Return the places of the fields of a source's row that may tell days."""
        return [*self._texts, *(place for place in self._codes if not row[place].strip().isdecimal())]


def days_in(text: str) -> Iterator[date]:
    """Yield the days in *text* that can be read in one way, those of one writing after the other."""
    for writing in _WRITINGS:
        for found in writing.finditer(text):
            parts: Mapping[str, str] = found.groupdict()
            month = _MONTH[parts["name"].lower()] if parts.get("name") else int(parts["month"])
            try:
                yield date(int(parts["year"]), month, int(parts["day"]))
            except ValueError:
                continue


def _may_move(day: date, move: timedelta) -> bool:
    return 1 <= day.toordinal() + move.days <= date.max.toordinal()


def _is_as_it_was(old: str, new: str) -> bool:
    """Say whether a field of nothing but days is what it was: even a year alone moves, by a year or more."""
    return old.strip() == new.strip() and any(map(str.isdigit, new))
