"""Clean a table: each declared column by its role, with the subject's pseudonym and clock; others are dropped."""

import itertools
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from types import MappingProxyType
from typing import BinaryIO

from deid.engine.formats.ages import group_age, units_a_year
from deid.engine.formats.moments import writing_of
from deid.engine.formats.tables.cdisc import is_cdisc
from deid.engine.formats.tables.column_roles import ColumnRole
from deid.engine.formats.tables.fields import (
    KnownValuesOf,
    MadeAnew,
    RowCleaner,
    harmless,
    nothing_known,
)
from deid.engine.formats.tables.headings import cleaned_headings
from deid.engine.formats.tables.ordering import RowsKept, line_of
from deid.engine.formats.tables.roles import propose_roles
from deid.engine.formats.tables.rows import Rows, bad_table, rows_of, separator_of
from deid.engine.formats.tables.telling import dropped_names
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.writing.stream import HashingTarget

SAMPLED_ROWS, LONGEST_NAME = 500, 64
# So many codes of a column a person can look through; those of a column that has more are cleaned as text.
MOST_CODES = 200
TABS = ".tsv"
STUDY, AGE, AGE_UNIT = "STUDYID", "AGE", "AGEU"
SubjectKeyOf = Callable[[Mapping[str, str]], str]
NO_COLUMNS: Mapping[str, MadeAnew] = MappingProxyType({})


def read_sample(source: BinaryIO, ending: str) -> tuple[list[str], list[list[str]], int]:
    """Return a table's header, its first rows and how many there are in all; raises `RefusedError`."""
    header, rows = rows_of(source, ending)
    sample = list(itertools.islice(rows, SAMPLED_ROWS))
    return header, sample, len(sample) + sum(1 for _ in rows)


class TableCleaner:
    """Cleans rows of one table, by roles and writings that its header and first rows decide for all of them.

    `roles` are those of all its columns, `names` what those are called that are kept. The parameters are those of `clean_table`;
    *tabs* says that the table is written as a TSV.
    """

    def __init__(
        self,
        header: Sequence[str],
        sample: Sequence[Sequence[str]],
        *,
        columns: Mapping[str, ColumnRole] | None,
        identity: Identity,
        subject_key_of: SubjectKeyOf,
        known_values_of: KnownValuesOf = nothing_known,
        tabs: bool = False,
        made_anew: Mapping[str, MadeAnew] = NO_COLUMNS,
        proposed: bool = False,
    ) -> None:
        self._header, self._subject_key_of = header, subject_key_of
        named = dict(zip(header, propose_roles(header, sample), strict=True)) if columns is None else columns
        named = {**named, **dict.fromkeys(made_anew, ColumnRole.CODE)}
        self.roles = [ColumnRole(named.get(name, ColumnRole.DROP)) for name in header]
        if columns is None and ColumnRole.IDENTIFIER not in self.roles:
            raise bad_table("No column names the subject. Name it patient_id, subject_id or participant_id.")
        headings: Sequence[str] = header
        if proposed or columns is None:
            keys = {self._subject(row) for row in sample}
            told = [value for key in sorted(keys) for value in known_values_of(key)]
            headings = cleaned_headings(header, [*told, *_dropped_words(self.roles, sample)])
        pairs = zip(headings, self.roles, strict=True)
        self.names = [harmless(name) for name, role in pairs if role is not ColumnRole.DROP]
        places = range(len(header))
        writings = [writing_of([row[place] for row in sample]) for place in places]
        fixed = _fixed(header, sample, made_anew) | _ages(header, self.roles, sample)
        codes = [_codes([row[place] for row in sample]) for place in places]
        self._rows = RowCleaner(self.roles, writings, identity, known_values_of, tabs, fixed, codes)

    def _subject(self, fields: Sequence[str]) -> str:
        return self._subject_key_of(dict(zip(self._header, fields, strict=True)))

    def row(self, fields: Sequence[str]) -> tuple[str, list[str]]:
        """Return the key of a row's subject and its kept fields, cleaned."""
        key = self._subject(fields)
        return key, self._rows.row(fields, key)


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
    made_anew: Mapping[str, MadeAnew] = NO_COLUMNS,
    is_left_out: Callable[[Mapping[str, str]], bool] | None = None,
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
    *proposed*: their names lose those of people. A code that the first rows do not have is cleaned as text, and so are those
    of a column that has more of them than anybody looks through. *made_anew* has what becomes of the fields of a column by its
    name, whatever they look like; *is_left_out* says of a source row by column name whether it does not appear. With
    *by_subject* rows come out in the order of the pseudonyms, those of one subject as they stood: by the order of a source two
    releases could be joined. Raises `RefusedError` for what is no table.
    """
    separator = separator_of(source, ending)
    header, rows = rows_of(source, ending)
    sample = list(itertools.islice(rows, SAMPLED_ROWS))
    tabs = (written or ending) == TABS
    cleaner = TableCleaner(
        header,
        sample,
        columns=columns,
        identity=identity,
        subject_key_of=subject_key_of,
        known_values_of=known_values_of,
        tabs=tabs,
        made_anew=made_anew,
        proposed=proposed,
    )
    line = partial(line_of, separator=separator if written is None else "\t" if tabs else ",")
    out = HashingTarget(target)
    out.write(line(cleaner.names))
    with RowsKept(by_subject=by_subject) as cleaned:
        for fields in _all(sample, rows):
            if is_left_out and is_left_out(dict(zip(header, fields, strict=True))):
                continue
            key, kept = cleaner.row(fields)
            cleaned.add(identity.pseudonym(key), line(kept))
        for row in cleaned.in_order():
            out.write(row)
        single = next(iter(cleaned.subjects)) if len(cleaned.subjects) == 1 else ""
    width = len(cleaner.names)
    counts = {"rows": len(cleaned), "columns": width, "dropped_columns": len(header) - width}
    return Cleaned(single, out.sha256, out.size, counts, dropped=dropped_names(header, cleaner.roles))


def _codes(values: Sequence[str]) -> Set[str]:
    """Return the codes that a person may have looked at; none where they are too many for that."""
    different = set(values)
    return different if len(different) <= MOST_CODES else frozenset()


def _dropped_words(roles: Sequence[ColumnRole], sample: Sequence[Sequence[str]]) -> set[str]:
    """Return what stands in columns that do not leave and has no digit: who read, asked or treated."""
    places = [place for place, role in enumerate(roles) if role is ColumnRole.DROP]
    cells = {row[place].strip() for row in sample for place in places}
    return {cell for cell in cells if cell and not any(map(str.isdigit, cell)) and len(cell) <= LONGEST_NAME}


def _fixed(
    header: Sequence[str], sample: Sequence[Sequence[str]], made_anew: Mapping[str, MadeAnew]
) -> dict[int, MadeAnew]:
    """Return what becomes of the columns that are no subject's, by their places: those that are *made_anew*, and the one study of
    a CDISC table, though identifiers of its subjects begin with it."""
    fixed = {header.index(name): made for name, made in made_anew.items() if name in header}
    if is_cdisc(header):
        studies = {row[header.index(STUDY)] for row in sample}
        fixed[header.index(STUDY)] = lambda text: text if studies == {text} else ""
    return fixed


def _ages(
    header: Sequence[str], roles: Sequence[ColumnRole], sample: Sequence[Sequence[str]]
) -> dict[int, MadeAnew]:
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
