"""Clean a table from path to path: each row's subject is the one that its column or the table's path names."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from deid.engine.formats.subjects import NO_PATIENTS, keys_of_cells, label_of, subject_of_cell
from deid.engine.formats.tables.cleaning import SubjectKeyOf, clean_table, read_sample
from deid.engine.formats.tables.column_roles import ColumnRole
from deid.engine.formats.tables.roles import propose_roles
from deid.engine.formats.tables.rows import bad_table, rows_of
from deid.engine.identity import Identity, identity_of, subject_key
from deid.engine.results import Cleaned

# What is known of subjects, by their keys: who has images, and the identifying values they state.
People = Mapping[str, Sequence[str]]
NOBODY: People = MappingProxyType({})


def sample_of_table(path: str, *, ending: str) -> dict[str, Any]:
    """Return header, first rows, number of rows and a proposed role for each column of the table at *path*."""
    with Path(path).open("rb") as source:
        header, sample, count = read_sample(source, ending)
    return {"header": header, "sample": sample, "rows": count, "roles": propose_roles(header, sample)}


def column_values(path: str, *, ending: str, names: list[str]) -> dict[str, list[str]]:
    """Return the different values of the named columns of the table at *path*."""
    with Path(path).open("rb") as source:
        header, rows = rows_of(source, ending)
        places = {name: header.index(name) for name in names if name in header}
        values: dict[str, set[str]] = {name: set() for name in places}
        for row in rows:
            for name, place in places.items():
                values[name].add(row[place].strip())
    return {name: sorted(found) for name, found in values.items()}


def clean_table_file(
    source: str,
    target: str,
    key: str,
    collection_key: str,
    *,
    columns: Mapping[str, str] | None = None,
    ending: str = ".csv",
    written: str | None = None,
    people: People = NOBODY,
    aliases: Mapping[str, str] = NO_PATIENTS,
    by_subject: bool = False,
) -> dict[str, Any]:
    """Clean the table *source* into *target*; return `Cleaned` as a dictionary.

    *columns* gives each column's role, without it they are proposed; *written* is `.csv` or `.tsv`;
    *collection_key* (hexadecimal) makes the subject keys of what the identifier column holds; *people* are the subjects
    of the collection with what is known of them, *aliases* their keys by the keys of other identifiers that they have. With
    *by_subject* rows stand in the order of the pseudonyms.
    """
    identity = identity_of(key)
    cleaned = clean_table_of(
        Path(source),
        Path(target),
        identity,
        bytes.fromhex(collection_key),
        columns,
        ending,
        people=people,
        aliases=aliases,
        written=written,
        by_subject=by_subject,
    )
    return {name: getattr(cleaned, name) for name in Cleaned.__dataclass_fields__}


def clean_table_of(
    source: Path,
    target: Path,
    identity: Identity,
    collection_key: bytes,
    columns: Mapping[str, str] | None,
    ending: str,
    *,
    people: People = NOBODY,
    labels: Mapping[str, str] = NO_PATIENTS,
    aliases: Mapping[str, str] = NO_PATIENTS,
    whose: str | None = None,
    written: str | None = None,
    by_subject: bool = False,
) -> Cleaned:
    """Clean the table *source* into *target* with subject keys under *collection_key*; raises `RefusedError`.

    *people* decide which part of a cell names its subject, and what they state leaves the text of their rows; *labels* may stand
    for patients and *aliases* (keys by keys) for subjects; *whose* is the key of the one subject that every row is about, where
    no column names any.
    """
    with source.open("rb") as file:
        header, sample, _ = read_sample(file, ending)
    proposed = dict(zip(header, propose_roles(header, sample), strict=True))
    roles = {name: ColumnRole(role) for name, role in (columns or proposed).items()}
    naming = next((name for name in header if roles.get(name) is ColumnRole.IDENTIFIER), None)
    if naming is None and whose is None:
        raise bad_table("No column names the subject. Name it patient_id, subject_id or participant_id.")
    key_of = subject_keys(
        source, ending, naming, collection_key, people=people, labels=labels, aliases=aliases
    )
    with source.open("rb") as file, target.open("wb") as out:
        return clean_table(
            file,
            out,
            columns=roles,
            identity=identity,
            subject_key_of=lambda row: whose or key_of(row),
            known_values_of=lambda key: people.get(key, ()),
            ending=ending,
            written=written,
            proposed=columns is None,
            by_subject=by_subject,
        )


def subject_keys(
    source: Path,
    ending: str,
    naming: str | None,
    collection_key: bytes,
    *,
    people: People = NOBODY,
    labels: Mapping[str, str] = NO_PATIENTS,
    aliases: Mapping[str, str] = NO_PATIENTS,
) -> SubjectKeyOf:
    """Return what tells the key of a row's subject in the table *source*, whose column *naming* names it; parameters as those of
    `clean_table_of`."""
    cells = column_values(str(source), ending=ending, names=[naming] if naming else []).get(naming or "", ())
    key_of = partial(subject_key, collection_key)
    keys = keys_of_cells(cells, key_of, people.keys() | aliases.keys(), labels)
    keys = {cell: _of_alias(cell, key, key_of, aliases) for cell, key in keys.items()}
    return lambda row: keys[subject_of_cell(row[naming or ""])]


def _of_alias(cell: str, key: str, key_of: Callable[[str], str], aliases: Mapping[str, str]) -> str:
    """Return the key of whom another identifier stands for: *key* as it is written, else by its letters and digits."""
    spelled = aliases.get(key_of(label_of(cell)), key) if cell.isalnum() else key
    return aliases.get(key, spelled)
