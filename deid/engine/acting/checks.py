"""Attributes that no row of the table names: kept only when the value is what its VR says (PS3.5 6.2)."""

import re
from functools import lru_cache
from types import MappingProxyType

from deid.engine.acting.context import KEEP, Context, Outcome
from deid.engine.acting.plain import required
from deid.engine.acting.shades import is_shades
from deid.engine.acting.words import check_words
from deid.engine.reading.dictionary import MOST_VALUES
from deid.engine.reading.elements import Element
from deid.engine.text.words import is_code_word

_NUMBER = b"0123456789+-.eE \\\0"
_EXPONENT = re.compile(rb"[+-]?[\d.]+[eE]-\d+")
_CODE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ \\\0"
_LOWER_CODE = _CODE + b"abcdefghijklmnopqrstuvwxyz-+./"
_LETTERS = re.compile(r"[A-Za-z]+")
_AGE = re.compile(rb"(\d{1,3})([DWMY])[ \0]*")
OLDEST = 89
MOST_CODE_WORDS, _LONG_DIGITS = 5, re.compile(r"\d{7}")
LONGEST_NUMBER, SHORTEST_DAY = 16, 8
# A day, with or without the time of day (PS3.5 6.2, DA and DT), and a fraction that says nothing.
_MOMENT = re.compile(
    rb"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}(?:\.0*)?"
)
SIZES = MappingProxyType(
    {
        "US": 2,
        "SS": 2,
        "UL": 4,
        "SL": 4,
        "FL": 4,
        "FD": 8,
        "SV": 8,
        "UV": 8,
        "AT": 4,
        "OF": 4,
        "OD": 8,
        "OL": 4,
        "OV": 8,
    }
)
# Binary attributes that images need and that hold no text (PS3.3); all others of VR OB are dropped.
PIXEL_DATA = 0x7FE00010
KNOWN_BYTES = frozenset({0x00282000, 0x00281408, 0x54001010, 0x54001006, 0x54001004, 0x00480105})
ICC_MARK, ICC_MARK_AT = b"acsp", 36
SHORTEST_TEXT = 8
LARGEST_LOOKED_INTO = 1 << 20
OVERLAP = 512
SUSPICIOUS_RUN = re.compile(rb"[A-Za-z][A-Za-z ^.,'-]{7,}|\d{8,}")
# Of letters with accents or of other scripts more must stand together: numbers have such bytes as well.
_FOREIGN_RUN = re.compile(rb"[A-Za-z\xb0-\xff][A-Za-z\xb0-\xff ^.,'-]{11,}")
_OF_RUNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ^.,'-"


def check_number(context: Context, element: Element) -> Outcome:
    """Keep a DS or IS that is made of numbers, none of which is known or a day; empty any other (a number is not a place for
    text, nor for a date)."""
    raw = context.raw(element)
    if b"\\" not in raw:
        value = raw.strip(b" \0")
        plain = not value.translate(None, _NUMBER) and _is_number(context, value)
        plain = plain and (b"-" not in value[1:] or bool(_EXPONENT.fullmatch(value)))
        return KEEP if plain else (element.vr, b"")
    plain = not raw.translate(None, _NUMBER)
    plain = plain and all(_is_number(context, part.strip(b" \0")) for part in raw.split(b"\\"))
    return KEEP if plain else (element.vr, b"")


def _is_number(context: Context, value: bytes) -> bool:
    """Say whether digits are no identifier of the instance's, and no day or moment, which leave moved or not at all."""
    length = len(value)
    if length > LONGEST_NUMBER or value in context.known.numbers:
        return False
    return length < SHORTEST_DAY or context.manner.dates.kept or not _MOMENT.fullmatch(value)


def check_code(context: Context, element: Element) -> Outcome:
    """Keep a CS made of its characters; known identifiers in it are removed, and values with a word nobody knows."""
    raw = context.raw(element)
    if raw.translate(None, _LOWER_CODE):
        return element.vr, required(element, b"")
    value = code_values(raw)
    if value != raw:
        return element.vr, required(element, value + b" " * (len(value) % 2))
    return check_words(context, element)


