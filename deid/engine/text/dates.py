"""Dates in text, however people write them: found, moved by the subject's days, or taken out."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from deid.engine.text.date_spellings import (
    BIRTH,
    FIRST_LIKELY,
    LONE_DAY,
    MONTHS,
    ON_A_SCALE,
    ROMAN_MONTHS,
    WRITTEN,
)
from deid.engine.text.date_writing import week_part, written
from deid.engine.text.hiding import Hide
from deid.engine.text.months import foreign_month
from deid.engine.text.weekdays import with_moved_weekdays

CENTURY_TURN = 50  # years of two digits below are of this century
DAY = re.compile(r"(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
# Without a digit, and a year, a mark between digits or the beginning of a month, there is no date.
_DIGIT, _NUMERIC_HINT = (
    re.compile(r"\d"),
    re.compile(r"(?:1[89]|20)\d\d|\d[-/.]\d|\d\d \d\d|\d{8}|[\d元] ?[年月년월]"),
)
_STEMS_TEXT = """
jan feb mar apr may mai mei jun jul aug sep oct okt nov dec dez jän mär mrz mrt maa fév fev avr jui aoû ago set ott out ene abr
dic gen mag giu lug déc lut kwi cze lip wrz paź gru haz tem ağu eyl oca şub szep dub srp zář kvě
"""
_STEMS = tuple(_STEMS_TEXT.split())


def is_day(text: str) -> bool:
    """Say whether *text* is a date of eight digits in the last two centuries."""
    return bool(DAY.fullmatch(text))


@dataclass(frozen=True, eq=False, slots=True)
class DateManner:
    """What becomes of dates in text: moved by `days`, taken out (`None`), or left where `kept`.

    `known` are the dates (YYYYMMDD) of the same instance, which decide what 03/04/2014 means; `hidden` those among them
    that are never told, not even moved, such as the birth date.
    """

    days: int | None = None
    kept: bool = False
    known: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(year: int, week: int, weekday: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, weekday)
    except ValueError:
        return None


def _parts(found: re.Match[str]) -> dict[str, tuple[int, int]]:
    """Return where the parts of a written date lie, by what they are."""
    return {
        name.rstrip("0123456789"): found.span(name)
        for name, value in found.groupdict().items()
        if value is not None
    }


def _year(text: str) -> int:
    number = int(text)
    if len(text) > 2:
        return number
    return number + (2000 if number < CENTURY_TURN else 1900)


Meaning: TypeAlias = tuple[date, dict[str, tuple[int, int]]]


def _meant(text: str, parts: dict[str, tuple[int, int]]) -> Iterator[Meaning]:
    """Yield each day a written date can mean, with the places of day and month under that meaning."""
    year = _year(text[slice(*parts["y"])])
    if "a" in parts:
        for day, month in (("a", "b"), ("b", "a")):
            found = _day(year, int(text[slice(*parts[month])]), int(text[slice(*parts[day])]))
            if found:
                yield found, {"d": parts[day], "m": parts[month], "y": parts["y"]}
        return
    if "w" in parts:
        found = _weekday(
            year, int(text[slice(*parts["w"])]), int(text[slice(*parts["k"])]) if "k" in parts else 1
        )
        if found:
            yield found, parts
        return
    if "f" in parts:
        month_number = foreign_month(text[slice(*parts["f"])])
    elif "r" in parts:
        month_number = ROMAN_MONTHS.index(text[slice(*parts["r"])]) + 1
    elif "n" in parts:
        month_number = MONTHS.index(text[slice(*parts["n"])][:3].lower()) + 1
    else:
        month_number = int(text[slice(*parts["m"])]) if "m" in parts else (7 if "d" not in parts else 1)
    found = _day(year, month_number, int(text[slice(*parts["d"])]) if "d" in parts else 1)
    if found:
        yield found, parts


def _day_comes_first(found: re.Match[str]) -> bool | None:
    """Say whether the day comes first in a date of three numbers; nothing where nothing tells."""
    parts = _parts(found)
    if "a" not in parts or "y" not in parts:
        return None
    firsts = {places["d"] == parts["a"] for _day, places in _meant(found.string, parts)}
    return firsts.pop() if len(firsts) == 1 else None


@lru_cache(maxsize=64)
def _proven_order(text: str) -> bool | None:
    """Say whether the day comes first in the dates of a text that prove it, nothing where none does or they differ."""
    proven = {order for found in WRITTEN.finditer(text) if (order := _day_comes_first(found)) is not None}
    return proven.pop() if len(proven) == 1 else None


def _chosen(found: re.Match[str], meanings: list[Meaning], manner: DateManner) -> list[Meaning]:
    """Return the one meaning of a date that can mean two days: the one that is known, with points the one whose day comes
    first, else that of all other dates of its text; none where nothing tells."""
    if told := [one for one in meanings if f"{one[0]:%Y%m%d}" in manner.known]:
        return told[:1]
    parts = _parts(found)
    points = "." in found.string[parts["a"][1] : parts["b"][0]]
    day_first = True if points else _proven_order(found.string)
    return [one for one in meanings if (one[1]["d"] == parts["a"]) is day_first]


def _moved(found: re.Match[str], manner: DateManner) -> str:
    """Return a written date as it is after the move; empty where it must go or could mean two days."""
    parts = _parts(found)
    if manner.days is None or "x" in parts:
        return found.string[slice(*parts["c"])].rstrip() if "c" in parts else ""
    meanings = list(_meant(found.string, parts))
    if len({day for day, _ in meanings}) > 1:
        meanings = _chosen(found, meanings, manner)
    if not meanings or _is_one_of(found, manner.hidden):
        return ""
    day, places = meanings[0]
    try:
        moved = day + timedelta(days=manner.days)
    except OverflowError:
        return ""
    text, position = [], found.start()
    for kind, (start, end) in sorted(places.items(), key=lambda place: place[1]):
        if kind not in "ymdnfrtwk":
            continue
        old, joined = found.string[start:end], found.string[start - 1 : start].strip(" ,") != ""
        new = week_part(moved, kind) if "w" in places else written(moved, kind, old, joined=joined)
        text += [found.string[position:start], new.lstrip("0") if kind == "d" and "t" in places else new]
        position = end
    return "".join((*text, found.string[position : found.end()]))


DATES_REMOVED = DateManner()


KNOWN_ONLY, SURE, THOROUGH = range(3)


@lru_cache(maxsize=65536)
def has_dates(text: str) -> bool:
    """Say whether a text has anything like a date; the texts of a series are much alike, so remembered."""
    if not _DIGIT.search(text):
        return False
    if not _NUMERIC_HINT.search(text):
        low = text.lower()
        if not any(stem in low for stem in _STEMS):
            return False
    return bool(WRITTEN.search(text))


def replace_dates(text: str, manner: DateManner, hide: Hide, depth: int) -> str:
    """Return *text* with each date moved and handed to *hide*, or taken out.

    *depth* says which: those of the instance, also those that can mean nothing else, or all that look like one.
    """
    if not has_dates(text):
        return text

    def replaced(found: re.Match[str]) -> str:
        if BIRTH.search(found.string[max(0, found.start() - 24) : found.start()]):
            return " "
        if found.lastgroup == LONE_DAY:
            known = _is_day_of(found, manner.known | manner.hidden)
            return " " if known and not ON_A_SCALE.search(found.string, 0, found.start()) else found.group()
        if depth == KNOWN_ONLY and not _is_one_of(found, manner.known | manner.hidden):
            return found.group()
        if depth == SURE and not _is_sure(found) and not _is_one_of(found, manner.known | manner.hidden):
            return found.group()
        if manner.kept:
            return " " if _is_one_of(found, manner.hidden) else hide(found.group())
        moved = _moved(found, manner)
        return hide(moved) if moved else " "

    return (
        WRITTEN.sub(replaced, text)
        if manner.kept
        else with_moved_weekdays(WRITTEN, replaced, text, manner.days)
    )


def has_sure_date(text: str) -> bool:
    """Say whether something stands in a text that can hardly be anything else than a date, with its year."""
    return has_dates(text) and any(_is_sure(found) for found in WRITTEN.finditer(text))


def _is_sure(found: re.Match[str]) -> bool:
    """Say whether the expression that found a date is one of the sure ones."""
    return int((found.lastgroup or "9").lstrip("abcdefghijklmnopqrstuvwxyz")) < FIRST_LIKELY


def _is_day_of(found: re.Match[str], days: Set[str]) -> bool:
    """Say whether a day and month without a year, in either order, are those of one of some days."""
    first, second = (f"{int(number):02d}" for number in found.group().split("/"))
    return any(day[4:] in (first + second, second + first) for day in days)


def _is_one_of(found: re.Match[str], days: Set[str]) -> bool:
    """Say whether a written date can mean one of some days, in whatever century where its year has two digits."""
    parts = _parts(found)
    if "y" not in parts:
        return False
    centuries = (0, 100, -100) if parts["y"][1] - parts["y"][0] == 2 else (0,)
    meant = (day for day, _ in _meant(found.string, parts))
    return any(f"{day.year + more:04d}{day:%m%d}" in days for day in meant for more in centuries)
