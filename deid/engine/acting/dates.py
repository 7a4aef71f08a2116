"""Dates and times (PS3.15 E.3.6, Retain Longitudinal Temporal Information): shifted by whole days, times
kept."""

import re
from datetime import date, timedelta
from functools import lru_cache

from deid.engine.acting.context import KEEP, Context, Outcome
from deid.engine.reading.elements import Element

_DATE = re.compile(r"(\d{4})(?:(\d{2})(?:(\d{2}))?)?|(\d{4})([.\-/])(\d{2})\5(\d{2})")
_DATE_TIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?((?:\d{2}){0,3})(\.\d{1,6})?([+-]\d{4})?")
_ONE_TIME = rb"\d{2}(?::?\d{2}(?::?\d{2}(?:\.\d{1,6})?)?)?"
_TIME = re.compile(rb"[ \0]*|(?:%s *)?(?:\\(?:%s *)?)*\0?" % (_ONE_TIME, _ONE_TIME))


def shifted_date(year: int, month: int, day: int, days: int) -> date | None:
    """Return the shifted date, or nothing where there is no such day."""
    try:
        return date(year, month, day) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=8192)
def shift_date(text: str, days: int) -> str:
    """Return one DA value *days* later; partial dates stay partial, what is no date comes back empty."""
    found = _DATE.fullmatch(text)
    if not found:
        return ""
    year, month, day = found[1] or found[4], found[2] or found[6], found[3] or found[7]
    moved = shifted_date(int(year), int(month or 1), int(day or 1), days)
    if moved is None:
        return ""
    separator = found[5] or ""
    whole = f"{moved.year:04d}{separator}{moved.month:02d}{separator}{moved.day:02d}"
    return whole if day else whole[: len(year + (month or ""))]


@lru_cache(maxsize=8192)
def shift_date_time(text: str, days: int) -> str:
    """Return one DT value *days* later with its time of day, fraction and offset unchanged."""
    found = _DATE_TIME.fullmatch(text)
    if not found:
        return ""
    year, month, day, clock, fraction, offset = found.groups()
    moved = shifted_date(int(year), int(month or 1), int(day or 1), days)
    if moved is None or (clock and not day):
        return ""
    whole = f"{moved.year:04d}{moved.month:02d}{moved.day:02d}"
    start = whole if day else whole[: len(year + (month or ""))]
    return start + (clock or "") + (fraction or "") + (offset or "")


def _ranges(text: str, days: int) -> str:
    """Shift a DA value that may be a range."""
    first, dash, last = text.partition("-") if len(text) in (9, 17, 18) else (text, "", "")
    return shift_date(first, days) + dash + (shift_date(last, days) if last else "")


def shift(context: Context, element: Element) -> Outcome:
    """Shift a DA or DT by the subject's days (C under modified dates); keep a TM that is one."""
    if element.vr == "TM":
        return keep_time(context, element)
    raw = context.raw(element)
    try:
        texts = [value.strip(" \0") for value in raw.decode("ascii").split("\\")]
    except UnicodeDecodeError:
        return element.vr, b""
    mover = shift_date_time if element.vr == "DT" else _ranges
    value = "\\".join(mover(text, context.shift_days) if text else "" for text in texts).encode("ascii")
    return element.vr, value + b" " * (len(value) % 2)


def keep_time(context: Context, element: Element) -> Outcome:
    """Keep a TM; what is no time is emptied."""
    return KEEP if _TIME.fullmatch(context.raw(element)) else ("TM", b"")


def keep_date(context: Context, element: Element) -> Outcome:
    """Keep a DA, DT or TM as it is (full dates); what is none is emptied."""
    if element.vr == "TM":
        return keep_time(context, element)
    text = context.raw(element).decode("latin-1").strip(" \0")
    pattern = _DATE_TIME if element.vr == "DT" else _DATE
    good = all(not value.strip() or pattern.fullmatch(value.strip()) for value in text.split("\\"))
    return KEEP if good else (element.vr, b"")
