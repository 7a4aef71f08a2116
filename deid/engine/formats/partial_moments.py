"""Dates in tables of which a part is missing or another than day and month: moved, and as partial as they were."""

import re
from collections.abc import Callable
from datetime import date

from deid.engine.acting.dates import shifted_date
from deid.engine.text.date_spellings import LONG_MONTHS, MONTHS

_UNKNOWN = r"(?:UNK?|XX|NK|--?|\?\??)"
_MONTH = rf"(?:{'|'.join((*LONG_MONTHS, 'sept', *MONTHS))})"
_YEAR = r"(?:1[89]|20)\d\d"
SECONDS_A_DAY = 86_400
# From 1973 to 2100 in seconds since 1970; later digits are parts of a second.
_FIRST_EPOCH, _LAST_EPOCH = 100_000_000, 4_102_444_800


def _month_name(month: int, old: str) -> str:
    """Return a month's name in the length and case of *old*."""
    name = (
        LONG_MONTHS[month - 1] if old.lower() in LONG_MONTHS and old.lower() != "may" else MONTHS[month - 1]
    )
    return name.upper() if old.isupper() else name.capitalize() if old[0].isupper() else name


def _named_month(found: re.Match[str], days: int) -> str:
    """Move `UN-May-2021`, `May 2021` and `UNMAY2021`."""
    moved = shifted_date(int(found["y"]), MONTHS.index(found["m"][:3].lower()) + 1, 1, days)
    return (
        f"{found['d'] or ''}{_month_name(moved.month, found['m'])}{found['s']}{moved.year}" if moved else ""
    )


def _numbered_month(found: re.Match[str], days: int) -> str:
    """Move `UN/04/2015` and `04/2015`."""
    moved = shifted_date(int(found["y"]), int(found["m"]), 1, days)
    return f"{found['d'] or ''}{moved.month:0{len(found['m'])}d}{found['s']}{moved.year}" if moved else ""


def _year_alone(found: re.Match[str], days: int) -> str:
    """Move `UN-UNK-2021`."""
    moved = shifted_date(int(found["y"]), 1, 1, days)
    return f"{found['d']}{moved.year}" if moved else ""


def _week(found: re.Match[str], days: int) -> str:
    """Move a week of ISO 8601, with its weekday or without."""
    try:
        start = date.fromisocalendar(int(found["y"]), int(found["w"]), int(found["k"] or 1))
    except ValueError:
        return ""
    moved = shifted_date(start.year, start.month, start.day, days)
    if moved is None:
        return ""
    year, week, weekday = moved.isocalendar()
    return f"{year:04d}{found['s']}W{week:02d}{found['t'] or ''}{weekday if found['k'] else ''}"


def _quarter(found: re.Match[str], days: int) -> str:
    """Move `Q1 2016`, `1Q2016` and `2016-Q1`."""
    moved = shifted_date(int(found["y"]), int(found["q"]) * 3 - 2, 1, days)
    if moved is None:
        return ""
    text, quarter = found.group(), (moved.month + 2) // 3
    parts = sorted(((found.span("y"), str(moved.year)), (found.span("q"), str(quarter))), reverse=True)
    for (start, end), new in parts:
        text = text[:start] + new + text[end:]
    return text


def _day_without_year(_found: re.Match[str], _days: int) -> str:
    """Return nothing for a day of which nobody can say where it moves."""
    return ""


_WRITTEN: tuple[tuple[str, Callable[[re.Match[str], int], str]], ...] = (
    (rf"(?P<d>{_UNKNOWN}[-/. ]?)?(?P<m>{_MONTH})\.?(?P<s>[-/., ]{{0,2}})(?P<y>{_YEAR})", _named_month),
    (rf"(?P<d>{_UNKNOWN}[-/. ])(?P<m>0?[1-9]|1[0-2])(?P<s>[-/.])(?P<y>{_YEAR})", _numbered_month),
    (rf"(?P<d>)(?P<m>0?[1-9]|1[0-2])(?P<s>[-/])(?P<y>{_YEAR})", _numbered_month),
    (rf"(?P<d>{_UNKNOWN}(?P<g>[-/. ]?){_UNKNOWN}(?P=g))(?P<y>{_YEAR})", _year_alone),
    (rf"(?P<y>{_YEAR})(?P<s>-?)W(?P<w>0[1-9]|[1-4]\d|5[0-3])(?:(?P<t>-?)(?P<k>[1-7]))?", _week),
    (rf"Q(?P<q>[1-4])[-/ ]?(?P<y>{_YEAR})", _quarter),
    (rf"(?P<q>[1-4])Q[-/ ]?(?P<y>{_YEAR})", _quarter),
    (rf"(?P<y>{_YEAR})[-/ ]?Q(?P<q>[1-4])", _quarter),
    (rf"(?:0?[1-9]|[12]\d|3[01])[-/. ]?{_MONTH}\.?|{_MONTH}\.? (?:0?[1-9]|[12]\d|3[01])", _day_without_year),
)
_PATTERNS = tuple((re.compile(text, re.IGNORECASE), mover) for text, mover in _WRITTEN)


def shift_partial(text: str, days: int) -> str | None:
    """Return a partial date *days* later, empty where it cannot move, nothing where it is none."""
    for pattern, mover in _PATTERNS:
        if found := pattern.fullmatch(text):
            return mover(found, days)
    return None


def epoch_unit(number: float) -> int:
    """Return into how many parts of a second a moment counts that says how long ago 1970 was; 0 where it does not look like
    one."""
    return next((unit for unit in (1, 10**3, 10**6, 10**9) if _FIRST_EPOCH <= number / unit < _LAST_EPOCH), 0)


def shift_epoch(text: str, days: int) -> str:
    """Return whole seconds (or parts of them) since 1970 *days* later; empty where they are none."""
    number = int(text)
    unit = epoch_unit(number)
    return str(number + days * SECONDS_A_DAY * unit) if unit else ""
