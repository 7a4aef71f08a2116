"""Identifiers of one and the same subject: tables say it, whose rows name both."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from deid.engine.formats.subjects import SHORTEST_END, ends_of, patient_of_label, subject_of_cell
from deid.engine.formats.tables.roles import BARE, FALLBACK_NAMES, SUBJECT_NAMES
from deid.engine.formats.tables.rows import rows_of
from deid.engine.formats.tables.sheets import sheets_of
from deid.engine.whose.spelling import Spellings

# The identifiers of one row with the names of their columns, the chief one first.
Row: TypeAlias = Sequence[Sequence[str]]
MOST_ROWS = 200_000
_DIGIT = re.compile(r"\d")
USUBJID, SUBJID = FALLBACK_NAMES


def rows_of_identifiers(path: str, *, ending: str) -> list[Row]:
    """Return the identifiers that stand side by side in each row of the table at *path*, of a workbook in all its visible sheets,
    without those that stand beside two different ones; raises `RefusedError`."""
    numbers = sheets_of(path, ending)
    return [row for sheet in numbers for row in _of_sheet(path, ending, sheet)]


def _of_sheet(path: str, ending: str, sheet: int) -> list[Row]:
    with Path(path).open("rb") as source:
        header, rows = rows_of(source, ending, sheet)
        places = _naming(header)
        found = dict.fromkeys(
            tuple(row[place].strip() for place in places) for row in islice(rows, MOST_ROWS)
        )
    numbers = [
        n for n, place in enumerate(places) if not BARE.fullmatch(header[place]) or _numbered(found, n)
    ]
    names = [header[places[n]].lower() for n in numbers]
    return [
        [(name, value) for name, value in zip(names, row, strict=True) if value]
        for row in _one_to_one(list(dict.fromkeys(tuple(row[n] for n in numbers) for row in found)))
    ]


def _numbered(rows: Iterable[Sequence[str]], place: int) -> bool:
    """Say whether what stands at one *place* of all *rows* are numbers of people and no names."""
    return all(_DIGIT.search(row[place]) for row in rows if row[place])


def _naming(header: Sequence[str]) -> list[int]:
    """Return the places of the columns that may hold numbers of people. CDISC's number within a site is none beside the
    whole."""
    lowered = [name.lower() for name in header]
    whole = USUBJID in lowered
    return [
        place
        for place, name in enumerate(lowered)
        if SUBJECT_NAMES.match(name) and not (whole and name == SUBJID)
    ]


def _one_to_one(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the rows, those apart that link an identifier to two others of the same column."""
    beside: dict[tuple[int, str, int], set[str]] = defaultdict(set)
    for row in rows:
        for here, one in enumerate(row):
            for there, other in enumerate(row):
                if one and other:
                    beside[here, one, there].add(other)
    made: list[tuple[str, ...]] = []
    for row in rows:
        clear = all(
            len(beside[here, one, there]) < 2 for here, one in enumerate(row) for there in range(len(row))
        )
        apart = [tuple(one if n == here else "" for n, one in enumerate(row)) for here in range(len(row))]
        made += [row] if clear else apart
    return made


def linked(rows: Iterable[Row], images: Iterable[str], labels: Mapping[str, str]) -> dict[str, str]:
    """Return the subject by every identifier that stands in *rows* beside another of the same subject.

    A subject is called as its *images* call it (or those whom *labels* stand for), else by the first identifier of its rows.
    What would make two patients one, or give one two identifiers of a column, links nobody.
    """
    patients = set(images)
    groups: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        if len(row) < 2:
            continue
        members: dict[str, set[str]] = {}
        for column, value in row:
            plain = subject_of_cell(value)
            for one, columns in groups.get(plain, {plain: set()}).items():
                members.setdefault(one, set()).update(columns)
            members[plain].add(column)
        groups.update(dict.fromkeys(members, members))
    aliases: dict[str, str] = {}
    for group in {id(group): group for group in groups.values() if len(group) > 1}.values():
        of_columns = [column for names in group.values() for column in names]
        of = {one if one in patients else patient_of_label(one, labels) for one in group} - {None}
        if len(of) < 2 and len(set(of_columns)) == len(of_columns):
            chief = next(iter(of), None) or next(iter(group))
            aliases |= dict.fromkeys(group, subject_of_cell(chief))
    return aliases


def is_label(column: str, value: str) -> bool:
    """Say whether a cell holds a label of BIDS: its *column* is called so, or the *value* begins as one does."""
    return column == "participant_id" or value.strip().startswith("sub-")


def respelled(tables: Iterable[Sequence[Row]], images: Iterable[str]) -> dict[str, str]:
    """Return the patient of *images* by each cell of *tables* that spells a Patient ID otherwise; nobody where two cells of a
    column come to the same patient, or one to two."""
    patients = set(images)
    spellings = Spellings(patients, lambda one: one)
    found = defaultdict[str, set[str]](set)
    for rows in tables:
        spelled: dict[tuple[str, str], set[str]] = defaultdict(set)
        for column, cell in {(column, subject_of_cell(value)) for row in rows for column, value in row}:
            meant = cell if cell in patients else spellings.of(cell) or spellings.numbered(cell)
            spelled[column, meant].add(cell)
        for (_column, patient), cells in spelled.items():
            for cell in cells:
                found[cell].add(patient if len(cells) == 1 else "")
    return {
        cell: patient
        for cell, one in found.items()
        if len(one) == 1 and cell not in patients and (patient := next(iter(one)))
    }


def ended(
    rows: Iterable[Row], resolved: Callable[[str], str], linked_already: Iterable[str]
) -> dict[str, str]:
    """Return the subject by every identifier of *rows* that begins with study and site, where somebody is known by an end of
    it; nobody where two such identifiers, of which none is an end of the other, come to the same."""
    done, found = set(linked_already), defaultdict[str, set[str]](set)
    cells = {subject_of_cell(value) for row in rows for _column, value in row}
    for cell in cells - done:
        ends = (resolved(end) for end in ends_of(cell) if len(end) >= SHORTEST_END)
        if subject := next(filter(None, ends), ""):
            found[subject].add(cell)
    return {
        cell: subject
        for subject, longer in found.items()
        if all(max(longer, key=len).endswith(cell) for cell in longer)
        for cell in longer
    }
