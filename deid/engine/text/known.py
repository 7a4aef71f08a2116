"""The identifying values of one instance, made searchable in all their spellings and orders."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from deid.engine.text.dates import is_day
from deid.engine.text.words import (
    PLAIN_WORDS,
    clinical_words,
    everyday_words,
    folded,
    may_stay,
    name_neighbours,
)

SHORTEST_NAME, SHORTEST_PHRASE, SHORTEST_WORD = 2, 4, 5
UNBOUNDED_FROM = 6
SHORTEST_NUMBER = 5
DUMMY_DATE = "19000101"
_ORGANISATION_TEXT = """
hospital hospitals infirmary clinic clinics clinical medical medicine center centre university institute institution school
college health healthcare radiology imaging department dept general saint community regional national national science sciences
research unit ward north south east west upper lower new park mount street road house children women valley service
services group system systems care cancer heart eye and the for van der les del von
"""
ORGANISATION_WORDS = frozenset(_ORGANISATION_TEXT.split())
_NAME_BREAKS = re.compile(r"[\^=\\,;.\s()/\-_\"]+")
_PERSON_TITLE = (
    r"(?:Mr|MR|Mrs|MRS|Ms|Miss|Dr|DR|Prof|Herrn?|Frau|Hr|Mme|Mlle|Sra?|Sig(?:\.?ra)?|Dott(?:\.?ssa)?|Dhr|Mevr|Paziente|Paciente|"
    r"Patient(?:in)?|patient|Pat|Pt|pt|by)\b\.?\s+"
)
# A value about medicine with words written small is a sentence: not each of its words names somebody.
_SMALL_WORD = re.compile(r"(?<![^\W_])[^\W\d_A-Z]{3,}(?![^\W_])")
_SENTENCE_MARK = re.compile("[:;]")
SURELY_A_NAME, MOST_NAME_WORDS = 3, 6
_WORD_BREAKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One value to search for: its letters and digits in lower case, where its words end in them, and whether it must stand
    by itself."""

    plain: str
    breaks: frozenset[int]
    bounded: bool


@dataclass(frozen=True, eq=False)
class Known:
    """The known identifying values of one instance, and how to take them out of text and find them in bytes.

    Almost no text holds any of them, so a plain substring test over the squeezed text goes first.
    """

    parts: tuple[Part, ...]
    plains: tuple[str, ...]
    short: tuple[str, ...]
    dates: frozenset[str]
    numbers: frozenset[bytes]
    long: tuple[bytes, ...]
    middling: tuple[bytes, ...]

    def touches(self, text: str) -> bool:
        """Say whether a known value may stand in *text*."""
        flat = squeezed(text)
        for plain in self.plains:
            if plain in flat:
                return True
        for name in self.short:  # noqa: SIM110 - this runs for every text
            if name in text:
                return True
        return False

    def removed_from(self, text: str, instead: str = " ") -> str:
        """Return *text* with every known value replaced."""
        flat = squeezed(text)
        hits = [part for part, plain in zip(self.parts, self.plains, strict=True) if plain in flat]
        if hits:
            text = _without_spans(text, [span for part in hits for span in _spans(text, part)], instead)
        for name in self.short:
            if name in text:
                text = _short_expression(name).sub(instead, text)
        return text

    def in_bytes(self, value: bytes) -> bool:
        """Say whether a known value stands in *value*, one or two bytes a character; a short one by itself."""
        lowered = value.lower()
        for text in (lowered, lowered[::2], lowered[1::2]):
            if len(text) < UNBOUNDED_FROM:
                break
            for part in self.long:
                if part in text:
                    return True
            if any(part in text and _stands_in(text, part) for part in self.middling):
                return True
        return False


@lru_cache(maxsize=65536)
def squeezed(text: str) -> str:
    """Return *text* in lower case without anything between its letters and digits."""
    return _WORD_BREAKS.sub("", text).lower()


