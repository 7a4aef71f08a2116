"""Clean a table: each declared column by its role, with the subject's pseudonym and clock; others are dropped."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache, partial
from typing import BinaryIO

from deid.engine.formats.ages import group_age, units_a_year
from deid.engine.formats.bids.names import subject_label
from deid.engine.formats.moments import Writing, is_certainly_date, is_one_of, shift_text_date, writing_of
from deid.engine.formats.tables.cdisc import is_cdisc
from deid.engine.formats.tables.column_roles import ColumnRole
from deid.engine.formats.tables.headings import cleaned_headings
from deid.engine.formats.tables.ordering import RowsKept, line_of
from deid.engine.formats.tables.roles import propose_roles
from deid.engine.formats.tables.rows import Rows, bad_table, rows_of, separator_of
from deid.engine.formats.tables.telling import dropped_names
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.text.cleaning import TextManner, cleaned_text
from deid.engine.text.dates import DateManner
from deid.engine.text.known import Known, compile_known
from deid.engine.text.telling import sorted_known
from deid.engine.writing.stream import HashingTarget

SAMPLED_ROWS, LONGEST_NAME = 500, 64
TABS = ".tsv"
NOT_AVAILABLE = "n/a"
FILES, STUDY, AGE, AGE_UNIT = "filename", "STUDYID", "AGE", "AGEU"
BIDS_PREFIX = "sub-"
_FORMULA = re.compile(r"^\s*[=+\-@\t\r|\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*")
SubjectKeyOf = Callable[[Mapping[str, str]], str]
FileNameOf = Callable[[str], str]
KnownValuesOf = Callable[[str], Sequence[str]]


def nothing_known(_subject_key: str) -> Sequence[str]:
    """Return what is known of a subject of whom nothing is."""
    return ()


def harmless(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula; numbers stay numbers."""
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


class _RowCleaner:
    """Cleans the fields of one row after the other."""

    def __init__(
        self,
        roles: Sequence[ColumnRole],
        writings: Sequence[Writing],
        identity: Identity,
        known_values_of: KnownValuesOf,
        bids: bool,
        fixed: Mapping[int, FileNameOf],
        codes: Sequence[Set[str]],
    ) -> None:
        self._roles, self._writings, self._identity, self._bids = roles, writings, identity, bids
        self._fixed, self._codes = fixed, codes
        self._told = cache(lambda subject_key: sorted_known(known_values_of(subject_key)))

    def row(self, fields: Sequence[str], subject_key: str) -> list[str]:
        """Return the kept fields of a row, cleaned."""
        pairs = [(self._role(place, text), text) for place, text in enumerate(fields)]
        names = frozenset(f.strip() for role, f in pairs if role is ColumnRole.IDENTIFIER and f.strip())
        dropped = frozenset(f.strip() for role, f in pairs if role is ColumnRole.DROP and f.strip())
        told_names, phrases, births = self._told(subject_key)
        known = compile_known(names | told_names, dropped | phrases)
        one = _OneSubject(self._identity, subject_key, known, births, self._bids)
        return [
            harmless(self._fixed[place](text) if place in self._fixed else one.field(role, text, writing))
            for place, ((role, text), writing) in enumerate(zip(pairs, self._writings, strict=True))
            if role is not ColumnRole.DROP
        ]

    def _role(self, place: int, text: str) -> ColumnRole:
        """Return the role of a field: what no row had that was looked at is no code."""
        role = self._roles[place]
        new = role is ColumnRole.CODE and bool(self._codes) and text not in self._codes[place]
        return ColumnRole.FREE_TEXT if new else role


class _OneSubject:
    """Cleans fields of one row with its subject's pseudonym, clock and known values."""

    def __init__(
        self, identity: Identity, subject_key: str, known: Known, births: frozenset[str], bids: bool
    ) -> None:
        self._bids = bids
        self._pseudonym, self._days = identity.pseudonym(subject_key), identity.shift_days(subject_key)
        self._known, self._manner = known, TextManner(identity.uid, DateManner(self._days, hidden=births))

    def field(self, role: ColumnRole, text: str, writing: Writing) -> str:
        """Return one cleaned field."""
        if text == NOT_AVAILABLE and role is not ColumnRole.IDENTIFIER:
            return text
        if role is ColumnRole.IDENTIFIER:
            bids = self._bids and text.strip().startswith(BIDS_PREFIX)
            return BIDS_PREFIX + subject_label(self._pseudonym) if bids else self._pseudonym
        if role is ColumnRole.DATE:
            if is_one_of(text, self._manner.dates.hidden):
                return ""
            return shift_text_date(text, self._days, writing.order, short_years=writing.short_years)
        if role is ColumnRole.AGE:
            return group_age(text)
        if role is ColumnRole.VALUE and _NUMBER.fullmatch(text):
            return "" if text.strip().encode() in self._known.numbers else text.strip()
        if role is ColumnRole.CODE and is_certainly_date(text):
            return shift_text_date(text, self._days, writing.order)
        return self._known.removed_from(text) if role is ColumnRole.CODE else self._text(text)

    def _text(self, text: str) -> str:
        return cleaned_text(text, self._known, self._manner)


def read_sample(source: BinaryIO, ending: str) -> tuple[list[str], list[list[str]], int]:
    """Return a table's header, its first rows and how many there are in all; raises `RefusedError`."""
    header, rows = rows_of(source, ending)
    sample = list(itertools.islice(rows, SAMPLED_ROWS))
    return header, sample, len(sample) + sum(1 for _ in rows)


