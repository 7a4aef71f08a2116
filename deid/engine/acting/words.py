"""Text (PS3.15 E.3.5 Clean Descriptors): kept where it says nothing about anybody, cleaned where it does."""

from functools import lru_cache

from deid.engine.acting.context import KEEP, Context, Outcome
from deid.engine.identity import Identity
from deid.engine.reading.elements import Element
from deid.engine.text.charsets import decode, encode
from deid.engine.text.cleaning import clean_known, clean_text, screen_text
from deid.engine.text.known import Known

KNOWN, SCREENED, CLEANED = range(3)


@lru_cache(maxsize=16384)
def _cleaned(
    raw: bytes, charset: tuple[str, ...], known: Known, identity: Identity, depth: int
) -> bytes | None:
    """Return the cleaned value bytes, or nothing where there was nothing to clean; *depth* says how much is
    sought."""
    text = decode(raw, charset).rstrip("\0")
    if not _is_text(text):
        return b""
    if depth == KNOWN:
        cleaned = clean_known(text, known)
    else:
        cleaned = (clean_text if depth == CLEANED else screen_text)(text, known, identity.uid)
    if cleaned == text:
        return None
    value = encode(cleaned, charset)
    return value + b" " * (len(value) % 2)


def _is_text(text: str) -> bool:
    """Say whether there are no control characters but those that text may have (PS3.5 6.1.3)."""
    return text.isprintable() or all(c.isprintable() or c in "\r\n\t\f\x1b" for c in text)


def _outcome(context: Context, element: Element, depth: int) -> Outcome:
    value = _cleaned(context.raw(element), context.charset, context.known, context.identity, depth)
    return KEEP if value is None else (element.vr, value)


def clean_words(context: Context, element: Element) -> Outcome:
    """Remove known identifiers and whatever looks like one; keep the clinical words (C)."""
    return _outcome(context, element, CLEANED)


def screen_words(context: Context, element: Element) -> Outcome:
    """Remove known identifiers and what is plainly one: dates, titles with names, labels, addresses."""
    return _outcome(context, element, SCREENED)


def check_words(context: Context, element: Element) -> Outcome:
    """Remove known identifiers only: the attribute itself is no hiding place by nature."""
    return _outcome(context, element, KNOWN)
