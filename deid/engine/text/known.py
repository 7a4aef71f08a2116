"""The identifying values of one instance, made searchable in all their spellings and orders."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import compress, pairwise

from deid.engine.text.abbreviations import with_capitals
from deid.engine.text.dates import is_day
from deid.engine.text.flat import (
    WORD_BREAKS,
    WRITINGS,
    after_accents,
    flats,
    folded,
    one_case,
    places,
    squeezed,
)
from deid.engine.text.scripts import is_joined
from deid.engine.text.telling import (
    SHORTEST_NAME,
    SHORTEST_NUMBER,
    SHORTEST_PHRASE,
    initialled_parts,
    name_parts,
    number_tails,
    phrase_parts,
    plain_parts,
    regrouped_numbers,
)
from deid.engine.text.words import PLAIN_WORDS, clinical_words, everyday_words

UNBOUNDED_FROM = 6
# Where an identifier changes from letters to digits, people put a gap: `PRB-0044` is PRB0044.
_LETTERS_OR_DIGITS = re.compile(r"\d+|\D+")
# A word goes on in the next line of a text that was set in columns; a bar stands between the lines of a page.
_PARTED_BY_LINES = re.compile(r"[-\u00ad\u2010]\s*\n[\s|]*")
# What stands by itself when another value is gone is found in the next round; a number has so many digits that people group it.
MOST_ROUNDS, SHORTEST_GROUPED = 3, 6
DUMMY_DATE = "19000101"
_LOWER = bytes(range(256)).lower()
_NO_WORD = bytes(byte for byte in range(256) if not chr(byte).isalnum() or byte > 127)
_PERSON_TITLE = (
    r"(?:M(?=\.)|Mr|MR|Mrs|MRS|Ms|Miss|Dr|DR|Prof|Herrn?|Frau|Hr|Mme|Mlle|Sra?|Sig(?:\.?ra)?|Dott(?:\.?ssa)?|Dhr|Mevr|Paziente|Paciente|"
    r"Patient(?:in)?|patient|Pat|Pt|pt|by)\b\.?\s+"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One value to search for: its letters and digits in lower case, where its words end in them, whether it must stand
    by itself, and whether it is a number, which people group as they like."""

    plain: str
    breaks: frozenset[int]
    bounded: bool
    numbered: bool


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
    flat: tuple[bytes, ...]

    @cached_property
    def without_words(self) -> "Known":
        """The same without names that are plain words, for text in which each word is one of medicine."""
        return replace(self, short=tuple(name for name in self.short if name.lower() not in PLAIN_WORDS))

    def touches(self, text: str) -> bool:
        """Say whether a known value may stand in *text*."""
        if any(map(squeezed(text).__contains__, self.plains)) or any(map(text.__contains__, self.short)):
            return True
        return not text.isascii() and any(plain in flat for flat in flats(text) for plain in self.plains)

    def removed_from(self, text: str, instead: str = " ") -> str:
        """Return *text* with every known value replaced, also one that stands by itself only when another one is gone."""
        for _round in range(MOST_ROUNDS):
            spans = self._spans(text)
            glued = any(text[a - 1 : a].isalnum() or text[b : b + 1].isalnum() for a, b in spans)
            text = _without_spans(text, spans, instead) if spans else text
            if not glued:
                break
        for name in self.short:
            if name in text:
                text = _short_expression(name).sub(instead, text)
        return text

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Return where known values stand in *text*, in the order of its readings."""
        spans: list[tuple[int, int]] = []
        for number, flat in enumerate(flats(text)):
            for part in compress(self.parts, map(flat.__contains__, self.plains)):
                spans += _spans(text, flat, places(text, number), part)
        return spans

    def in_bytes(self, value: bytes) -> bool:
        """Say whether a known value stands in *value*, one or two bytes a character; a short one by itself."""
        for text in (value, value[::2], value[1::2]):
            if len(text) < UNBOUNDED_FROM:
                break
            flat = text.translate(
                _LOWER, _NO_WORD
            )  # tables of numbers have few letters, so that little is left to search
            if any(map(flat.__contains__, self.flat)) and self._stands_in(text.lower()):
                return True
        return False

    def _stands_in(self, text: bytes) -> bool:
        """Say whether a known value stands in bytes in lower case."""
        return any(part in text for part in self.long) or any(
            part in text and _stands_in(text, part) for part in self.middling
        )


def _spans(text: str, flat: str, at: tuple[int, ...], part: Part) -> Iterator[tuple[int, int]]:
    """Yield where a known value stands in *text*, however its words are separated there, or all its letters, with a genitive
    after it."""
    length, start = len(part.plain), flat.find(part.plain)
    while start >= 0:
        inside = at[start : start + length]
        first, last = inside[0], after_accents(text, inside[-1])
        pairs = zip(range(1, length), inside, inside[1:], strict=False)
        gaps = {
            n
            for n, one, next_ in pairs
            if next_ - one > 1
            and next_ > after_accents(text, one)
            and not _PARTED_BY_LINES.fullmatch(text, after_accents(text, one), next_)
        }
        parted = (
            gaps <= part.breaks or len(gaps) == length - 1 or (part.numbered and _is_grouped(text, inside))
        )
        if parted and _stands(text, first, last, bounded=part.bounded):
            genitive = text[last - 1].isalpha() and text[last : last + 2] in ("'s", "’s")
            yield first, last + 2 * (genitive and not text[last + 2 : last + 3].isalnum())
        start = flat.find(part.plain, start + 1)


def _is_grouped(text: str, inside: tuple[int, ...]) -> bool:
    """Say whether a number stands in groups with one sign between two, as in `27_32_12_80`; one point or comma is a decimal's."""
    gaps = [text[one + 1 : next_] for one, next_ in pairwise(inside) if next_ - one > 1]
    return all(len(gap) == 1 for gap in gaps) and (len(gaps) > 1 or gaps[0] not in ".,")


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


