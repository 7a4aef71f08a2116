"""The bytes as which a text may stand in a file, in lower case as far as ASCII goes."""

import base64
import json
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from pydicom.charset import python_encoding

SHORTEST_BINARY, SHORTEST_CODED = 6, 6
# The files of a series have most of their values in common.
MOST_REMEMBERED = 4096
# Those of every Specific Character Set (PS3.3 C.12.1.1.2), and what PNG and old text files use.
CODECS = sorted({"utf-8", "latin-1", *python_encoding.values()})


# How accents are written where only ASCII is at hand, and back.
SPELLED = (
    ("\u00e4", "ae"),
    ("\u00f6", "oe"),
    ("\u00fc", "ue"),
    ("\u00df", "ss"),
    ("\u00f8", "oe"),
    ("\u00e5", "aa"),
)


def _cases(text: str) -> set[str]:
    """Return *text* in every case that lowering bytes does not make the same."""
    return {text} if text.isascii() else {text, text.lower(), text.upper(), text.title(), text.casefold()}


def _written(text: str) -> set[str]:
    """Return *text* composed, decomposed, without accents and with accents spelled out or put back, in each case."""
    forms = {text, *(unicodedata.normalize(name, text) for name in ("NFC", "NFD")), _plain(text)}
    forms |= {
        _replaced(text, SPELLED),
        _replaced(text, [(spelled, letter) for letter, spelled in SPELLED[:4]]),
    }
    return {cased for form in forms for cased in _cases(form)}


def _replaced(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return *text* with one of each pair for the other; in lower case where there is one of them."""
    lowered = unicodedata.normalize("NFC", text).lower()
    changed = lowered
    for old, new in pairs:
        changed = changed.replace(old, new)
    return text if changed == lowered else changed


def _plain(text: str) -> str:
    """Return *text* without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _encoded(text: str, codec: str) -> bytes:
    """Return *text* in an encoding, empty where it cannot be said in it."""
    try:
        return text.encode(codec).lower()
    except UnicodeEncodeError:
        return b""


@lru_cache(maxsize=MOST_REMEMBERED)
def encodings(text: str) -> frozenset[bytes]:
    """Return *text* in the encodings and spellings in which text hides in text, as JSON and URLs write it too."""
    forms: set[bytes] = set()
    for written in _written(text):
        forms |= {json.dumps(written)[1:-1].lower().encode(), quote(written, safe=" ").lower().encode()}
        forms |= {_encoded(written, codec) for codec in (("utf-8",) if written.isascii() else CODECS)}
    return frozenset(forms - {b""})


@lru_cache(maxsize=MOST_REMEMBERED)
def hidden_forms(text: str) -> frozenset[bytes]:
    """Return *text* as UTF-16, in hexadecimal digits as PDF writes either, and as base64 at each of the three alignments."""
    forms: set[bytes] = set()
    if len(text) >= SHORTEST_CODED:
        forms = {_encoded(cased, name) for name in ("utf-16-le", "utf-16-be") for cased in _cases(text)}
        for written in {text, text.lower(), text.upper()}:
            plain = written.encode("utf-8")
            forms |= {one.hex().encode() for one in (plain, written.encode("utf-16-be"))}
            for ahead in range(3):
                # Of six bits each: only the characters in which no byte beside the text has a part.
                first, last = -(-ahead * 8 // 6), (ahead + len(plain)) * 8 // 6
                forms.add(base64.b64encode(bytes(ahead) + plain)[first:last].lower())
    return frozenset(form for form in forms if len(form) >= SHORTEST_BINARY)
