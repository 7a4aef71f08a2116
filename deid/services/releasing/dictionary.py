"""The dictionary of a release's clinical tables: what each column holds, as a person said it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from deid.models import Release
from portal.models import ClinicalTable, ColumnRole, TableColumn

FIELDS = ("file", "table", "column", "holds", "about")


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """A table of a release: its path in the package, what it is called, and the columns that left, in order."""

    path: str
    title: str
    columns: list[TableColumn]


def released_tables(release: Release) -> list[ReleasedTable]:
    """Return the tables of a release, in the order in which their files are numbered."""
    files = release.files.filter(item__table__isnull=False).select_related("item__table")
    found = [
        (file.path, file.item.table)
        for file in files.order_by("item__table__title", "item__pk")
        if file.item and file.item.table
    ]
    return [
        ReleasedTable(path, table.public_title or f"Table {place}", _columns(table))
        for place, (path, table) in enumerate(found, 1)
    ]


def _columns(table: ClinicalTable) -> list[TableColumn]:
    return list(table.columns.exclude(role=ColumnRole.DROP))


def dictionary_csv(tables: list[ReleasedTable]) -> bytes:
    """Return a row for each column of each table, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    for table in tables:
        for one in table.columns:
            writer.writerow((table.path, table.title, one.name, one.get_role_display(), one.description))
    return text.getvalue().encode()
