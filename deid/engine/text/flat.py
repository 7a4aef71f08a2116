"""Text squeezed flat: its letters and digits alone, in one case and spelling, so that a value is found however it is written."""

import re
import unicodedata
from functools import lru_cache

# Accents and vowels that stand by themselves behind their letter, up to the scripts of India and South-East Asia.
MARKS = "".join(
    chr(code) for code in range(0x300, 0x1100) if unicodedata.category(chr(code)) in ("Mn", "Mc", "Me")
)
# What a name that is written as one begins with: half of all texts have none, which the rules for such names pass by.
CAPITAL = re.compile("[A-ZÀ-Þ\u0100-\u017f]")
WORD_BREAKS = re.compile(r"[\W_]+")
# One letter in two shapes: the final sigma, the Turkish i without a dot and what lowering leaves of the one with a dot.
_ONE_SHAPE = str.maketrans({"ς": "σ", "ı": "i", "\u0307": None})
# Letters that are no others with an accent, as they are written where only ASCII is at hand (ICAO 9303-3, section 6).
_NO_ACCENT = str.maketrans(
    dict(zip("łđðøħŧıŁĐÐØĦŦ", "lddohtiLDDOHT", strict=True))
    | {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "Æ": "AE", "Œ": "OE", "ẞ": "SS", "Þ": "TH"}
)
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def one_case(text: str) -> str:
    """Return *text* in lower case, letters of two shapes in one."""
    lowered = text.lower()
    return lowered if lowered.isascii() else lowered.translate(_ONE_SHAPE)


def folded(text: str) -> str:
    """Return *text* with plain letters: Müller as Muller."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_NO_ACCENT)


def without_accents(text: str) -> str:
    """Return *text* in lower case with plain letters: Müller as muller."""
    return folded(one_case(text))


def spelled_out(text: str) -> str:
    """Return *text* in lower case with accents spelled out where a language does so: Müller as mueller."""
    return without_accents(unicodedata.normalize("NFC", one_case(text)).translate(_SPELLED_OUT))


def misread(text: str) -> str:
    """Return *text* in UTF-8 as who takes it for Latin-1 reads it: Kovács as KovÃ¡cs."""
    return text.encode("utf-8", "ignore").decode("latin-1")


# How a value that is not all ASCII is written elsewhere.
WRITINGS = (without_accents, spelled_out, misread)


@lru_cache(maxsize=65536)
def squeezed(text: str) -> str:
    """Return *text* in lower case without anything between its letters and digits."""
    return one_case(WORD_BREAKS.sub("", text))


@lru_cache(maxsize=65536)
def flats(text: str) -> tuple[str, ...]:
    """Return *text* squeezed; where it is not all ASCII also without accents, and with accents spelled out."""
    if text.isascii():
        return (squeezed(text),)
    return tuple("".join(one for one, _ in _pairs(text, number)) for number in range(len(_SPELLINGS)))


@lru_cache(maxsize=2048)
def places(text: str, number: int) -> tuple[int, ...]:
    """Return where in *text* each character of its flat form of that *number* stands."""
    if text.isascii():
        return tuple([n for n, c in enumerate(text) if c.isalnum()])
    return tuple(n for _, n in _pairs(text, number))


_SPELLINGS = (one_case, without_accents, spelled_out)


def _pairs(text: str, number: int) -> list[tuple[str, int]]:
    """Return the characters of a flat form, each with its place in *text*."""
    spelling = _SPELLINGS[number]
    return [(one, n) for n, c in enumerate(text) if c.isalnum() for one in spelling(c) if one.isalnum()]


def after_accents(text: str, place: int) -> int:
    """Return where the character at *place* ends, with the accents that stand by themselves behind it."""
    end = place + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end
