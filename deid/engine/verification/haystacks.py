"""Needles compiled into patterns, and what they find in bytes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from deid.engine.verification.needles import Needle
from deid.engine.verification.spellings import SHORTEST_BINARY, encodings, hidden_forms


@dataclass(frozen=True, slots=True)
class Haystack:
    """Compiled needles: for whole words in text, for long words in bytes, and for values found anywhere."""

    words: re.Pattern[bytes] | None
    long: re.Pattern[bytes] | None
    anywhere: re.Pattern[bytes] | None
    kinds: dict[bytes, str]
    dates: dict[str, set[bytes]]

    def kinds_in(self, value: bytes, *, words: bool) -> set[str]:
        """Return the kinds of what is found in *value*."""
        lowered = value.lower()
        found = {self.kinds[m.group()] for m in self.anywhere.finditer(lowered)} if self.anywhere else set()
        pattern = self.words if words else self.long
        return found | {self.kinds[m.group()] for m in pattern.finditer(lowered)} if pattern else found


def compile_needles(needles: Iterable[Needle]) -> Haystack:
    """Return the search for *needles*."""
    words: set[bytes] = set()
    anywhere: set[bytes] = set()
    kinds: dict[bytes, str] = {}
    dates: dict[str, set[bytes]] = {}
    for needle in needles:
        if needle.kind == "date":
            dates.setdefault(needle.place, set()).add(needle.raw)
        for text in needle.words:
            forms = encodings(text)
            hidden = hidden_forms(text) if needle.kind != "date" else frozenset[bytes]()
            words |= forms
            anywhere |= hidden
            kinds |= dict.fromkeys(forms | hidden, needle.kind)
        for text in needle.whole:
            forms = encodings(text) | hidden_forms(text)
            anywhere |= forms
            kinds |= dict.fromkeys(forms, needle.kind)
    long = {form for form in words if len(form) >= SHORTEST_BINARY}
    return Haystack(
        _any_of(words, bounded=True),
        _any_of(long, bounded=False),
        _any_of(anywhere, bounded=False),
        kinds,
        dates,
    )


def _any_of(forms: set[bytes], *, bounded: bool) -> re.Pattern[bytes] | None:
    if not forms:
        return None
    joined = b"|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    return re.compile(rb"(?<![a-z0-9])(?:" + joined + rb")(?![a-z0-9])" if bounded else joined)
