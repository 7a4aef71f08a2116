"""Write the parts of a moved date as those of the old one were written."""

from datetime import date

from deid.engine.text.date_spellings import LONG_MONTHS, MONTHS, ROMAN_MONTHS
from deid.engine.text.months import foreign_name


def _month_name(moved: date, old: str, *, joined: bool = False) -> str:
    """Return a month's name in the length and case of *old*; May is short where it is *joined* to the numbers."""
    name = LONG_MONTHS[moved.month - 1]
    whole = old.lower() == LONG_MONTHS[MONTHS.index(old[:3].lower())]
    if (joined and len(old) == 3) or (len(old) <= 4 and not whole):
        name = name[:3]
    if old.isupper():
        return name.upper()
    return name.capitalize() if old[0].isupper() else name


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def written(moved: date, kind: str, old: str, *, joined: bool = False) -> str:
    """Return one part of *moved*, written as *old* was."""
    if kind == "n":
        return _month_name(moved, old, joined=joined)
    if kind == "f":
        return foreign_name(moved.month, old)
    if kind == "t":
        return _ordinal(moved.day)
    if kind == "r":
        return ROMAN_MONTHS[moved.month - 1]
    number = {"y": moved.year, "m": moved.month, "d": moved.day}[kind]
    return f"{number % 100 if kind == 'y' and len(old) == 2 else number:0{len(old)}d}"


def week_part(moved: date, kind: str) -> str:
    """Return the year, week or weekday of *moved* (ISO 8601)."""
    year, week, weekday = moved.isocalendar()
    return {"y": f"{year:04d}", "w": f"{week:02d}", "k": f"{weekday}"}[kind]
