"""Expressions that are only tried on texts that have the letters they need.

Texts of headers are short, and of a hundred expressions hardly one is found in any of them. What an expression needs is read
out of it (`deid.engine.text.needing`), so that nothing is said twice, and one that changes needs what it needs then.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from deid.engine.text.needing import GAP, LENGTH, LIKE_ASCII, symbol, wanted

# A text with characters that count as letters or digits of ASCII, and are none, is looked through by every expression.
_UNLIKE = re.compile(rf"[{''.join(sorted(LIKE_ASCII))}]|(?![0-9])\d")
_SYMBOLS = bytes(ord(symbol(chr(code))) for code in range(256))
# Behind the last character there are gaps enough for it and the end of the text to begin four.
_BEHIND = GAP * (LENGTH - 1)
_EVERYTHING = -1
_bits: dict[bytes, int] = {}
# How many expressions there are, and the bits of those that need nothing.
_given = {"count": 0, "always": 0}


@lru_cache(maxsize=4096)
def _marks(text: str) -> int:
    """Return the bits of all expressions that may be found in *text*."""
    if not text.isascii() and _UNLIKE.search(text):
        return _EVERYTHING
    plain = f"{GAP}{text}{_BEHIND}".encode("latin-1", "replace").translate(_SYMBOLS)
    found, bit_of = _given["always"], _bits.get
    for gram in {plain[n : n + LENGTH] for n in range(len(plain) - LENGTH + 1)}:
        found |= bit_of(gram, 0)
    return found


class Spotted:
    """An expression that is only tried on texts with the letters that it needs."""

    __slots__ = ("bit", "expression")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.expression, self.bit = re.compile(pattern, flags), 1 << _given["count"]
        _given["count"] += 1
        _marks.cache_clear()  # a text that was looked at before may have the letters of this one
        needs = wanted(pattern, flags)
        if not needs:
            _given["always"] |= self.bit
        for gram in map(str.encode, needs):
            _bits[gram] = _bits.get(gram, 0) | self.bit

    def may_stand_in(self, text: str) -> bool:
        """Say whether *text* has letters that the expression needs."""
        return bool(_marks(text) & self.bit)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Return *text* with what is found replaced, as `re.Pattern.sub` does."""
        return self.expression.sub(new, text) if _marks(text) & self.bit else text

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first place where the expression is found, as `re.Pattern.search` does."""
        return self.expression.search(text) if _marks(text) & self.bit else None


class AnyOf:
    """Several expressions, none of which need be tried where no text has the letters of one."""

    __slots__ = ("_bits",)

    def __init__(self, *expressions: Spotted) -> None:
        self._bits = 0
        for one in expressions:
            self._bits |= one.bit

    def may_stand_in(self, text: str) -> bool:
        """Say whether *text* has letters that any of the expressions needs."""
        return bool(_marks(text) & self._bits)
