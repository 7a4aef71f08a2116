"""Clean what lies beside a NIfTI image: sidecar JSON by an allow-list of keys, gradient tables as numbers only."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, BinaryIO

from deid.engine.errors import UnreadableError
from deid.engine.formats.bids.keys import DATES, NUMBERS, OF_COLUMN, PATHS, TEXTS, TIMES, UIDS, WORDS
from deid.engine.formats.bids.names import bids_name, clean_task, is_bids
from deid.engine.formats.bounded import read_all
from deid.engine.formats.moments import CLOCK, shift_text_date
from deid.engine.formats.wording import wording_of
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.text.numbers import UID
from deid.engine.text.words import clinical_words
from deid.engine.writing.stream import HashingTarget

LARGEST = 16 << 20
LONGEST_LIST = 1 << 20
# Several values of DICOM are one here, with backslashes between them.
_WORD = re.compile(r"[A-Za-z0-9_.+:/\\-]{1,64}")
_LETTERS = re.compile(r"[A-Za-z]{4,}")
_NUMBER = re.compile(rb"[+-]?(?:\d{1,12}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?")
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,40}", re.IGNORECASE)
SHORT_NAME = 3
NOTHING, TASK_NAME, COLUMNS = None, "TaskName", "Columns"


class _Sidecar:
    """Cleans the values of one sidecar by their keys."""

    def __init__(self, identity: Identity, subject_key: str, known_values: Sequence[str]) -> None:
        self._identity, self._subject = identity, subject_key
        self._days = identity.shift_days(subject_key)
        self._wording = wording_of(identity, subject_key, known_values)
        self.counts: Counter[str] = Counter()

    def cleaned(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return the keys that may stay with their cleaned values."""
        kept = {}
        for key, value in content.items():
            after = self._value(key, value)
            if after is NOTHING and _is_column(key, value) and self._is_nobodys(key):
                after = self._column(value)
            if after is NOTHING:
                self.counts["X"] += 1
                continue
            self.counts["K" if after == value else "C"] += 1
            kept[key] = after
        return kept

    def _value(self, key: str, value: Any) -> Any:
        if key == COLUMNS:
            return self._columns(value)
        if isinstance(value, list) and key not in NUMBERS:
            after = [self._value(key, one) for one in value if isinstance(one, str)]
            return [one for one in after if one] or NOTHING
        if key in NUMBERS:
            return value if _is_numeric(value) else NOTHING
        return self._text(key, value) if isinstance(value, str) else NOTHING

    def _text(self, key: str, value: str) -> str | None:
        """Return one text, nothing where it may not stay."""
        if key in WORDS:
            return value if _is_technical(value) else NOTHING
        if key == TASK_NAME:
            return clean_task(value, self._identity, self._subject)
        if key in TEXTS:
            return self._wording(value) or NOTHING
        if key in DATES:
            return shift_text_date(_seconds(value), self._days) or NOTHING
        if key in TIMES:
            return value if CLOCK.fullmatch(value) else NOTHING
        if key in UIDS:
            return self._identity.uid(value) if UID.fullmatch(value) else NOTHING
        if key in PATHS and is_bids(value):
            return bids_name(value, self._identity, self._subject).partition("/")[2]
        return NOTHING

    def _columns(self, value: Any) -> list[str] | None:
        """Return the names of the columns of a recording, as many as there are: by their places those that may name somebody."""
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            return NOTHING
        return [
            one if _COLUMN.fullmatch(one) and self._is_nobodys(one) else f"column_{place}"
            for place, one in enumerate(value, 1)
        ]

    def _is_nobodys(self, column: str) -> bool:
        """Say whether the name of a column is nobody's name."""
        plain = column.replace("_", " ")
        return len(column) <= SHORT_NAME or self._wording(plain) == plain

    def _column(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return what is said of a table's column."""
        kept: dict[str, Any] = {}
        for key, told in value.items():
            if key not in OF_COLUMN:
                continue
            if isinstance(told, str):
                kept[key] = self._wording(told)
            elif isinstance(told, dict):
                kept[key] = {
                    self._wording(code): self._wording(name)
                    for code, name in told.items()
                    if isinstance(code, str) and isinstance(name, str)
                }
        return kept


def _is_column(key: str, value: Any) -> bool:
    return isinstance(value, dict) and bool(OF_COLUMN & value.keys()) and _COLUMN.fullmatch(key) is not None


def _seconds(text: str) -> str:
    """Return a date and time with no more digits behind the second than DICOM has."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def _is_numeric(value: Any) -> bool:
    """Say whether a value is made of numbers (or yes and no) only."""
    if isinstance(value, list):
        return len(value) <= LONGEST_LIST and all(_is_numeric(one) for one in value)
    return isinstance(value, bool | int | float)


def _is_technical(text: str) -> bool:
    """Say whether a code holds only what medicine and scanners know."""
    known = clinical_words()
    return _WORD.fullmatch(text) is not None and all(word.lower() in known for word in _LETTERS.findall(text))


def clean_sidecar(
    source: BinaryIO,
    target: BinaryIO,
    *,
    identity: Identity,
    subject_key: str,
    known_values: Sequence[str] = (),
) -> Cleaned:
    """Write the sidecar JSON *source* to *target* with the keys of an allow-list only.

    Numbers stay, texts are cleaned, dates shifted, UIDs replaced as in DICOM; people, places, serial numbers
    and keys that nobody knows are gone. Raises `RefusedError`.
    """
    content = _parsed(read_all(source, LARGEST))
    sidecar = _Sidecar(identity, subject_key, known_values)
    kept = sidecar.cleaned(content)
    if content and not kept:
        raise UnreadableError(
            "Nothing that the file says may stay: it is no sidecar of BIDS or dcm2niix and describes no columns. Bring"
            " records and annotations as a table (CSV).",
            code="bad_sidecar",
        )
    written = json.dumps(kept, indent=2, ensure_ascii=False, allow_nan=False)
    out = HashingTarget(target)
    out.write(written.encode() + b"\n")
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, dict(sidecar.counts))


def _refused_number(_text: str) -> float:
    raise ValueError


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        content = json.loads(raw.decode("utf-8-sig"), parse_constant=_refused_number)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UnreadableError("The file is no well-formed JSON in UTF-8.", code="bad_sidecar") from error
    if not isinstance(content, dict):
        raise UnreadableError(
            "The file is no sidecar: it must hold one JSON object. Bring records as a table (CSV).",
            code="bad_sidecar",
        )
    return content


def clean_gradients(source: BinaryIO, target: BinaryIO, *, identity: Identity, subject_key: str) -> Cleaned:
    """Write the b-values or directions *source* (`.bval`, `.bvec`) to *target*: numbers as they stand, nothing else."""
    rows = [line.split() for line in read_all(source, LARGEST).splitlines()]
    rows = [row for row in rows if row]
    if not rows or any(not _NUMBER.fullmatch(token) for row in rows for token in row):
        raise UnreadableError("The file must hold numbers only.", code="bad_sidecar")
    out = HashingTarget(target)
    out.write(b"".join(b" ".join(row) + b"\n" for row in rows))
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, {"K": sum(map(len, rows))})
