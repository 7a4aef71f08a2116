"""Text (PS3.15 E.3.5 Clean Descriptors): kept where it says nothing about anybody, cleaned where it does."""

import re
from functools import lru_cache

from deid.engine.acting.context import KEEP, Context, Outcome
from deid.engine.acting.plain import required
from deid.engine.reading.elements import Element
from deid.engine.text.charsets import decode, encode, terms_of
from deid.engine.text.cleaning import TextManner, cleaned_text
from deid.engine.text.dates import KNOWN_ONLY, SURE, THOROUGH
from deid.engine.text.known import Known
from deid.engine.text.words import is_clinical

# A single token; a bare word with a capital might as well be a person, and what begins with a plus and digits is a telephone.
_DEVICE = re.compile(rb"\s*(?!\+\d)[\w.:/+-]*\s*\0?")
_TERM = re.compile(rb"\s*\*?(?=\D*\d)[\w.:/+;,\\-]*\s*\0?")
_NUMBER_OR_HOST = re.compile(rb"\D{0,4}(?:\d\D?){6,}|\s*\w[\w-]*(?:\.\w[\w-]*)+\s*")
_LONE_WORD = re.compile(rb"\s*[A-Z][A-Za-z]*\s*\0?")
# A code is a token; what is written as a name is, or several words, may be anything.
_CODE = re.compile(rb"\s*(?![A-Z][a-z]{3,}\s*\0?\Z)[^\s^]+\s*\0?")
# Words written small: a technical value with some of them is a sentence, and may say anything.
_SMALL_WORD = re.compile(r"(?<![^\W_])[^\W\d_A-Z]{3,}(?![^\W_])")
FEWEST_SMALL_WORDS = 2
# Where somebody is called so in the name of a device, which `DR 7500` is not.
_TITLED = re.compile(rb"(?<![A-Za-z])(?:Dr|Drs|Prof|Mrs?|Ms|Herr|Frau|Mme|Dott|Sra?)\b\.? +[^\W\da-z]")
# What is written as a given name and a surname are, which makers are called as well (Carl Zeiss).
_NAMED = re.compile(rb"\s*[A-Z][a-z]{1,}(?:[ ^,]+(?:[A-Z]\.?|[A-Z][a-z]+))*[ ^,]+[A-Z][a-z]+\s*\0?")
_LETTERS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=16384)
def _cleaned(
    raw: bytes, charset: tuple[str, ...], known: Known, manner: TextManner, depth: int
) -> bytes | None:
    """Return the cleaned value bytes, or nothing where there was nothing to clean; *depth* says how much is
    sought."""
    text = decode(raw, charset).rstrip("\0")
    if not _is_text(text):
        return b""
    if depth == SURE and len(_SMALL_WORD.findall(text)) >= FEWEST_SMALL_WORDS:
        depth = THOROUGH
    cleaned = cleaned_text(text, known, manner, depth)
    if cleaned == text:
        return None
    value = encode(cleaned, terms_of(raw, charset))
    return value + b" " * (len(value) % 2)


def _is_text(text: str) -> bool:
    """Say whether there are no control characters but those that text may have (PS3.5 6.1.3)."""
    return text.isprintable() or all(c.isprintable() or c in "\r\n\t\f\x1b" for c in text)


def _outcome(context: Context, element: Element, depth: int) -> Outcome:
    value = _cleaned(context.raw(element), context.charset, context.known, context.manner, depth)
    return KEEP if value is None else (element.vr, required(element, value))


def clean_words(context: Context, element: Element) -> Outcome:
    """Remove known identifiers and whatever looks like one; keep the clinical words (C)."""
    return _outcome(context, element, THOROUGH)


def clean_meaning(context: Context, element: Element) -> Outcome:
    """Clean the meaning of a code as text; where all of it is medicine, a word is no name though the subject has it (C)."""
    raw = context.raw(element)
    words = _LETTERS.findall(decode(raw, context.charset))
    known = context.known.without_words if all(map(is_clinical, words)) else context.known
    value = _cleaned(raw, context.charset, known, context.manner, THOROUGH)
    return KEEP if value is None else (element.vr, required(element, value))


def screen_words(context: Context, element: Element) -> Outcome:
    """Remove known identifiers and what is plainly one: dates, titles with names, labels, addresses; of sentences all that
    `clean_words` removes."""
    return _outcome(context, element, SURE)


def keep_words(context: Context, element: Element) -> Outcome:
    """Keep the name or number of a device: one token that looks like one; in anything longer only known words (K, and C
    of an AE)."""
    raw = context.raw(element)
    if _DEVICE.fullmatch(raw) and not _LONE_WORD.fullmatch(raw):
        return _outcome(context, element, KNOWN_ONLY)
    return _outcome(context, element, SURE)


def keep_term(context: Context, element: Element) -> Outcome:
    """Keep the name of a kernel, sequence or coil as that of a device, but no long number or host (K)."""
    raw = context.raw(element)
    if _NUMBER_OR_HOST.fullmatch(raw):
        return _outcome(context, element, SURE)
    if _TERM.fullmatch(raw):
        return _outcome(context, element, KNOWN_ONLY)
    return keep_words(context, element)


def keep_code(context: Context, element: Element) -> Outcome:
    """Keep a code and the scheme it is from; where words stand instead, they are cleaned as such (K)."""
    return _outcome(context, element, KNOWN_ONLY if _CODE.fullmatch(context.raw(element)) else SURE)


def keep_maker(context: Context, element: Element) -> Outcome:
    """Keep a maker, model or version, of which only known identifiers go; one with a title and a name in it, or written as a
    name without a word of technique or medicine, is cleaned as the name of a device is (K)."""
    raw = context.raw(element)
    named = _TITLED.search(raw) or (
        _NAMED.fullmatch(raw) and not any(map(is_clinical, _LETTERS.findall(decode(raw, context.charset))))
    )
    return _outcome(context, element, SURE if named else KNOWN_ONLY)


def check_words(context: Context, element: Element) -> Outcome:
    """Remove known identifiers only: the attribute itself is no hiding place by nature."""
    return _outcome(context, element, KNOWN_ONLY)
