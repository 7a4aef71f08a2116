"""Numbers beside images that say who somebody is or how old: by the names they stand under, and by what is known."""

import re
from collections.abc import Iterable, Sequence, Set

from deid.engine.formats.ages import OLDEST, units_a_year
from deid.engine.formats.tables.roles import AGE_NAMES, BIRTH, PEOPLE, SUBJECT_NAMES
from deid.engine.text.known import compile_known
from deid.engine.text.telling import sorted_known

_WORD_ENDS = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9.]+")
_NUMBERED = re.compile(
    r"(?:^| )(?:patient|subject|participant|person)s? (?:id|key|no|num|number|code)(?: |$)", re.IGNORECASE
)
_PLURAL = re.compile(r"(?<=id|no)s$", re.IGNORECASE)


def _spaced(name: str) -> str:
    return _WORD_ENDS.sub(" ", name).strip()


def numbers_somebody(name: str) -> bool:
    """Say whether what stands under a name is the number, the birth or the address of somebody."""
    spaced = _PLURAL.sub("", _spaced(name))
    patterns = (BIRTH, PEOPLE, _NUMBERED)
    return bool(SUBJECT_NAMES.match(spaced) or any(pattern.search(spaced) for pattern in patterns))


def oldest_told(name: str) -> float | None:
    """Return up to which number an age may be told, in the unit that its name tells; nothing for the name of no age."""
    return OLDEST * units_a_year(_spaced(name)) if AGE_NAMES.search(_spaced(name)) else None


def known_numbers(known_values: Sequence[str]) -> Set[int]:
    """Return the whole numbers among the identifiers and birth dates (YYYYMMDD) that are known of somebody."""
    names, phrases, dates = sorted_known(known_values)
    return {int(number) for number in compile_known(names, phrases, dates).numbers}


def holds_any(numbers: Iterable[float], known: Set[int]) -> bool:
    """Say whether one of some numbers is known to be somebody's."""
    return bool(known) and any(number in known for number in numbers)
