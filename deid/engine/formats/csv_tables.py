"""Clean a table (CSV): each declared column by its role, with the subject's pseudonym and clock; others
dropped."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import BinaryIO

from deid.engine.acting.dates import shift_date, shift_date_time
from deid.engine.errors import UnreadableError
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.text.cleaning import clean_text
from deid.engine.text.known import Known, compile_known
from deid.engine.writing.stream import HashingTarget

OLDEST = 89
LONGEST_FIELD = 1 << 20
_FORMULA = re.compile(r"^\s*[=+\-@\t\r|\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*")
_AGE = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*(?:y|yrs?|years?)?\s*", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})([T ]\S+)?)?)?")
_COMPACT = re.compile(r"\d{6}|\d{8}|\d{12}|\d{14}")


class ColumnRole(StrEnum):
    """What a column holds, and with that what becomes of it."""

    IDENTIFIER = "identifier"
    DATE = "date"
    AGE = "age"
    FREE_TEXT = "free_text"
    CODE = "code"
    VALUE = "value"
    DROP = "drop"


def shift_text_date(text: str, days: int) -> str:
    """Return an ISO 8601 or DICOM date *days* later, as partial as it was; empty where it is no date."""
    plain = text.strip()
    found = _ISO.fullmatch(plain)
    if found and not (_COMPACT.fullmatch(plain)):
        compact = "".join(part for part in found.groups()[:3] if part)
        moved = shift_date(compact, days)
        pieces = [piece for piece in (moved[:4], moved[4:6], moved[6:8]) if piece]
        return "-".join(pieces) + ((found[4] or "") if moved else "")
    return shift_date_time(plain, days) if _COMPACT.fullmatch(plain) else ""


def group_age(text: str) -> str:
    """Return an age up to 89 as it stands, `90+` above, empty where it is no age."""
    found = _AGE.fullmatch(text)
    if not found:
        return "90+" if text.strip() == "90+" else ""
    return "90+" if float(found[1]) > OLDEST else text.strip()


def harmless(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula; numbers stay numbers."""
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _rows(source: BinaryIO) -> Iterator[list[str]]:
    """Yield the rows of a UTF-8 table, refusing what is none."""
    csv.field_size_limit(LONGEST_FIELD)
    wrapped = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
    try:
        yield from csv.reader(wrapped, strict=True)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError("The table is no well-formed CSV in UTF-8.", code="bad_table") from error
    finally:
        wrapped.detach()


class _RowCleaner:
    """Cleans the fields of one row after the other."""

    def __init__(self, roles: list[ColumnRole], identity: Identity) -> None:
        self._roles, self._identity = roles, identity

    def row(self, fields: list[str], subject_key: str) -> list[str]:
        """Return the kept fields of a row, cleaned."""
        pseudonym, days = self._identity.pseudonym(subject_key), self._identity.shift_days(subject_key)
        pairs = list(zip(self._roles, fields, strict=True))
        names = frozenset(f.strip() for role, f in pairs if role is ColumnRole.IDENTIFIER and f.strip())
        dropped = frozenset(f.strip() for role, f in pairs if role is ColumnRole.DROP and f.strip())
        known = compile_known(names, dropped)
        return [
            harmless(self._field(role, text, pseudonym, days, known))
            for role, text in pairs
            if role is not ColumnRole.DROP
        ]

    def _field(self, role: ColumnRole, text: str, pseudonym: str, days: int, known: Known) -> str:
        """Return one cleaned field."""
        if role is ColumnRole.IDENTIFIER:
            return pseudonym
        if role is ColumnRole.DATE:
            return shift_text_date(text, days)
        if role is ColumnRole.AGE:
            return group_age(text)
        if role is ColumnRole.VALUE:
            return text.strip() if _NUMBER.fullmatch(text) else clean_text(text, known, self._identity.uid)
        if role is ColumnRole.CODE:
            return known.removed_from(text)
        return clean_text(text, known, self._identity.uid)


def clean_table(
    source: BinaryIO,
    target: BinaryIO,
    *,
    columns: Mapping[str, ColumnRole],
    identity: Identity,
    subject_key_of: Callable[[Mapping[str, str]], str],
) -> Cleaned:
    """Write the cleaned table of *source* to *target*; `Cleaned.counts` has `rows`, `columns` and
    `dropped_columns`.

    *subject_key_of* gets each source row by column name and returns its subject's key. Undeclared columns
    and those
    with the role `drop` do not appear. Raises `RefusedError` for what is no well-formed CSV.
    """
    rows = _rows(source)
    header = [name.strip() for name in next(rows, [])]
    if not header or len(set(header)) != len(header):
        raise UnreadableError("The table has no header, or one with a name twice.", code="bad_table")
    roles = [ColumnRole(columns.get(name, ColumnRole.DROP)) for name in header]
    cleaner, out, count, pseudonyms = _RowCleaner(roles, identity), HashingTarget(target), 0, set[str]()
    kept = [harmless(name) for name, role in zip(header, roles, strict=True) if role is not ColumnRole.DROP]
    out.write(_line(kept))
    for fields in rows:
        if len(fields) != len(header):
            raise UnreadableError("A row of the table has too few or too many fields.", code="bad_table")
        key = subject_key_of(dict(zip(header, fields, strict=True)))
        pseudonyms.add(identity.pseudonym(key))
        out.write(_line(cleaner.row(fields, key)))
        count += 1
    counts = {"rows": count, "columns": len(kept), "dropped_columns": len(header) - len(kept)}
    single = pseudonyms.pop() if len(pseudonyms) == 1 else ""
    return Cleaned(single, out.sha256, out.size, counts)


def _line(fields: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue().encode("utf-8")
