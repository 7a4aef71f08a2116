"""Text (PS3.15 E.3.5 Clean Descriptors): kept where it says nothing about anybody, cleaned where it does."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from deid.engine.acting.context import KEEP, Action, Context, Outcome
from deid.engine.acting.plain import required
from deid.engine.reading.elements import Element
from deid.engine.text.charsets import DEFAULT, decode, encode, terms_of
from deid.engine.text.cleaning import TextManner, cleaned_text, is_harmless
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
Depth = Callable[[bytes, tuple[str, ...]], int]


@lru_cache(maxsize=16384)
def _cleaned(
    raw: bytes, charset: tuple[str, ...], known: Known, manner: TextManner, depth: int
) -> bytes | None:
    """Return the cleaned value bytes, or nothing where there was nothing to clean; *depth* says how much is
    sought."""
    text = decode(raw, charset).rstrip("\0")
    if not _is_text(text):
        return b""
    cleaned = cleaned_text(text, known, manner, _deep_enough(text, depth))
    if cleaned == text:
        return None
    value = encode(cleaned, terms_of(raw, charset))
    return value + b" " * (len(value) % 2)


def _deep_enough(text: str, depth: int) -> int:
    """Return how much is sought in a text: of a sentence everything, though its attribute is a technical one."""
    said = depth == SURE and len(_SMALL_WORD.findall(text)) >= FEWEST_SMALL_WORDS
    return THOROUGH if said else depth


def _is_text(text: str) -> bool:
    """Say whether there are no control characters but those that text may have (PS3.5 6.1.3)."""
    return text.isprintable() or all(c.isprintable() or c in "\r\n\t\f\x1b" for c in text)


def _all(_raw: bytes, _charset: tuple[str, ...]) -> int:
    return THOROUGH


def _plain(_raw: bytes, _charset: tuple[str, ...]) -> int:
    return SURE


def _only_known(_raw: bytes, _charset: tuple[str, ...]) -> int:
    return KNOWN_ONLY


def _of_device(raw: bytes, _charset: tuple[str, ...]) -> int:
    """Return how much is sought in the name or number of a device: in one token that looks like one only known words."""
    return KNOWN_ONLY if _DEVICE.fullmatch(raw) and not _LONE_WORD.fullmatch(raw) else SURE


def _of_term(raw: bytes, charset: tuple[str, ...]) -> int:
    if _NUMBER_OR_HOST.fullmatch(raw):
        return SURE
    return KNOWN_ONLY if _TERM.fullmatch(raw) else _of_device(raw, charset)


def _of_code(raw: bytes, _charset: tuple[str, ...]) -> int:
    return KNOWN_ONLY if _CODE.fullmatch(raw) else SURE


def _of_maker(raw: bytes, charset: tuple[str, ...]) -> int:
    named = _TITLED.search(raw) or (
        _NAMED.fullmatch(raw) and not any(map(is_clinical, _LETTERS.findall(decode(raw, charset))))
    )
    return SURE if named else KNOWN_ONLY


def _outcome(context: Context, element: Element, find: Depth) -> Outcome:
    raw, charset = context.raw(element), context.charset
    value = _cleaned(raw, charset, context.known, context.manner, find(raw, charset))
    return KEEP if value is None else (element.vr, required(element, value))


def clean_words(context: Context, element: Element) -> Outcome:
    """Remove known identifiers and whatever looks like one; keep the clinical words (C)."""
    return _outcome(context, element, _all)


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
    return _outcome(context, element, _plain)


def keep_words(context: Context, element: Element) -> Outcome:
    """Keep the name or number of a device: one token that looks like one; in anything longer only known words (K, and C
    of an AE)."""
    return _outcome(context, element, _of_device)


def keep_term(context: Context, element: Element) -> Outcome:
    """Keep the name of a kernel, sequence or coil as that of a device, but no long number or host (K)."""
    return _outcome(context, element, _of_term)


def keep_code(context: Context, element: Element) -> Outcome:
    """Keep a code and the scheme it is from; where words stand instead, they are cleaned as such (K)."""
    return _outcome(context, element, _of_code)


def keep_maker(context: Context, element: Element) -> Outcome:
    """Keep a maker, model or version, of which only known identifiers go; one with a title and a name in it, or written as a
    name without a word of technique or medicine, is cleaned as the name of a device is (K)."""
    return _outcome(context, element, _of_maker)


def check_words(context: Context, element: Element) -> Outcome:
    """Remove known identifiers only: the attribute itself is no hiding place by nature."""
    return _outcome(context, element, _only_known)


# How much of a value each action seeks, however little is known of anybody.
_DEPTHS: Mapping[Action, Depth] = MappingProxyType(
    {
        clean_words: _all,
        clean_meaning: _all,
        screen_words: _plain,
        keep_words: _of_device,
        keep_term: _of_term,
        keep_code: _of_code,
        keep_maker: _of_maker,
        check_words: _only_known,
    }
)


def harmless_text(action: Action, raw: bytes) -> str | None:
    """Return the text of a value that *action* keeps for everybody of whom nothing stands in it, in any character set; nothing
    where it may be changed whoever it is of, or where the action cleans no words."""
    find = _DEPTHS.get(action)
    if find is None or not raw.isascii() or b"\x1b" in raw:
        return None
    text = raw.decode("ascii").rstrip("\0")
    return text if _is_text(text) and is_harmless(text, _deep_enough(text, find(raw, DEFAULT))) else None
