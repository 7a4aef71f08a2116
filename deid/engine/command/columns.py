"""What the columns of a table hold and what would leave of it under roles that nobody has set yet, for a person's eyes."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from deid.engine.command.tables import NOBODY, People, subject_keys
from deid.engine.formats.subjects import NO_PATIENTS
from deid.engine.formats.tables.cleaning import MOST_CODES, SAMPLED_ROWS, TableCleaner
from deid.engine.formats.tables.column_roles import ColumnRole
from deid.engine.formats.tables.rows import bad_table, rows_of
from deid.engine.identity import identity_of

EXAMPLES, LONGEST_SHOWN = 4, 120
# So many fields are cleaned to be shown; a wide table shows fewer rows.
MOST_FIELDS = 100_000
MOST_DIFFERENT = 1000


def explain_columns(
    source: str,
    key: str,
    collection_key: str,
    columns: Mapping[str, str],
    *,
    ending: str,
    people: People = NOBODY,
    aliases: Mapping[str, str] = NO_PATIENTS,
) -> list[dict[str, Any]]:
    """Return for each column of the table *source*, in order, what it holds and what would leave of it with the roles *columns*.

    `filled` is the number of rows that have something there, `different` of how many kinds, counted up to `MOST_DIFFERENT`;
    `values` are pairs of a value before and after, `None` for what does not leave: of codes as many as a person may look at, of
    others a few, all out of the first rows. Parameters as those of `clean_table_file`. Raises `RefusedError` for what is no table
    or has no column that names the subject.
    """
    path, roles = Path(source), {name: ColumnRole(role) for name, role in columns.items()}
    with path.open("rb") as file:
        header, rows = rows_of(file, ending)
        sample = list(itertools.islice(rows, SAMPLED_ROWS))
        counted = _counted(len(header), itertools.chain(sample, rows))
    naming = next((name for name in header if roles.get(name) is ColumnRole.IDENTIFIER), None)
    if naming is None:
        raise bad_table("No column names the subject.")
    cleaner = TableCleaner(
        header,
        sample,
        columns=roles,
        identity=identity_of(key),
        subject_key_of=subject_keys(
            path, ending, naming, bytes.fromhex(collection_key), people=people, aliases=aliases
        ),
        known_values_of=lambda subject: people.get(subject, ()),
    )
    shown = _shown(cleaner, sample)
    return [
        {"name": name, "filled": filled, "different": different, "values": values}
        for name, (filled, different), values in zip(header, counted, shown, strict=True)
    ]


def _counted(width: int, rows: Iterable[Sequence[str]]) -> list[tuple[int, int]]:
    """Return for each column how many rows have something there, and how many different things."""
    filled, different = [0] * width, [set[int]() for _ in range(width)]
    for row in rows:
        for place, text in enumerate(row):
            if text.strip():
                filled[place] += 1
                if len(different[place]) < MOST_DIFFERENT:
                    different[place].add(hash(text))
    return list(zip(filled, map(len, different), strict=True))


def _shown(cleaner: TableCleaner, sample: Sequence[Sequence[str]]) -> list[list[tuple[str, str | None]]]:
    """Return values of each column with what would leave of them; a row is cleaned only if it has one that is to be shown."""
    roles = cleaner.roles
    most = [MOST_CODES if role is ColumnRole.CODE else EXAMPLES for role in roles]
    shown: list[dict[str, str | None]] = [{} for _ in roles]
    left = MOST_FIELDS // len(roles)
    for row in sample:
        new = [
            place
            for place, text in enumerate(row)
            if text.strip() and text not in shown[place] and len(shown[place]) < most[place]
        ]
        if new and left:
            left -= 1
            kept = iter(cleaner.row(row)[1])
            after = [None if role is ColumnRole.DROP else next(kept) for role in roles]
            for place in new:
                shown[place][row[place]] = after[place]
    return [[(_short(before), after and _short(after)) for before, after in one.items()] for one in shown]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"