def _stands_in(value: bytes, part: bytes) -> bool:
    """Say whether a short value stands somewhere in bytes without a letter or digit beside it."""
    return bool(re.search(rb"(?<![a-z0-9])" + re.escape(part) + rb"(?![a-z0-9])", value))


def _part(text: str) -> Part | None:
    """Return a value as it is searched for; nothing where it has neither letters nor digits, or one Latin letter alone, as it
    is left of a name in another character set than its file says."""
    words = [one_case(word) for run in WORD_BREAKS.split(text) for word in _LETTERS_OR_DIGITS.findall(run)]
    breaks, place = set(), 0
    for word in words:
        place += len(word)
        breaks.add(place)
    plain = "".join(words)
    if not plain or (len(plain) == 1 and folded(plain).isascii()):
        return None
    numbered = sum(map(str.isdecimal, plain)) >= SHORTEST_GROUPED
    alone = plain.isascii() or (len(plain) <= SHORTEST_NAME and not is_joined(plain))
    return Part(plain, frozenset(breaks), len(plain) < UNBOUNDED_FROM and alone, numbered)


@lru_cache(maxsize=2048)
def compile_known(
    names: frozenset[str], phrases: frozenset[str], dates: frozenset[str] = frozenset()
) -> Known:
    """Return the search for *names* of people, other identifying *phrases* and *dates* (YYYYMMDD)."""
    parts = name_parts(names) | phrase_parts(phrases) | regrouped_numbers(phrases)
    parts |= {write(part) for part in parts if not part.isascii() for write in WRITINGS}
    loose = sorted(
        (p for p in parts if len(p) > SHORTEST_NAME or not p.isascii()), key=lambda p: (-len(p), p)
    )
    short = sorted(
        with_capitals([p for p in parts if len(p) == SHORTEST_NAME and p.isascii() and p.isalpha()])
    )
    days = frozenset(day for day in dates if is_day(day) and day != DUMMY_DATE)
    numbers = {part.encode() for part in loose if part.isdecimal() and len(part) >= SHORTEST_NUMBER}
    alone = sorted(number_tails(phrases) | initialled_parts(names))
    tails = (replace(part, bounded=True, numbered=False) for text in alone if (part := _part(text)))
    searched = (*(part for text in loose if (part := _part(text))), *tails)
    long = tuple(part.lower().encode() for part in loose if len(part) >= UNBOUNDED_FROM)
    middling = tuple(
        part.lower().encode()
        for part in loose
        if SHORTEST_PHRASE <= len(part) < UNBOUNDED_FROM and part.isascii()
    )
    return Known(
        parts=searched,
        plains=tuple(part.plain for part in searched),
        short=(*short, *sorted(plain_parts(names))),
        dates=days,
        numbers=frozenset(numbers | {day.encode() for day in days}),
        long=long,
        middling=middling,
        flat=tuple(dict.fromkeys(part.translate(_LOWER, _NO_WORD) for part in (*long, *middling))),
    )


NOTHING_KNOWN = compile_known(frozenset(), frozenset())
