"""Specific Character Set (PS3.3 C.12.1.1.2): decode what is looked into, encode what was changed."""

import warnings
from functools import lru_cache

from pydicom.charset import convert_encodings, decode_bytes, encode_string, python_encoding
from pydicom.valuerep import TEXT_VR_DELIMS

DEFAULT = ("ISO_IR 6",)
UTF_8 = ("ISO_IR 192",)
# Of one byte a character, and letters of theirs by themselves are never valid UTF-8; those of Thai and Katakana may be.
_NOT_LIKE_UTF_8 = frozenset(
    f"ISO{kind} {number}"
    for kind in ("_IR", " 2022 IR")
    for number in (6, 100, 101, 109, 110, 126, 127, 138, 144, 148, 203)
)


def parse_terms(raw: bytes) -> tuple[str, ...]:
    """Return the defined terms of a Specific Character Set value; empty where one of them is unknown."""
    terms = tuple(term.strip(" \0") for term in raw.decode("latin-1").split("\\"))
    return terms if all(term in python_encoding for term in terms) and any(terms) else ()


@lru_cache(maxsize=64)
def _codecs(terms: tuple[str, ...]) -> tuple[str, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = convert_encodings(list(terms or DEFAULT))
    return tuple(found)


def terms_of(raw: bytes, terms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the character set that *raw* is really in: UTF-8 is often written under another one, or under none."""
    if raw.isascii() or len(terms) > 1 or (terms and terms[0] not in _NOT_LIKE_UTF_8):
        return terms
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return terms
    return UTF_8


def decode(raw: bytes, terms: tuple[str, ...]) -> str:
    """Return *raw* as text, also where it is UTF-8 against what the file says; bytes outside the character set come out as
    Latin-1."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            text = decode_bytes(raw, list(_codecs(terms_of(raw, terms))), TEXT_VR_DELIMS)
        except (UnicodeError, LookupError):
            return raw.decode("latin-1")
    return raw.decode("latin-1") if "\ufffd" in text else text


def encode(text: str, terms: tuple[str, ...]) -> bytes:
    """Return *text* in the character set; what cannot be said in it becomes a question mark."""
    if text.isascii():
        return text.encode("ascii")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            encoded: bytes = encode_string(text, list(_codecs(terms)))
        except (UnicodeError, LookupError):
            return text.encode("ascii", "replace")
    return encoded
