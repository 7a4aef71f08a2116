"""Look through an instance for everything that identifies somebody, before any text is cleaned."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from deid.engine.acting.context import Context
from deid.engine.deciding.rules import Rules
from deid.engine.reading.dictionary import vr_of
from deid.engine.reading.elements import Element, Placed
from deid.engine.text.charsets import decode
from deid.engine.text.cleaning import TextManner
from deid.engine.text.dates import DateManner, is_day
from deid.engine.text.known import DUMMY_DATE, compile_known
from deid.engine.text.telling import sorted_known
from deid.engine.text.words import may_stay

LONGEST_KNOWN = 256
STUDY_ID = 0x00200010
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(slots=True)
class Found:
    """What was found so far; *hidden* are the dates that the profile does not even tell moved."""

    names: set[str]
    phrases: set[str]
    dates: set[str]
    hidden: set[str]

    def add(self, other: "Found") -> None:
        """Add what was found elsewhere."""
        self.names |= other.names
        self.phrases |= other.phrases
        self.dates |= other.dates
        self.hidden |= other.hidden


def learn(context: Context, rules: Rules, extra: Iterable[str] = ()) -> None:
    """Give *context* the search for all names and identifiers of this instance, and for *extra* ones of its
    subject."""
    names, phrases, dates = sorted_known(extra)
    found = collect(context, rules)
    found.names |= names
    found.phrases |= phrases
    found.hidden |= dates
    told = frozenset(filter(is_day, found.dates)) - {DUMMY_DATE}
    hidden = frozenset(filter(is_day, found.hidden)) - {DUMMY_DATE}
    searched = hidden if rules.dates_kept else told | hidden
    context.known = compile_known(frozenset(found.names), frozenset(found.phrases), searched)
    days = context.shift_days if rules.dates_shifted else None
    new_uid = str if context.keeps_uids else context.identity.uid
    context.manner = _manner(new_uid, days, rules.dates_kept, told, hidden)


@lru_cache(maxsize=2048)
def _manner(
    new_uid: Callable[[str], str], days: int | None, kept: bool, known: frozenset[str], hidden: frozenset[str]
) -> TextManner:
    """Return one and the same manner for the instances of a series, so that what was cleaned is remembered."""
    return TextManner(new_uid, DateManner(days, kept=kept, known=known, hidden=hidden))


def collect(context: Context, rules: Rules) -> Found:
    """Return everything in the instance that identifies somebody and is not kept by *rules*."""
    found = Found(set(), set(), set(), set())
    for part in context.source.parts:
        if isinstance(part, Placed):
            found.add(_in_run(context, part, rules))
        else:
            _collect(context, part, rules, found)
    return found


def _in_run(context: Context, placed: Placed, rules: Rules) -> Found:
    """Return what a run says, found once."""
    learned, key = placed.run.learned, (rules, context.charset)
    found: Found | None = learned.get(key)
    if found is None:
        found = learned[key] = Found(set(), set(), set(), set())
        _collect(context, placed.elements(), rules, found)
    return found


def _collect(context: Context, elements: list[Element], rules: Rules, found: Found) -> None:
    identifying = rules.identifying
    for element in elements:
        vr, tag = element.vr, element.tag
        if element.items is not None:
            for item in element.items:
                _collect(context, item, rules, found)
        elif vr == "PN":
            found.names.update(decode(context.raw(element), context.charset).split("\\"))
        elif vr in ("DA", "DT") or tag in rules.hidden_dates:  # a birth date is one under any VR
            told = found.hidden if tag in rules.hidden_dates else found.dates
            told.update(part[:8] for part in context.raw(element).decode("latin-1").split("\\") if part)
        elif tag in identifying and 0 < element.length <= LONGEST_KNOWN:
            _note(context, element, rules, found)


def _note(context: Context, element: Element, rules: Rules, found: Found) -> None:
    """Note an identifying value, of one that describes only the words that may be somebody's."""
    text = decode(context.raw(element), context.charset).strip(" \0")
    if element.tag == STUDY_ID and text.isdigit():
        return  # a count of studies more often than a number of anybody
    if vr_of(element.tag) == "PN":  # under another VR
        found.names.update(text.split("\\"))
    elif element.tag in rules.descriptive:
        found.names.update(word for word in _WORD.findall(text) if not may_stay(word, abroad=True))
    else:
        found.phrases.add(text)
