"""Read out of a regular expression four neighbouring characters of which one must stand in whatever it is found in.

Characters are taken by what they are: letters in lower case, digits as one of them, and everything else, all beyond ASCII
with it, as a gap; so are the ends of a text. An expression of which nothing can be told needs nothing.
"""

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

# There is no other way to ask how an expression is built.
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

GAP, DIGIT = " ", "0"
LENGTH, SHORTEST, MOST_REPEATED, MOST_IN_CLASS = 4, 2, 8, 4
# How many of a thousand characters of a text are what, roughly.
_SHARES = dict(zip("etaoinsrhldcumfpgwybvkxjqz", (
    104, 74, 67, 63, 62, 60, 52, 50, 44, 34, 33, 27, 25, 22, 19, 18, 16, 15, 13, 12, 8, 6, 2, 2, 1, 1,
), strict=True)) | {GAP: 180, DIGIT: 60}  # fmt: skip
# Characters that count as ASCII letters where case does not matter.
LIKE_ASCII = frozenset("\u0130\u0131\u017f\u212a")
_ASCII = frozenset(map(chr, range(128)))
_SIGNS = frozenset(string.ascii_letters + string.digits)
_DIGITS, _SPACES, _WORD = (
    frozenset(string.digits),
    frozenset(filter(str.isspace, _ASCII)),
    _SIGNS | {"_"},
)
_CATEGORIES = {
    op.CATEGORY_DIGIT: _DIGITS,
    op.CATEGORY_SPACE: _SPACES,
    op.CATEGORY_WORD: _WORD,
    op.CATEGORY_NOT_DIGIT: _ASCII - _DIGITS,
    op.CATEGORY_NOT_SPACE: _ASCII - _SPACES,
    op.CATEGORY_NOT_WORD: _ASCII - _WORD,
}
# Where something of unknown length and letters stands, and where the character before or behind is a gap, whatever it is.
_UNKNOWN, _BEFORE, _BEHIND, _BOUNDARY = "unknown", "gap before", "gap behind", "boundary"


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several sequences; *beside* stands for what is only looked at, *apart* for what does not join what is before it."""

    ways: tuple["_Sequence", ...]
    beside: bool = False
    apart: bool = False


_Sequence = Sequence["str | _Choice"]
_Needs = frozenset[str] | None


def symbol(character: str) -> str:
    """Return what a character is taken for."""
    if character in _DIGITS:
        return DIGIT
    return character.lower() if character in _SIGNS else GAP


def wanted(pattern: str, flags: int = 0) -> frozenset[str]:
    """Return runs of four symbols of which every text has one in which *pattern* is found; none where nothing is known."""
    runs = _needs(_sequence(_parser.parse(pattern, flags)), "") or ()
    return frozenset(
        run + "".join(more) for run in runs for more in product(_SHARES, repeat=LENGTH - len(run))
    )


def _needs(sequence: _Sequence, run: str) -> _Needs:
    """Return what a sequence needs that stands right behind a *run* of symbols."""
    needs: _Needs = None
    for place, one in enumerate(sequence):
        if isinstance(one, _Choice):
            behind = [] if one.beside else _beginning(sequence[place + 1 :])
            found = [_needs([*way, *behind], "" if one.apart else run) for way in one.ways]
            needs = _rarer(needs, None if None in found else frozenset[str]().union(*filter(None, found)))
            if not one.beside:
                needs, run = _rarer(needs, _of_run(run)), ""
        elif one == _UNKNOWN:
            needs, run = _rarer(needs, _of_run(run)), ""
        elif one == _BEHIND or (one == _BOUNDARY and run[-1:] not in ("", GAP)):
            needs = _rarer(needs, _of_run(run + GAP) if run else None)
        elif one == _BEFORE or (one == _BOUNDARY and not run and _begins_with_sign(sequence[place + 1 :])):
            run = run or GAP
        elif one != _BOUNDARY:
            run += one
    return _rarer(needs, _of_run(run))


def _beginning(sequence: _Sequence) -> _Sequence:
    """Return the symbols that a sequence begins with, as far as they can make four with others before them."""
    length = next(
        (n for n, one in enumerate(sequence) if isinstance(one, _Choice) or one == _UNKNOWN), LENGTH
    )
    return sequence[: min(length, LENGTH)]


def _begins_with_sign(sequence: _Sequence) -> bool:
    """Say whether a sequence begins with a letter or digit for certain."""
    if not sequence:
        return False
    first = sequence[0]
    if isinstance(first, _Choice):
        return not first.beside and all(map(_begins_with_sign, first.ways))
    return len(first) == 1 and first != GAP


def _of_run(run: str) -> _Needs:
    """Return what a run of symbols needs: its rarest four, or all of a shorter one."""
    runs = [run[n : n + LENGTH] for n in range(max(1, len(run) - LENGTH + 1))]
    return frozenset({min(runs, key=_how_often)}) if len(run) >= SHORTEST else None


def _rarer(one: _Needs, other: _Needs) -> _Needs:
    """Return of two needs the one that fewer texts have."""
    if one is None or other is None:
        return one or other
    return one if sum(map(_how_often, one)) <= sum(map(_how_often, other)) else other


@lru_cache(maxsize=4096)
def _how_often(run: str) -> int:
    """Return how common some symbols are, roughly; those of a short run are with any behind them."""
    return prod((*(_SHARES[one] for one in run), *[1000] * (LENGTH - len(run))))


def _sequence(items: Iterable[tuple[Any, Any]]) -> _Sequence:
    """Return what the parser of `re` has found, in the terms of this module."""
    return [one for kind, value in items for one in _terms(kind, value)]


def _terms(kind: Any, value: Any) -> _Sequence:
    if kind is op.LITERAL:
        return [_UNKNOWN if chr(value) in LIKE_ASCII else symbol(chr(value))]
    if kind is op.IN:
        return _of_class(value)
    if kind is op.BRANCH:
        return [_Choice(tuple(map(_sequence, value[1])))]
    if kind is op.SUBPATTERN:
        return _sequence(value[-1])
    if kind is op.ATOMIC_GROUP:
        return _sequence(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _repeated(*value)
    if kind is op.ASSERT:
        return [_Choice((_sequence(value[1]),), beside=True, apart=value[0] < 0)]
    if kind is op.ASSERT_NOT:
        ways = value[1][0][1][1] if value[1] and value[1][0][0] is op.BRANCH else [value[1]]
        edge = any(len(way) == 1 and way[0][0] is op.IN and _members(way[0][1]) >= _SIGNS for way in ways)
        return [_BEFORE if value[0] < 0 else _BEHIND] if edge else []
    if kind is op.AT:
        edges = {op.AT_BEGINNING: _BEFORE, op.AT_BEGINNING_STRING: _BEFORE, op.AT_BOUNDARY: _BOUNDARY}
        return [edges.get(value, _BEHIND)] if value is not op.AT_NON_BOUNDARY else []
    return [_UNKNOWN]


def _repeated(least: int, most: int, items: Iterable[tuple[Any, Any]]) -> _Sequence:
    """Return something that stands several times; what may stand nowhere tells nothing."""
    once = _sequence(items)
    if not least:
        return [_UNKNOWN]
    plain = all(isinstance(one, str) and len(one) == 1 for one in once)
    several = [*once] * (min(least, MOST_REPEATED) if plain else 1)
    if plain and least == most <= MOST_REPEATED:
        return several
    return [*several, _UNKNOWN, *once] if plain and len(once) == 1 else [*several, _UNKNOWN]


def _members(items: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Return the characters of ASCII that are in a class."""
    found, negated = set[str](), False
    for kind, value in items:
        if kind is op.NEGATE:
            negated = True
        elif kind is op.LITERAL:
            found.add(chr(value))
        elif kind is op.RANGE:
            found |= {c for c in _ASCII if value[0] <= ord(c) <= value[1]}
        else:
            found |= _CATEGORIES[value]
    return frozenset(_ASCII - found if negated else found & _ASCII)


def _of_class(items: Sequence[tuple[Any, Any]]) -> _Sequence:
    """Return the symbols that the characters of a class are, if they are few.

    Beyond ASCII all are gaps but other digits, which `deid.engine.text.spotting` does not take for any.
    """
    symbols = set(map(symbol, _members(items)))
    only_ascii = all(
        (kind is op.LITERAL and value < 128)
        or (kind is op.RANGE and value[1] < 128)
        or value is op.CATEGORY_DIGIT
        for kind, value in items
    )
    if not only_ascii:
        symbols.add(GAP)
    if len(symbols) > MOST_IN_CLASS:
        return [_UNKNOWN]
    return [*symbols] if len(symbols) == 1 else [_Choice(tuple([one] for one in sorted(symbols)))]
