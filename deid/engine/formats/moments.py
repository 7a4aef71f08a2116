"""Dates as people and programs write them in tables and sidecars: shifted by whole days, as partial as they were."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from deid.engine.acting.dates import shift_date, shift_date_time, shifted_date
from deid.engine.formats.partial_moments import shift_epoch, shift_partial
from deid.engine.text.date_spellings import MONTHS
from deid.engine.text.dates import CENTURY_TURN

SIX = 6
FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000

_CLOCK = r"(?:[01]\d|2[0-3])(?::?[0-5]\d(?::?[0-5]\d(?:\.\d{1,9})?)?)?(?:Z|[+-]\d\d:?\d\d)?"
CLOCK = re.compile(_CLOCK)
_OF_DAY = rf"(?:{_CLOCK}|(?:0?[1-9]|1[0-2])(?::[0-5]\d){{1,2}} ?[ap]\.?m\.?)"
_UNKNOWN = r"(?:UN|UNK|XX|NK|--?)"
_ISO = re.compile(
    rf"(\d{{4}})(?:-(\d\d|{_UNKNOWN})(?:-(\d\d|{_UNKNOWN})(?:[T ]({_OF_DAY}))?)?)?", re.IGNORECASE
)
_COMPACT = re.compile(r"\d{8}|\d{12}|\d{14}(?:\.\d{1,6})?")
_YEAR_MONTH = re.compile(r"(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])")
_SHORT = re.compile(r"(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_EPOCH = re.compile(r"\d{9,10}|\d{13}|\d{16}|\d{19}")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_NUMERIC = re.compile(rf"(\d?\d)([./-])(\d?\d)\2(\d{{4}}|\d\d)(?:[T ]({_OF_DAY}))?", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([./])(\d?\d)\2(\d?\d)(?: ({_OF_DAY}))?", re.IGNORECASE)
_NAMED = re.compile(
    rf"(\d?\d)([ -]?)({'|'.join(MONTHS)})[a-z]*\.?\2(\d{{4}}|\d\d)(?:[ :]({_OF_DAY}))?", re.IGNORECASE
)


_CENTURY = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)|[A-Za-z]")


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


@dataclass(frozen=True, slots=True)
class Writing:
    """How the dates of one column are written: which number is the day, and whether six digits are days without their
    century (`160904`) or months."""

    order: DayOrder
    short_years: bool


def writing_of(texts: Sequence[str]) -> Writing:
    """Return how the dates of a column are written, as far as its values prove it."""
    six = [text.strip() for text in texts if len(text.strip()) == SIX and text.strip().isdecimal()]
    return Writing(day_order(texts), any(not _YEAR_MONTH.fullmatch(text) for text in six))


def shift_text_date(
    text: str, days: int, order: DayOrder = DayOrder.UNKNOWN, *, short_years: bool = False
) -> str:
    """Return a written date *days* later, in its own writing and as partial as it was; empty where it is no date.

    ISO 8601 with unknown parts (`2014-03`, `2014-UN-UN`), DICOM DA and DT, serial days of a
    spreadsheet, seconds since 1970, 2.3.2019, 03/02/2019 where *order* is known, 2 Mar 2019, 02MAR2019, UN-Mar-2019, 03/2019,
    2019-W09, Q1 2019; six digits are a month, or a day where the column has *short_years*.
    """
    plain = text.strip()
    if (found := _SHORT.fullmatch(plain)) and (short_years or not _YEAR_MONTH.fullmatch(plain)):
        moved = shifted_date(_year(found[1]), int(found[2]), int(found[3]), days)
        return f"{moved:%y%m%d}" if moved else ""
    if _COMPACT.fullmatch(plain) or _YEAR_MONTH.fullmatch(plain):
        return shift_date_time(plain, days)
    if _EPOCH.fullmatch(plain):
        return shift_epoch(plain, days)
    for pattern, mover in (_ISO, _iso), (_SERIAL, _serial), (_YEAR_FIRST, _year_first), (_NAMED, _named):
        if found := pattern.fullmatch(plain):
            return mover(found, days)
    if found := _NUMERIC.fullmatch(plain):
        return _numeric(found, days, order)
    return shift_partial(plain, days) or ""


def is_certainly_date(text: str) -> bool:
    """Say whether a text can be nothing else than a date with its year, in full or in part, whatever its column is called."""
    plain = text.strip()
    if plain.isdecimal() or _SERIAL.fullmatch(plain):
        return False
    whole = any(pattern.fullmatch(plain) for pattern in (_ISO, _YEAR_FIRST, _NAMED, _NUMERIC))
    return (whole and _CENTURY.search(plain) is not None) or shift_partial(plain, 0) is not None


_SPELLINGS = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d%b%Y",
)


def is_one_of(text: str, days: Iterable[str]) -> bool:
    """Say whether a written date begins with one of some days (YYYYMMDD) in a usual spelling."""
    plain = text.strip().upper()
    given = [date(int(day[:4]), int(day[4:6]), int(day[6:8])) for day in days]
    return any(plain.startswith(f"{day:{spelling}}".upper()) for day in given for spelling in _SPELLINGS)


def may_be_day(text: str) -> bool:
    """Say whether a plain number can be a day in a column that says so: digits, a serial day of a spreadsheet since 1954, or
    seconds since 1970."""
    plain = text.strip()
    if found := _SERIAL.fullmatch(plain):
        return FIRST_SERIAL <= int(found[1]) < LAST_SERIAL
    digits = (pattern.fullmatch(plain) for pattern in (_COMPACT, _YEAR_MONTH, _SHORT))
    return any(digits) or bool(_EPOCH.fullmatch(plain) and shift_epoch(plain, 0))


def _year(text: str) -> int:
    """Return a year of four digits, or of two in this century or the last."""
    return int(text) if len(text) > 2 else int(text) + (2000 if int(text) < CENTURY_TURN else 1900)


def _serial(found: re.Match[str], days: int) -> str:
    return f"{int(found[1]) + days}{found[2] or ''}" if int(found[1]) + days > 0 else ""


def _year_first(found: re.Match[str], days: int) -> str:
    moved = shifted_date(int(found[1]), int(found[3]), int(found[4]), days)
    return moved.strftime(f"%Y{found[2]}%m{found[2]}%d") + _clock(found[5]) if moved else ""


def _written_year(moved: date, old: str) -> str:
    return f"{moved:%y}" if len(old) == 2 else f"{moved.year:04d}"


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
    moved = shifted_date(_year(year), MONTHS.index(name.lower()) + 1, int(day), days)
    if moved is None:
        return ""
    month = MONTHS[moved.month - 1]
    written = month.upper() if name.isupper() else month.capitalize() if name[0].isupper() else month
    return f"{moved.day:02d}{gap}{written}{gap}{_written_year(moved, year)}" + _clock(clock)


def _numeric(found: re.Match[str], days: int, order: DayOrder) -> str:
    one, mark, other, year, clock = found.groups()
    day_first = mark == "." or order is DayOrder.DAY_FIRST
    if not day_first and order is DayOrder.UNKNOWN:
        return ""
    day, month = (int(one), int(other)) if day_first else (int(other), int(one))
    moved = shifted_date(_year(year), month, day, days)
    if moved is None:
        return ""
    first, second = (moved.day, moved.month) if day_first else (moved.month, moved.day)
    return f"{first:02d}{mark}{second:02d}{mark}{_written_year(moved, year)}" + _clock(clock)
