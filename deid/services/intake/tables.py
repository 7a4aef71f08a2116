"""Clinical tables: their columns are indexed with the role that was proposed for each; a person decides."""

from __future__ import annotations

from deid.engine import RefusedError
from deid.services.intake.reading import Read
from portal.models import ClinicalTable, Collection, ColumnRole, TableColumn

MOST_COLUMNS = 2000
LONGEST_NAME = 120


def index_table(
    collection: Collection, read: Read, *, title: str, source_key: str, sha256: str, size: int
) -> tuple[ClinicalTable, bool]:
    """Return the table's row and whether it is new; raise `RefusedError` for what is no table of subjects."""
    header: list[str] = read.table["header"]
    roles: list[str] = read.table["roles"]
    _require_header(header)
    if ColumnRole.IDENTIFIER not in roles:
        raise RefusedError(
            "No column names the subject. Name it patient_id, subject_id or participant_id.",
            code="table_without_subject",
        )
    values = {"source_key": source_key, "sha256": sha256, "size": size}
    table, new = ClinicalTable.objects.get_or_create(
        collection=collection,
        title=title,
        defaults={**values, "row_count": read.table["rows"], "ending": read.ending},
    )
    if new:
        TableColumn.objects.bulk_create(
            TableColumn(table=table, position=place, name=name, role=ColumnRole(role))
            for place, (name, role) in enumerate(zip(header, roles, strict=True))
        )
    return table, new


def _require_header(header: list[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise RefusedError("The first row must name every column once.", code="bad_table")
    if any(not name or len(name) > LONGEST_NAME for name in header):
        raise RefusedError("Every column needs a name of at most 120 characters.", code="bad_table")
