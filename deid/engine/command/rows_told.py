"""The rows of a table's source for the second reader, which reads no table itself: each with its subject's key."""

import csv
from collections.abc import Mapping
from pathlib import Path

from deid.engine.command.tables import NOBODY, People, subject_keys
from deid.engine.formats.subjects import NO_PATIENTS
from deid.engine.formats.tables.rows import rows_of


def write_rows_told(
    source: str,
    target: str,
    collection_key: str,
    *,
    ending: str,
    subject: str,
    names: list[str],
    people: People = NOBODY,
    aliases: Mapping[str, str] = NO_PATIENTS,
) -> None:
    """Write to *target*, as CSV without a header, the key of the subject of each row of the table *source* and then its fields
    under *names*, in their order; *subject* is the column that names the subject. The other parameters are those of
    `clean_table_file`. Raises `RefusedError` for what is no table.
    """
    key = bytes.fromhex(collection_key)
    key_of = subject_keys(Path(source), ending, subject, key, people=people, aliases=aliases)
    with Path(source).open("rb") as file, Path(target).open("w", encoding="utf-8", newline="") as out:
        header, rows = rows_of(file, ending)
        places = [header.index(name) for name in names]
        writer = csv.writer(out)
        for row in rows:
            named = dict(zip(header, row, strict=True))
            writer.writerow([key_of(named), *(row[place] for place in places)])
