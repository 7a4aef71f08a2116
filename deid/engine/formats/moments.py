"""Dates as people and programs write them in tables and sidecars: shifted by whole days, as partial as they were."""

import re
from collections.abc import Iterable
from enum import StrEnum

from deid.engine.acting.dates import shift_date, shift_date_time, shifted_date
from deid.engine.text.date_spellings import MONTHS

_CLOCK = r"(?:[01]\d|2[0-3])(?::?[0-5]\d(?::?[0-5]\d(?:\.\d{1,9})?)?)?(?:Z|[+-]\d\d:?\d\d)?"
CLOCK = re.compile(_CLOCK)
_UNKNOWN = r"(?:UN|UNK|XX|NK|--?)"
_ISO = re.compile(
    rf"(\d{{4}})(?:-(\d\d|{_UNKNOWN})(?:-(\d\d|{_UNKNOWN})(?:[T ]({_CLOCK}))?)?)?", re.IGNORECASE
)
_COMPACT = re.compile(r"\d{6}|\d{8}|\d{12}|\d{14}(?:\.\d{1,6})?")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_NUMERIC = re.compile(rf"(\d?\d)([./-])(\d?\d)\2(\d{{4}})(?: ({_CLOCK}))?")
_YEAR_FIRST = re.compile(rf"(\d{{4}})([./])(\d?\d)\2(\d?\d)(?: ({_CLOCK}))?")
_NAMED = re.compile(
    rf"(\d?\d)([ -]?)({'|'.join(MONTHS)})[a-z]*\.?\2(\d{{4}})(?:[ :]({_CLOCK}))?", re.IGNORECASE
)


class DayOrder(StrEnum):
    """Which number of a date such as 03/02/2019 is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    UNKNOWN = "unknown"


def day_order(texts: Iterable[str]) -> DayOrder:
    """Return the order that the dates of one column prove; with points the day always comes first."""
    found = [match for text in texts if (match := _NUMERIC.fullmatch(text.strip())) and match[2] != "."]
    day_first, month_first = (any(int(match[n]) > 12 for match in found) for n in (1, 3))
    if day_first == month_first:
        return DayOrder.UNKNOWN
    return DayOrder.DAY_FIRST if day_first else DayOrder.MONTH_FIRST


def shift_text_date(text: str, days: int, order: DayOrder = DayOrder.UNKNOWN) -> str:
    """Return a written date *days* later, in its own writing and as partial as it was; empty where it is no date.

    ISO 8601 with unknown parts (`2014-03`, `2014-UN-UN`, `2014---15`), DICOM DA and DT, serial days of a
    spreadsheet, 2.3.2019, 03/02/2019 where *order* is known, 2 Mar 2019, 02MAR2019.
    """
    plain = text.strip()
    if _COMPACT.fullmatch(plain):
        return shift_date_time(plain, days)
    if found := _ISO.fullmatch(plain):
        return _iso(found, days)
    if found := _SERIAL.fullmatch(plain):
        return f"{int(found[1]) + days}{found[2] or ''}" if int(found[1]) + days > 0 else ""
    if found := _YEAR_FIRST.fullmatch(plain):
        moved = shifted_date(int(found[1]), int(found[3]), int(found[4]), days)
        return moved.strftime(f"%Y{found[2]}%m{found[2]}%d") + _clock(found[5]) if moved else ""
    if found := _NAMED.fullmatch(plain):
        return _named(found, days)
    found = _NUMERIC.fullmatch(plain)
    return _numeric(found, days, order) if found else ""


def _clock(clock: str | None, mark: str = " ") -> str:
    return mark + clock if clock else ""


def _iso(found: re.Match[str], days: int) -> str:
    """Shift an ISO date of which month or day may be missing or unknown; what is unknown stays so."""
    year, month, day, clock = found.groups()
    known_month, known_day = month if month and month.isdigit() else "", day if day and day.isdigit() else ""
    if not known_month:
        known_day = ""
    moved = shift_date(year + known_month + known_day, days)
    if not moved or (clock and not known_day):
        return ""
    pieces = [moved[:4]]
    pieces += [moved[4:6] if known_month else "UN"] if month else []
    pieces += [moved[6:8] if known_day else "UN"] if day else []
    mark = found.group()[10:11] if clock else ""
    return "-".join(pieces) + _clock(clock, mark)


def _named(found: re.Match[str], days: int) -> str:
    day, gap, name, year, clock = found.groups()
    moved = shifted_date(int(year), MONTHS.index(name.lower()) + 1, int(day), days)
    if moved is None:
        return ""
    month = MONTHS[moved.month - 1]
    written = month.upper() if name.isupper() else month.capitalize() if name[0].isupper() else month
    return f"{moved.day:02d}{gap}{written}{gap}{moved.year:04d}" + _clock(clock)


def _numeric(found: re.Match[str], days: int, order: DayOrder) -> str:
    one, mark, other, year, clock = found.groups()
    day_first = mark == "." or order is DayOrder.DAY_FIRST
    if not day_first and order is DayOrder.UNKNOWN:
        return ""
    day, month = (int(one), int(other)) if day_first else (int(other), int(one))
    moved = shifted_date(int(year), month, day, days)
    if moved is None:
        return ""
    first, second = (moved.day, moved.month) if day_first else (moved.month, moved.day)
    return f"{first:02d}{mark}{second:02d}{mark}{moved.year:04d}" + _clock(clock)
