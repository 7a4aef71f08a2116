"""Needles compiled into patterns, and what they find in bytes.

A value is found however its words and numbers are put together: `Larkspur Valley`, `LARKSPUR_VALLEY`, `LarkspurValley`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from deid.engine.verification.needles import Needle
from deid.engine.verification.spellings import MOST_REMEMBERED, SHORTEST_BINARY, encodings, hidden_forms

# What may stand between the words of a value, up to three signs; between bare numbers nothing that parts cells or lines.
_SIGNS = rb"[ \t\r\n_^,.:;/-]"
_BETWEEN, _BEFORE_NUMBER, _BETWEEN_NUMBERS = _SIGNS + rb"{0,3}", _SIGNS + rb"{1,3}", rb"[ _.:/-]{1,3}"
_FILLING = re.compile(_SIGNS + rb"+")
_RUNS = re.compile(rb"[a-z]+|[0-9]+")
_NEW_WORD = re.compile(rb"(?<=[a-z])(?=[A-Z])")
# Shorter values, and numbers without a long one such as a year, are searched for only as they are written.
SHORTEST_LOOSE, LONG_NUMBER, SHORTEST_LETTERS = 6, 4, 5
_TEXT = bytes((*b"\t\n\f\r\x1b", *range(32, 127), *range(128, 256)))
Pattern = re.Pattern[bytes]


@dataclass(frozen=True, slots=True)
class Haystack:
    """Compiled needles: for whole words in text, for long words in bytes, and for values found anywhere; UIDs, of which each
    instance has its own, apart from what a series shares."""

    words: Pattern | None
    long: Pattern | None
    anywhere: Pattern | None
    uids: Pattern | None
    kinds: dict[bytes, str]
    dates: dict[str, set[bytes]]

    def kinds_in(self, value: bytes, *, words: bool) -> set[str]:
        """Return the kinds of what is found in *value*; bytes that are a text, in UTF-16 too, are searched as one as well."""
        found = self._found(value, self.anywhere, self.uids) if words else self.kinds_in_numbers(value)
        plain = value.replace(b"\0", b"")
        texts = {value if words else b"", plain if is_text(plain) else b""}
        return found.union(*(self._found(_NEW_WORD.sub(b" ", text), self.words) for text in texts))

    def kinds_in_numbers(self, value: bytes) -> set[str]:
        """Return the kinds of what is found in bytes that stand for numbers: a short value is there by chance."""
        return self._found(value, self.anywhere, self.uids, self.long)

    def _found(self, value: bytes, *patterns: Pattern | None) -> set[str]:
        lowered = value.lower()
        found = (one for pattern in patterns if pattern for one in pattern.finditer(lowered))
        return {self.kinds[_joined(one.group())] for one in found}


def is_text(value: bytes) -> bool:
    """Say whether bytes are nothing but letters and signs."""
    return bool(value) and not value.translate(None, _TEXT)


def compile_needles(needles: Iterable[Needle]) -> Haystack:
    """Return the search for *needles*."""
    days: set[bytes] = set()
    words: set[bytes] = set()
    anywhere: set[bytes] = set()
    uids: set[bytes] = set()
    kinds: dict[bytes, str] = {}
    dates: dict[str, set[bytes]] = {}
    for needle in needles:
        if needle.kind == "date":
            dates.setdefault(needle.place, set()).add(day_of(needle.raw))
        for text in needle.words:
            forms = encodings(text)
            hidden = frozenset[bytes]() if needle.kind == "date" else hidden_forms(text)
            (days if needle.kind == "date" else words).update(forms)
            anywhere |= {re.escape(form) for form in hidden}
            kinds |= {_joined(form): needle.kind for form in forms | hidden}
        for text in needle.whole:
            forms = encodings(text) | hidden_forms(text)
            if needle.kind == "uid":
                uids |= {re.escape(form) for form in forms}
            else:
                anywhere |= {_loose(form) for form in forms}
            kinds |= {_joined(form): needle.kind for form in forms}
    long = {_loose(form) for form in words if len(form) >= SHORTEST_BINARY}
    long |= {re.escape(day) for day in days if len(day) >= SHORTEST_BINARY}
    return Haystack(_words(words, days), _any_of(long), _any_of(anywhere), _any_of(uids), kinds, dates)


def condensed_forms(needles: Iterable[Needle]) -> set[bytes]:
    """Return *needles* in each of their forms as `condensed` leaves it: where none of these stands in the condensed text, the
    search for *needles* finds nothing in the text, and need not be compiled."""
    texts = {text for needle in needles for text in (*needle.words, *needle.whole)}
    return {_joined(form) for text in texts for form in (*encodings(text), *hidden_forms(text))}


def condensed(value: bytes) -> bytes:
    """Return a text in lower case as it is, and without what may stand between the words of a value."""
    lowered = value.lower()
    return b"\n".join((lowered, _FILLING.sub(b"", lowered), _FILLING.sub(b"", lowered.replace(b"\0", b""))))


def day_of(value: bytes) -> bytes:
    """Return the day of a DA or DT as eight digits (PS3.5 6.2; DA once had points)."""
    return value.strip(b"\0 ").replace(b".", b"")[:8]


def _joined(form: bytes) -> bytes:
    """Return a value without what stands between its words."""
    return _FILLING.sub(b"", form) or form


@lru_cache(maxsize=MOST_REMEMBERED)
def _loose(form: bytes) -> bytes:
    """Return a pattern for *form* with anything, or nothing, between its words; between two numbers something must be."""
    runs = _RUNS.findall(form)
    joined = b"".join(runs)
    telling = not joined.isdigit() or max(map(len, runs)) >= LONG_NUMBER
    if joined != _FILLING.sub(b"", form) or len(joined) < SHORTEST_LOOSE or not telling:
        return re.escape(form)
    pattern: bytes = runs[0]
    needed = _BETWEEN_NUMBERS if joined.isdigit() else _BEFORE_NUMBER
    for before, after in pairwise(runs):
        pattern += (needed if before.isdigit() and after.isdigit() else _BETWEEN) + after
    return pattern


def _any_of(patterns: Iterable[bytes]) -> Pattern | None:
    joined = _either(patterns)
    return re.compile(joined) if joined else None


def _either(patterns: Iterable[bytes]) -> bytes:
    longest_first: list[bytes] = sorted(patterns, key=lambda one: (-len(one), one))
    return b"|".join(longest_first)


def _words(words: set[bytes], days: set[bytes]) -> Pattern | None:
    """Return a pattern for whole words: a name ends where letters end, a day where digits end or a time of day begins."""
    names = {form for form in words if form.isalpha() and len(form) >= SHORTEST_LETTERS}
    compact = {day for day in days if day.isdigit()}
    parts = (
        _bounded(names, b"(?<![a-z])", b"(?![a-z])"),
        _bounded(words - names, b"(?<![a-z0-9])", b"(?![a-z0-9])"),
        _bounded(days, b"(?<![0-9])", b"(?![0-9])"),
        _bounded(compact, b"(?<![0-9])", b"(?=[0-2][0-9][0-5][0-9])"),
    )
    return _any_of([part for part in parts if part])


def _bounded(forms: Iterable[bytes], before: bytes, after: bytes) -> bytes:
    either = _either(map(_loose, forms))
    return before + b"(?:" + either + b")" + after if either else b""
