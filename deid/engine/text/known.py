"""The identifying values of one instance, made searchable in all their spellings and orders."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from deid.engine.text.dates import is_day
from deid.engine.text.words import PLAIN_WORDS, clinical_words, everyday_words, folded, may_stay

SHORTEST_NAME, SHORTEST_PHRASE, SHORTEST_WORD = 2, 4, 5
UNBOUNDED_FROM = 6
SHORTEST_NUMBER = 5
DUMMY_DATE = "19000101"
_ORGANISATION_TEXT = """
hospital hospitals infirmary clinic clinics clinical medical medicine center centre university institute institution school college
health healthcare radiology imaging department dept general saint community regional national national science sciences
research unit ward north south east west upper lower new park mount street road house children women valley service
services group system systems care cancer heart eye and the for van der les del von
"""
ORGANISATION_WORDS = frozenset(_ORGANISATION_TEXT.split())
_NAME_BREAKS = re.compile(r"[\^=\\,;.\s()/\-_\"]+")
_WORD_BREAKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, eq=False)
class Known:
    """The known identifying values of one instance, and how to take them out of text and find them in bytes.

    Almost no text holds any of them, so a plain substring test over the squeezed text goes first; an
    expression is
    only compiled for the parts that it finds.
    """

    parts: tuple[tuple[str, str], ...]
    short: tuple[str, ...]
    dates: frozenset[str]
    numbers: frozenset[bytes]
    long: tuple[bytes, ...]

    def removed_from(self, text: str, instead: str = " ") -> str:
        """Return *text* with every known value replaced."""
        flat = squeezed(text)
        hits = tuple(part for plain, part in self.parts if plain in flat)
        if hits:
            text = _expression_of(hits).sub(lambda found: _kept_inside_words(found, instead), text)
        for name in self.short:
            if name in text:
                text = _short_expression(name).sub(instead, text)
        return text

    def in_bytes(self, value: bytes) -> bool:
        """Say whether a long known value stands in *value*, one or two bytes a character."""
        if not self.long:
            return False
        lowered = value.lower()
        return any(part in text for text in (lowered, lowered[::2], lowered[1::2]) for part in self.long)


@lru_cache(maxsize=65536)
def squeezed(text: str) -> str:
    """Return *text* in lower case without anything between its letters and digits."""
    return _WORD_BREAKS.sub("", text).lower()


@lru_cache(maxsize=2048)
def _expression_of(parts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_expression, parts)), re.IGNORECASE)


@lru_cache(maxsize=2048)
def _short_expression(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])")


def name_parts(names: Iterable[str]) -> set[str]:
    """Return the parts of person names that are worth searching for."""
    parts: set[str] = set()
    for name in names:
        for part in _NAME_BREAKS.split(name):
            plain = part.lower()
            if (len(part) >= SHORTEST_NAME and plain not in PLAIN_WORDS and not plain.isdigit()) or (
                len(part) >= SHORTEST_PHRASE and plain.isdigit()
            ):
                parts.add(part)
        whole = "".join(_NAME_BREAKS.split(name.split("=")[0]))
        if len(whole) >= SHORTEST_PHRASE and whole.lower() not in PLAIN_WORDS:
            parts.add(whole)
    return parts


def phrase_parts(phrases: Iterable[str]) -> set[str]:
    """Return identifiers, addresses and the like as they stand, and their telling words.

    What is a short clinical word, or a number without a letter of fewer than four digits, is not searched for.
    """
    parts: set[str] = set()
    for text in phrases:
        for value in text.split("\\"):
            whole = value.strip()
            words = _WORD_BREAKS.split(whole)
            described = any(len(word) > SHORTEST_NAME and _describes(word.lower()) for word in words)
            if len(whole) >= SHORTEST_PHRASE and whole.lower() not in clinical_words() and not described:
                parts.add(whole)
            parts.update(word for word in words if _is_telling(word))
    return parts


def _describes(word: str) -> bool:
    """Say whether a word is about medicine and no part of the name of an organisation or place."""
    return word in clinical_words() and word not in ORGANISATION_WORDS


def _is_telling(word: str) -> bool:
    """Say whether a single word of an identifier gives it away."""
    if len(word) < SHORTEST_WORD or word.lower() in clinical_words():
        return False
    return not (word.islower() and may_stay(word))


def _kept_inside_words(found: re.Match[str], instead: str) -> str:
    """Return what replaces a known value; nothing does where it is only a stretch of a longer everyday word."""
    text, (start, end) = found.string, found.span()
    if not found.group().isalpha():
        return instead
    first, last = start, end
    while first and text[first - 1].isalpha():
        first -= 1
    while last < len(text) and text[last].isalpha():
        last += 1
    word = text[first:last].lower()
    inside = last - first > end - start and (word in clinical_words() or word in everyday_words())
    return found.group() if inside else instead


def _expression(part: str) -> str:
    """Return what matches *part* however its words are separated."""
    words = [re.escape(word) for word in _WORD_BREAKS.split(part) if word]
    if not words:
        return re.escape(part)
    joined = r"[\W_]*".join(words) + (r"(?:['’]s(?![^\W_]))?" if part[-1:].isalpha() else "")
    if len(part) >= UNBOUNDED_FROM or not part.isascii():
        return joined
    return rf"(?<![^\W_]){joined}(?![^\W_])"


@lru_cache(maxsize=2048)
def compile_known(
    names: frozenset[str], phrases: frozenset[str], dates: frozenset[str] = frozenset()
) -> Known:
    """Return the search for *names* of people, other identifying *phrases* and *dates* (YYYYMMDD)."""
    parts = name_parts(names) | phrase_parts(phrases)
    parts |= {folded(part) for part in parts if not part.isascii()}
    loose = sorted(
        (p for p in parts if len(p) > SHORTEST_NAME or not p.isascii()), key=lambda p: (-len(p), p)
    )
    short = sorted(p for p in parts if len(p) == SHORTEST_NAME and p.isascii() and p.isalpha())
    days = frozenset(day for day in dates if is_day(day) and day != DUMMY_DATE)
    numbers = {part.encode() for part in loose if part.isdecimal() and len(part) >= SHORTEST_NUMBER}
    return Known(
        parts=tuple((plain, part) for part in loose if (plain := squeezed(part))),
        short=tuple(short),
        dates=days,
        numbers=frozenset(numbers | {day.encode() for day in days}),
        long=tuple(part.lower().encode() for part in loose if len(part) >= UNBOUNDED_FROM),
    )


def sorted_known(
    values: Iterable[str],
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return values of a subject, of whatever kind, as names, other phrases and dates (YYYYMMDD).

    A name is what is written as one, or a few words of letters that medicine does not know.
    """
    names, phrases, dates = set[str](), set[str](), set[str]()
    for value in values:
        text = value.strip(" \0")
        digits = re.sub(r"[-/.: ]", "", text)[:8]
        if is_day(digits):
            dates.add(digits)
            continue
        words = [word for word in _NAME_BREAKS.split(text) if word]
        plain = [word for word in words if word.lower() in clinical_words()]
        if (
            "^" in text
            or "=" in text
            or (not any(c.isdigit() for c in text) and len(words) <= 4 and not plain)
        ):
            names.add(text)
        else:
            phrases.add(text)
    return frozenset(names), frozenset(phrases), frozenset(dates)


NOTHING_KNOWN = compile_known(frozenset(), frozenset())
