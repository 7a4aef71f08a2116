"""Specific Character Set (PS3.3 C.12.1.1.2): decode what is looked into, encode what was changed."""

import warnings
from functools import lru_cache

from pydicom.charset import convert_encodings, decode_bytes, encode_string, python_encoding
from pydicom.valuerep import TEXT_VR_DELIMS

DEFAULT = ("ISO_IR 6",)


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


def decode(raw: bytes, terms: tuple[str, ...]) -> str:
    """Return *raw* as text; bytes outside the character set come out as Latin-1."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            text = decode_bytes(raw, list(_codecs(terms)), TEXT_VR_DELIMS)
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
