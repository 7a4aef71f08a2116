"""Moments that HDF5 files hold as numbers: seconds since 1970 and days of eight digits under names that tell of time."""

import math
import re
from collections.abc import Set
from typing import Any

import numpy as np

from deid.engine.acting.dates import shift_date
from deid.engine.formats.ages import OLDEST, OLDEST_IN_GROUP
from deid.engine.formats.moments import is_certainly_date, shift_text_date
from deid.engine.formats.partial_moments import SECONDS_A_DAY, epoch_unit
from deid.engine.formats.personal import holds_any, numbers_somebody, oldest_told
from deid.engine.formats.raw.hidden import looks_like_text

_OF_TIME = re.compile(r"time|date|epoch|unix|stamp|created|acquired|modified|start|end", re.IGNORECASE)
MOST_NUMBERS, MOST_SEARCHED = 256, 1 << 16
FIRST_DAY, LAST_DAY = 19_000_101, 20_991_231


def is_of_time(name: str) -> bool:
    """Say whether a name tells of a moment, or may."""
    return bool(_OF_TIME.search(name))


def holds_moments(source: Any) -> bool:
    """Say whether an array begins with a number that is a moment."""
    if not source.size or source.dtype.kind not in "iuf":
        return False
    return _moved(np.asarray(source[(0,) * len(source.shape)]).item(), 0) is not None


def moved_text(name: str, text: str, days: int) -> str:
    """Return a day or moment that a text attribute says, *days* later; empty where it is none, or a birth."""
    if not text or not is_of_time(name) or numbers_somebody(name) or not is_certainly_date(text):
        return ""
    return shift_text_date(text, days)


def identifies(source: Any, name: str, known: Set[int]) -> bool:
    """Say whether an array of numbers is of people: by its name, by an age over 89, or by a number known to be somebody's."""
    if numbers_somebody(name):
        return True
    if not source.size or source.size > MOST_SEARCHED or source.dtype.kind not in "iuf":
        return False
    numbers = np.asarray(source[()]).ravel()
    oldest = oldest_told(name)
    return (oldest is not None and bool((numbers > oldest).any())) or holds_any(numbers.tolist(), known)


def copied_number(source: Any, target: Any, name: str, days: int, known: Set[int]) -> str:
    """Copy a small numeric attribute, moments *days* later and ages over 89 as 90, and return the action; empty where it may
    not stay, as numbers of people and those that are *known* may not."""
    attribute = source.attrs.get_id(name)
    if math.prod(attribute.shape) > MOST_NUMBERS or attribute.dtype.kind not in "iufcb":
        return ""
    value = source.attrs[name]
    if attribute.shape and looks_like_text(value):
        return ""
    if numbers_somebody(name) or holds_any(np.asarray(value).ravel().tolist(), known):
        return ""
    oldest = oldest_told(name)
    if oldest is not None and attribute.dtype.kind in "iuf" and (np.asarray(value) > oldest).any():
        grouped = np.minimum(value, oldest / OLDEST * OLDEST_IN_GROUP)
        target.attrs.create(name, grouped, dtype=attribute.dtype)
        return "C"
    moved = _moved_moments(value, days) if is_of_time(name) else None
    target.attrs.create(name, value if moved is None else moved, dtype=attribute.dtype)
    return "K" if moved is None else "C"


def _moved_moments(value: Any, days: int) -> Any:
    """Return one number or an array *days* later, nothing where none of it is a moment."""
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "iuf":
        return None
    moved = [_moved(number, days) for number in numbers.ravel().tolist()]
    if all(one is None for one in moved):
        return None
    after = [old if new is None else new for old, new in zip(numbers.ravel().tolist(), moved, strict=True)]
    return np.array(after, dtype=numbers.dtype).reshape(numbers.shape)


def _moved(number: float, days: int) -> float | None:
    if not math.isfinite(number):
        return None
    if FIRST_DAY <= number <= LAST_DAY and (day := shift_date(str(int(number)), days)):
        return int(day)
    unit = epoch_unit(number)
    return number + days * SECONDS_A_DAY * unit if unit else None
