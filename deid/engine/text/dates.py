"""Known dates in text, however people write them."""

import re
from collections.abc import Iterator

_DAY = re.compile(r"(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?P<name>{'|'.join(MONTHS)})[a-z]*"
_YEAR, _MARK, _TH = r"(?:1[89]|20)\d\d", r"[-/. ]", r"(?:st|nd|rd|th)?"
_WRITTEN = (
    re.compile(rf"(?<!\d)(?P<year>{_YEAR}){_MARK}?(?P<a>\d?\d){_MARK}?(?P<b>\d?\d)(?!\d)"),
    re.compile(rf"(?<!\d)(?P<a>\d?\d){_MARK}(?P<b>\d?\d){_MARK}(?P<year>{_YEAR})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>\d?\d){_TH}[-. ]*{_NAME}[-., ]*(?P<year>{_YEAR})(?!\d)", re.IGNORECASE),
    re.compile(rf"{_NAME}[-. ]*(?P<day>\d?\d){_TH}[-, ]*(?P<year>{_YEAR})(?!\d)", re.IGNORECASE),
)


def is_day(text: str) -> bool:
    """Say whether *text* is a date of eight digits in the last two centuries."""
    return bool(_DAY.fullmatch(text))


def _meant(found: re.Match[str]) -> Iterator[str]:
    """Yield the days (YYYYMMDD) a written date can mean."""
    groups = found.groupdict()
    if groups.get("name"):
        month = MONTHS.index(groups["name"].lower()) + 1
        yield f"{groups['year']}{month:02d}{int(groups['day']):02d}"
        return
    one, other = int(groups["a"]), int(groups["b"])
    yield f"{groups['year']}{one:02d}{other:02d}"
    yield f"{groups['year']}{other:02d}{one:02d}"


def without_dates(text: str, days: frozenset[str], instead: str) -> str:
    """Return *text* with each written date that can mean one of *days* replaced."""

    def replaced(found: re.Match[str]) -> str:
        return instead if any(day in days for day in _meant(found)) else found.group()

    for pattern in _WRITTEN:
        text = pattern.sub(replaced, text)
    return text
