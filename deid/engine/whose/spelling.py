"""One identifier in the spellings that people give it: in other case, with other signs between its parts or none, without the
zeros that a spreadsheet takes away."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from deid.engine.formats.subjects import subject_of_cell

_RUN = re.compile(r"[^\W_]+")
_WHOLE_NUMBER = re.compile(r"0*(\d+?)(?:\.0*)?")
# A year, a month or a day, which stand in names of files for themselves.
_DAY = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?")
# So many letters and digits an identifier has that is written without the signs between its parts, or stands within a name.
SHORTEST_ALONE = 4
MOST_RUNS = 8


def _runs(identifier: str) -> list[str]:
    return _RUN.findall(subject_of_cell(identifier).casefold())


class Spellings:
    """Finds whom of the *known* an identifier means that nobody has as it is written: nobody where it may be two."""

    def __init__(self, known: Iterable[str], subject_of: Callable[[str], str]) -> None:
        self._parted, self._plain, self._joined, self._numbers = (
            defaultdict[str, set[str]](set) for _ in range(4)
        )
        for identifier in known:
            if not (subject := subject_of(identifier)):
                continue
            runs = _runs(identifier)
            self._parted["-".join(runs)].add(subject)
            joined = "".join(runs)
            if len(joined) >= SHORTEST_ALONE:
                (self._plain if len(runs) == 1 else self._joined)[joined].add(subject)
            if joined.isdecimal() and len(runs) == 1:
                self._numbers[joined.lstrip("0")].add(subject)

    def of(self, identifier: str) -> str:
        """Return whom *identifier* means, as a whole: `p77-0142` is `P77_0142` and `P770142`, but `1-11` is not `11-1`."""
        return _only(self._spelled(_runs(identifier)))

    def numbered(self, identifier: str) -> str:
        """Return whom a number means as a spreadsheet may write it: `42` and `42.0` are `00042`."""
        number = _WHOLE_NUMBER.fullmatch(subject_of_cell(identifier))
        return _only(self._numbers.get(number[1].lstrip("0"), set())) if number else ""

    def _spelled(self, runs: Sequence[str]) -> set[str]:
        joined = "".join(runs)
        ways = (self._parted.get("-".join(runs)), self._plain.get(joined))
        without = self._joined.get(joined) if len(runs) == 1 else None
        return set[str]().union(*filter(None, (*ways, without)))

    def within(self, name: str) -> str:
        """Return whom the longest identifier means that stands in a *name* between other words: `report_P77-0142_v2`."""
        best, found = 0, set[str]()
        for runs in _stretches(_runs(name)):
            joined = "".join(runs)
            if len(joined) < max(SHORTEST_ALONE, best) or joined.isalpha() or _DAY.fullmatch(joined):
                continue
            if subjects := self._spelled(runs):
                found = subjects | (found if len(joined) == best else set())
                best = len(joined)
        return _only(found)


def _only(found: Set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


def _stretches(runs: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield all stretches of neighbouring *runs* that an identifier may have."""
    return (
        runs[start:end]
        for start in range(len(runs))
        for end in range(start + 1, min(start + MOST_RUNS, len(runs)) + 1)
    )
