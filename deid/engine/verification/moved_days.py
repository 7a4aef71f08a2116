"""Days in a released file that the source has too, though not as the day that moved there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from deid.engine.verification.haystacks import day_of
from deid.engine.verification.search import DATES, Hit
from deid.engine.verification.walker import Seen, place_of

Days = Mapping[tuple[int, ...], Sequence[date]]
DUMMY = date(1900, 1, 1)


def unmoved_days(before: Sequence[Seen], after: Sequence[Seen]) -> list[Hit]:
    """Return a hit for each attribute of *after* with a day of *before* that does not come there by the move of the others.

    All days of a file move alike, so that a day which another day of the source moved to is none of its own.
    """
    old, new = _days(before), _days(after)
    every = {day for days in old.values() for day in days} - {DUMMY}
    moves = Counter(
        other - one
        for path in old.keys() & new.keys()
        for one, other in zip(old[path], new[path], strict=False)
    )
    move = max(moves, key=lambda one: (moves[one], one), default=timedelta())
    return [
        Hit(place_of(path), "date")
        for path, days in new.items()
        if every.intersection(days) - {day + move for day in old.get(path, ())}
    ]


def _days(elements: Sequence[Seen]) -> Days:
    found: dict[tuple[int, ...], list[date]] = {}
    for seen in elements:
        if seen.vr in DATES:
            found.setdefault(seen.path, []).extend(_read(seen.value))
    return found


def _read(value: bytes) -> Iterator[date]:
    for day in map(day_of, value.split(b"\\")):
        try:
            yield date(int(day[:4]), int(day[4:6]), int(day[6:]))
        except ValueError:
            continue