@lru_cache(maxsize=2048)
def _places(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the squeezed text, and where in *text* each of its characters stands."""
    if text.isascii():
        return squeezed(text), tuple([n for n, c in enumerate(text) if c.isalnum()])
    pairs = [(low, n) for n, c in enumerate(text) if c.isalnum() for low in c.lower()]
    return "".join(low for low, _ in pairs), tuple(n for _, n in pairs)


def _spans(text: str, part: Part) -> Iterator[tuple[int, int]]:
    """Yield where a known value stands in *text*, however its words are separated there, with a genitive after it."""
    flat, places = _places(text)
    length, start = len(part.plain), flat.find(part.plain)
    while start >= 0:
        inside = places[start : start + length]
        first, last = inside[0], inside[-1] + 1
        gaps = (n + 1 for n in range(length - 1) if inside[n + 1] - inside[n] > 1)
        if all(gap in part.breaks for gap in gaps) and _stands(text, first, last, bounded=part.bounded):
            genitive = text[last - 1].isalpha() and text[last : last + 2] in ("'s", "’s")
            yield first, last + 2 * (genitive and not text[last + 2 : last + 3].isalnum())
        start = flat.find(part.plain, start + 1)


def _stands(text: str, first: int, last: int, *, bounded: bool) -> bool:
    """Say whether a stretch is a value of its own, and not only part of a longer everyday word."""
    if bounded:
        return not (text[first - 1 : first].isalnum() or text[last : last + 1].isalnum())
    if not text[first:last].isalpha():
        return not (text[last - 1].isalpha() and text[last : last + 1].isalpha())
    start, end = first, last
    while start and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    word = text[start:end].lower()
    return end - start == last - first or not (word in clinical_words() or word in everyday_words())


def _without_spans(text: str, spans: list[tuple[int, int]], instead: str) -> str:
    """Return *text* with each stretch replaced; those that overlap as one."""
    pieces, done = [], 0
    for first, last in sorted(spans):
        if first >= done:
            pieces += [text[done:first], instead]
        done = max(done, last)
    return "".join((*pieces, text[done:]))


@lru_cache(maxsize=2048)
def _short_expression(name: str) -> re.Pattern[str]:
    """Return what finds a name that stands by itself; one that is a plain word in capitals only behind a person's title."""
    title = _PERSON_TITLE if name.isupper() and name.lower() in PLAIN_WORDS else ""
    return re.compile(rf"(?<![^\W_]){title}{re.escape(name)}(?![^\W_])")


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
        whole = " ".join(
            part for part in _NAME_BREAKS.split(name.split("=")[0]) if len(part) >= SHORTEST_NAME
        )
        plain_only = all(
            part.lower() in PLAIN_WORDS for part in _NAME_BREAKS.split(name.split("=")[0]) if part
        )
        if len(whole) > SHORTEST_PHRASE and whole.lower() not in PLAIN_WORDS and not plain_only:
            parts.add(whole)
    return parts


def plain_parts(names: Iterable[str]) -> set[str]:
    """Return the parts of person names that are plain words, in the cases that people's names have.

    A name in which everything is a word of medicine (`CT^HEAD`) is nobody's.
    """
    plain: set[str] = set()
    for name in names:
        parts = [part.lower() for part in _NAME_BREAKS.split(name) if len(part) >= SHORTEST_NAME]
        if any(part not in clinical_words() or part in name_neighbours() for part in parts):
            plain |= {part for part in parts if part.isalpha() and part in PLAIN_WORDS}
    return {form for word in plain for form in (word.capitalize(), word.upper())}


def phrase_parts(phrases: Iterable[str]) -> set[str]:
    """Return identifiers, addresses and the like as they stand, and their telling words.

    What is a short clinical word, or a number without a letter of fewer than four digits, is not searched for.
    """
    parts: set[str] = set()
    for text in phrases:
        for value in text.split("\\"):
            whole = value.strip()
            words = _WORD_BREAKS.split(whole)
            described = bool(_SMALL_WORD.search(whole)) and any(map(_describes, map(str.lower, words)))
            telling = {word for word in words if _is_telling(word) and not (described and may_stay(word))}
            if (
                len(whole) >= SHORTEST_PHRASE
                and whole.lower() not in clinical_words()
                and (_is_number(whole) or not _is_told(words, telling))
            ):
                parts.add(whole)
            parts |= telling
    return parts


def _is_number(whole: str) -> bool:
    """Say whether an identifier is a number, whatever letters it begins with (`RAD-17384-0405`)."""
    return not any(map(str.isspace, whole)) and sum(map(str.isdigit, whole)) >= SHORTEST_NUMBER


def _is_told(words: list[str], telling: set[str]) -> bool:
    """Say whether an identifier need not be searched for whole: it describes, or all that is left of it are codes."""
    if any(len(word) > SHORTEST_NAME and _describes(word.lower()) for word in words):
        return True
    rest = [word for word in words if word not in telling]
    named = bool(telling and rest) and all(map(str.isalpha, telling))
    return named and all(len(word) < SHORTEST_PHRASE for word in rest)


def _describes(word: str) -> bool:
    """Say whether a word is about medicine and no part of the name of an organisation or place."""
    return word in clinical_words() and word not in ORGANISATION_WORDS


def _is_telling(word: str) -> bool:
    """Say whether a single word of an identifier gives it away."""
    if len(word) < SHORTEST_WORD or word.lower() in clinical_words():
        return False
    return not (word.islower() and may_stay(word))


def _stands_in(value: bytes, part: bytes) -> bool:
    """Say whether a short value stands somewhere in bytes without a letter or digit beside it."""
    return bool(re.search(rb"(?<![a-z0-9])" + re.escape(part) + rb"(?![a-z0-9])", value))


def _part(text: str) -> Part | None:
    """Return a value as it is searched for; nothing where it has neither letters nor digits."""
    words = [squeezed(word) for word in _WORD_BREAKS.split(text) if word]
    breaks, place = set(), 0
    for word in words:
        place += len(word)
        breaks.add(place)
    plain = "".join(words)
    return Part(plain, frozenset(breaks), len(plain) < UNBOUNDED_FROM and text.isascii()) if plain else None


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
    searched = tuple(part for text in loose if (part := _part(text)))
    return Known(
        parts=searched,
        plains=tuple(part.plain for part in searched),
        short=(*short, *sorted(plain_parts(names))),
        dates=days,
        numbers=frozenset(numbers | {day.encode() for day in days}),
        middling=tuple(
            part.lower().encode()
            for part in loose
            if SHORTEST_PHRASE <= len(part) < UNBOUNDED_FROM and part.isascii()
        ),
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
        marked = ("^" in text or "=" in text) and not _SENTENCE_MARK.search(text)
        a_name = len(words) <= SURELY_A_NAME or (
            len(words) <= MOST_NAME_WORDS and len(plain) <= len(words) // 2
        )
        if (marked and a_name) or (not any(c.isdigit() for c in text) and len(words) <= 4 and not plain):
            names.add(text)
        else:
            phrases.add(text)
    return frozenset(names), frozenset(phrases), frozenset(dates)


NOTHING_KNOWN = compile_known(frozenset(), frozenset())