def clean_table(
    source: BinaryIO,
    target: BinaryIO,
    *,
    columns: Mapping[str, ColumnRole] | None,
    identity: Identity,
    subject_key_of: SubjectKeyOf,
    known_values_of: KnownValuesOf = nothing_known,
    ending: str = ".csv",
    written: str | None = None,
    file_name_of: FileNameOf | None = None,
    proposed: bool = False,
    by_subject: bool = False,
) -> Cleaned:
    """Write the cleaned table of *source* to *target*; `Cleaned.counts` has `rows`, `columns` and
    `dropped_columns`.

    *ending* names the format: `.csv`, `.tsv`, `.xlsx` or `.xpt`; a TSV is written as one, all others as CSV, separated as the
    source is, unless *written* says `.csv` (with commas) or `.tsv`. In a TSV a subject named as BIDS does (`sub-…`) stays so.
    *subject_key_of* gets each source row by column name and returns its subject's key; *known_values_of* returns
    identifying values of that subject, which leave its texts. Undeclared columns and those with the role `drop` do not
    appear; without *columns* their roles are those of `propose_roles`. Nobody saw the columns then, or where their roles were
    *proposed*: their names lose those of people, and a code that the first rows do not have is cleaned as text. *file_name_of*
    gives the new name of a file that the column `filename` (BIDS' scans.tsv) names, empty for what it does not know.
    With *by_subject* rows come out in the order of the pseudonyms, those of one subject as they stood: by the order of a source
    two releases could be joined. Raises `RefusedError` for what is no table.
    """
    separator = separator_of(source, ending)
    header, rows = rows_of(source, ending)
    sample = list(itertools.islice(rows, SAMPLED_ROWS))
    unseen = proposed or columns is None
    named = dict(zip(header, propose_roles(header, sample), strict=True)) if columns is None else columns
    if file_name_of and FILES in header:
        named = {**named, FILES: ColumnRole.CODE}
    roles = [ColumnRole(named.get(name, ColumnRole.DROP)) for name in header]
    if columns is None and ColumnRole.IDENTIFIER not in roles:
        raise bad_table("No column names the subject. Name it patient_id, subject_id or participant_id.")
    writings = [writing_of([row[place] for row in sample]) for place in range(len(header))]
    tabs = (written or ending) == TABS
    line = partial(line_of, separator=separator if written is None else "\t" if tabs else ",")
    headings: Sequence[str] = header
    if unseen:
        keys = {subject_key_of(dict(zip(header, row, strict=True))) for row in sample}
        told = [value for key in sorted(keys) for value in known_values_of(key)]
        headings = cleaned_headings(header, [*told, *_dropped_words(roles, sample)])
    kept = [harmless(name) for name, role in zip(headings, roles, strict=True) if role is not ColumnRole.DROP]
    out = HashingTarget(target)
    out.write(line(kept))
    fixed = _fixed(header, sample, file_name_of) | _ages(header, roles, sample)
    codes = [{row[place] for row in sample} for place in range(len(header))] if unseen else ()
    cleaner = _RowCleaner(roles, writings, identity, known_values_of, tabs, fixed, codes)
    with RowsKept(by_subject=by_subject) as cleaned:
        for fields in _all(sample, rows):
            key = subject_key_of(dict(zip(header, fields, strict=True)))
            cleaned.add(identity.pseudonym(key), line(cleaner.row(fields, key)))
        for row in cleaned.in_order():
            out.write(row)
        single = next(iter(cleaned.subjects)) if len(cleaned.subjects) == 1 else ""
    counts = {"rows": len(cleaned), "columns": len(kept), "dropped_columns": len(header) - len(kept)}
    return Cleaned(single, out.sha256, out.size, counts, dropped=dropped_names(header, roles))


def _dropped_words(roles: Sequence[ColumnRole], sample: Sequence[Sequence[str]]) -> set[str]:
    """Return what stands in columns that do not leave and has no digit: who read, asked or treated."""
    places = [place for place, role in enumerate(roles) if role is ColumnRole.DROP]
    cells = {row[place].strip() for row in sample for place in places}
    return {cell for cell in cells if cell and not any(map(str.isdigit, cell)) and len(cell) <= LONGEST_NAME}


def _fixed(
    header: Sequence[str], sample: Sequence[Sequence[str]], file_name_of: FileNameOf | None
) -> dict[int, FileNameOf]:
    """Return what becomes of the columns that are no subject's, by their places: names of files, and the one study of a CDISC
    table, though identifiers of its subjects begin with it."""
    fixed: dict[int, FileNameOf] = {}
    if file_name_of and FILES in header:
        fixed[header.index(FILES)] = lambda text: file_name_of(text) or NOT_AVAILABLE
    if is_cdisc(header):
        studies = {row[header.index(STUDY)] for row in sample}
        fixed[header.index(STUDY)] = lambda text: text if studies == {text} else ""
    return fixed


def _ages(
    header: Sequence[str], roles: Sequence[ColumnRole], sample: Sequence[Sequence[str]]
) -> dict[int, FileNameOf]:
    """Return what becomes of ages that are no years, by their places: as their names say, or CDISC's `AGEU` of all rows."""
    units = {row[header.index(AGE_UNIT)] for row in sample} if AGE_UNIT in header else set[str]()
    of_all = units_a_year(units.pop()) if len(units) == 1 else 1.0
    counts = {
        place: of_all if name == AGE else units_a_year(name)
        for place, (name, role) in enumerate(zip(header, roles, strict=True))
        if role is ColumnRole.AGE
    }
    return {place: partial(group_age, a_year=count) for place, count in counts.items() if count != 1.0}


def _all(sample: list[list[str]], rows: Rows) -> Rows:
    return itertools.chain(sample, rows)