@lru_cache(maxsize=16384)
def code_values(raw: bytes) -> bytes:
    """Return the values of a CS without those that hold a word that may be a name, or are sentences."""
    parts = raw.split(b"\\")
    kept = [part if _is_code(part.decode("latin-1")) else b"" for part in parts]
    return raw if kept == parts else b"\\".join(kept).rstrip(b" ")


def _is_code(text: str) -> bool:
    """Say whether a value is made of words of codes, few of them, and of no long number."""
    few = len(text.split()) <= MOST_CODE_WORDS and not _LONG_DIGITS.search(text)
    return few and all(map(is_code_word, _LETTERS.findall(text)))


def cap_age(context: Context, element: Element) -> Outcome:
    """Keep an AS up to 89 years, with its zeros; older people become `090Y`, what is no age is emptied."""
    raw = context.raw(element)
    found = _AGE.fullmatch(raw)
    if not found:
        return ("AS", b"") if raw else KEEP
    if found[2] == b"Y" and int(found[1]) > OLDEST:
        return "AS", b"090Y"
    whole = found[1].zfill(3) + found[2]
    return KEEP if raw.rstrip(b" \0") == whole else ("AS", whole)


def check_binary_number(context: Context, element: Element) -> Outcome:
    """Keep binary numbers whose length fits their VR and multiplicity, and that do not read as text."""
    size = SIZES[element.vr]
    most = MOST_VALUES.get(element.tag, 0)
    if element.length % size or (most and element.vr[0] != "O" and element.length > most * size):
        return None
    if SHORTEST_TEXT <= element.length <= LARGEST_LOOKED_INTO and _hides_text(context, element):
        return None
    return KEEP


def check_bytes(context: Context, element: Element) -> Outcome:
    """Keep known binary attributes, and word arrays in which no text hides."""
    if element.tag == PIXEL_DATA:
        return KEEP
    if element.tag in KNOWN_BYTES:
        if element.length > LARGEST_LOOKED_INTO:
            return None if hides_known(context, element) else KEEP
        raw = context.raw(element)
        told = raw[ICC_MARK_AT:].startswith(ICC_MARK)  # a colour profile may say in words what it is
        return None if context.known.in_bytes(raw) or (not told and _has_text(raw)) else KEEP
    if element.vr == "OB" or element.length % 2:
        return None
    if element.length <= LARGEST_LOOKED_INTO:
        return None if _hides_text(context, element) else KEEP
    return None if hides_known(context, element) else KEEP


def hides_known(context: Context, element: Element) -> bool:
    """Say whether a long value holds a known identifier, looked for in blocks that overlap."""
    end = element.start + element.length
    for start in range(element.start, end, LARGEST_LOOKED_INTO):
        if context.known.in_bytes(
            context.source.buffer[start : min(start + LARGEST_LOOKED_INTO + OVERLAP, end)]
        ):
            return True
    return False


def _hides_text(context: Context, element: Element) -> bool:
    raw = context.raw(element)
    if is_shades(element.tag, raw):
        return context.known.in_bytes(raw)
    return hides_text(context, raw)


def hides_text(context: Context, raw: bytes) -> bool:
    """Say whether bytes hold a known identifier, or mostly read as text, one or two bytes a character."""
    if context.known.in_bytes(raw) or _has_text(raw) or _has_text(raw[::2]) or _has_text(raw[1::2]):
        return True
    return not raw.isascii() and _has_foreign_text(raw)


def _has_foreign_text(raw: bytes) -> bool:
    """Say whether *raw* reads as text with letters beyond ASCII: as UTF-8, or much of it in a coding of one byte a character."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return sum(map(len, _FOREIGN_RUN.findall(raw))) * 4 > len(raw)
    return sum(map(str.isalpha, text)) * 2 > len(text)


def _has_text(raw: bytes) -> bool:
    """Say whether much of *raw* reads as text, as no table of numbers does."""
    if (len(raw) - len(raw.translate(None, _OF_RUNS))) * 4 <= len(raw):
        return False
    letters = sum(len(run) for run in SUSPICIOUS_RUN.findall(raw))
    return letters * 4 > len(raw)
