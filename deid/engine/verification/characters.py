"""Text as the Specific Character Set of its file has it (PS3.3 C.12.1.1.2)."""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydicom.charset import convert_encodings, decode_bytes

from deid.engine.verification.walker import Seen

CHARACTER_SET, ESCAPE = 0x00080005, b"\x1b"
WITH_CHARACTER_SET = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
# Behind these a text is in its first character set again (PS3.5 6.1.2.5.3).
ENDINGS, ENDINGS_OF_NAMES = set(b"\\\t\n\f\r"), set(b"\\^=")


def decoded(elements: Iterable[Seen]) -> Iterator[Seen]:
    """Yield each element with the codecs that its data set states for its text, an item else those of what it stands in."""
    stated: dict[tuple[int, ...], tuple[str, ...]] = {}
    for seen in elements:
        if seen.tag == CHARACTER_SET:
            stated[seen.path[:-1]] = _codecs(seen.value)
        if seen.vr not in WITH_CHARACTER_SET:
            yield seen
            continue
        around = (seen.path[:depth] for depth in range(len(seen.path), -1, -1))
        yield replace(seen, codecs=next((stated[path] for path in around if path in stated), ()))


def _codecs(value: bytes) -> tuple[str, ...]:
    terms = [term.strip("\0 ") for term in value.decode("latin-1").split("\\")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return tuple(convert_encodings(terms))
        except LookupError:
            return ()


def texts_of(seen: Seen) -> list[tuple[str, bytes]]:
    """Return the values of an element as text, each with the bytes it stands for: by its codecs, else as UTF-8, else as
    Latin-1."""
    if seen.codecs and (ESCAPE in seen.value or not seen.value.isascii()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            endings = ENDINGS_OF_NAMES if seen.vr == "PN" else ENDINGS
            text = decode_bytes(seen.value, list(seen.codecs), endings)
        if "\ufffd" not in text:
            return [(part, part.encode()) for part in text.split("\\")]
    return [(_guessed(raw), raw) for raw in seen.value.split(b"\\")]


def _guessed(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
