"""Clinical tables: their columns are indexed with the role that was proposed for each; a person decides."""

from __future__ import annotations

from collections.abc import Sequence

from deid.engine import RefusedError
from deid.services.intake.reading import Read
from deid.services.intake.sheets import ReadTable
from portal.models import ClinicalTable, Collection, ColumnRole, TableColumn

MOST_COLUMNS = 2000
LONGEST_NAME = 120
LONGEST_STEM = 100


def index_tables(
    collection: Collection, read: Read, *, title: str, source_key: str, sha256: str, size: int
) -> tuple[list[ClinicalTable], bool]:
    """Return the rows of a file's tables and whether all of them are new; raise `RefusedError` for headers that are none."""
    stored = {"source_key": source_key, "sha256": sha256, "size": size, "ending": read.ending}
    pairs = [
        ClinicalTable.objects.get_or_create(
            collection=collection,
            title=f"{title[:LONGEST_STEM]}, sheet {table.sheet}" if table.sheet else title,
            defaults={**stored, "row_count": table.rows, "sheet": table.sheet},
        )
        for table in read.tables
    ]
    for (row, new), table in zip(pairs, read.tables, strict=True):
        if new:
            _add_columns(row, table)
    return [row for row, _ in pairs], all(new for _, new in pairs)


def _add_columns(row: ClinicalTable, table: ReadTable) -> None:
    _require_header(table.header)
    TableColumn.objects.bulk_create(
        TableColumn(table=row, position=place, name=name, role=ColumnRole(role))
        for place, (name, role) in enumerate(zip(table.header, table.roles, strict=True))
    )


def _require_header(header: Sequence[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise RefusedError("The first row must name every column once.", code="bad_table")
    if any(not name or len(name) > LONGEST_NAME for name in header):
        raise RefusedError("Every column needs a name of at most 120 characters.", code="bad_table")
