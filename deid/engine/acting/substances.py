"""Attributes whose place says what stands in them: the value of Contrast/Bolus Agent (PS3.3 C.7.6.4.1), Radiopharmaceutical
(C.8.9.2) and Intervention Drug Name (C.8.9.1) is a substance, though no list knows it."""

import re
from functools import lru_cache

from deid.engine.acting.context import KEEP, Context, Outcome
from deid.engine.acting.plain import required
from deid.engine.acting.words import clean_words, screen_words
from deid.engine.reading.elements import Element
from deid.engine.text.charsets import decode, encode, terms_of
from deid.engine.text.cleaning import TextManner, cleaned_text
from deid.engine.text.dates import SURE, THOROUGH
from deid.engine.text.known import Known
from deid.engine.text.names import may_name

# It begins the value or stands behind what joins two, and an amount, a way of giving or nothing stands behind it: no second
# word with a capital, no comma, and nobody who gave it.
_SUBSTANCE = re.compile(
    r"(?P<before>(?:^|[+&\\])\s*(?:(?:(?i:iv|i\.v\.|oral|po|applied)|\[?\d{1,3}m?[A-Z][a-z]?\]?|[A-Z][a-z]?-?\d{1,3}m?)[ -])?)"
    r"(?P<name>[A-Za-z][A-Za-z-]*[a-zA-Z](?:-?\d{1,4})?)"
    r"(?=\s*(?:$|[+&\\]|[(\[]?\d|[A-Z][a-z]?-?\d|(?:i\.v\.|(?i:iv|oral|po|ml|mbq|mci|inj(?:ection)?)(?![^\W_]))))"
)
# What stands for it while the rest is looked through, a word that stays.
_STAND_IN = "Gadolinium"


def clean_substance(context: Context, element: Element) -> Outcome:
    """Remove known identifiers, and whatever looks like one beside the substance (C)."""
    return _outcome(context, element, THOROUGH) or clean_words(context, element)


def screen_substance(context: Context, element: Element) -> Outcome:
    """Remove known identifiers, and what is plainly one beside the substance."""
    return _outcome(context, element, SURE) or screen_words(context, element)


def _outcome(context: Context, element: Element, depth: int) -> Outcome:
    """Return what is left beside the substance; nothing where there is none that is told by its place."""
    raw = context.raw(element)
    value = _cleaned(raw, context.charset, context.known, context.manner, depth)
    if value is None:
        return None
    return KEEP if value == raw else (element.vr, required(element, value))


@lru_cache(maxsize=4096)
def _cleaned(
    raw: bytes, charset: tuple[str, ...], known: Known, manner: TextManner, depth: int
) -> bytes | None:
    text = decode(raw, charset).rstrip("\0 ")
    names = [found["name"] for found in _SUBSTANCE.finditer(text)]
    if not names or any(map(may_name, names)) or _STAND_IN in text or known.touches(text):
        return None
    cleaned = cleaned_text(_SUBSTANCE.sub(rf"\g<before>{_STAND_IN}", text), known, manner, depth)
    pieces = cleaned.split(_STAND_IN)
    if len(pieces) != len(names) + 1:
        return None
    whole = "".join((*(piece + name for piece, name in zip(pieces, names, strict=False)), pieces[-1]))
    if whole == text:
        return raw
    value = encode(whole, terms_of(raw, charset))
    return value + b" " * (len(value) % 2)
