"""Clinical tables: their columns are read, and a role is proposed for each; a person decides."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from deid.engine import RefusedError
from portal.models import ClinicalTable, Collection, ColumnRole, TableColumn

MOST_COLUMNS = 2000
LONGEST_NAME = 120
SAMPLED_ROWS = 500
DATE = re.compile(r"\d{4}(-\d{1,2}(-\d{1,2})?)?|\d{8}|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
SUBJECT_NAMES = re.compile(
    r"^(patient|subject|participant|usubjid|subjid)[ _-]?(id|key|no|number)?$", re.IGNORECASE
)
AGE_NAMES = re.compile(r"(^|[ _-])age([ _-]|$)", re.IGNORECASE)
DATE_NAMES = re.compile(r"date|(^|[ _-])(dtc|dob|birth)([ _-]|$)", re.IGNORECASE)
FEW_CODES, LONG_CODE = 20, 24


def index_table(
    collection: Collection, file: Path, *, title: str, source_key: str, sha256: str, size: int
) -> tuple[ClinicalTable, bool]:
    """Return the table's row and whether it is new; raise `RefusedError` for what is no table of subjects."""
    header, sample, count = _read(file)
    roles = {name: propose_role(name, [row[place] for row in sample]) for place, name in enumerate(header)}
    if ColumnRole.IDENTIFIER not in roles.values():
        raise RefusedError(
            "No column names the subject. Name it patient_id, subject_id or participant_id.",
            code="table_without_subject",
        )
    table, new = ClinicalTable.objects.get_or_create(
        collection=collection,
        title=title,
        defaults={"source_key": source_key, "sha256": sha256, "size": size, "row_count": count},
    )
    if new:
        TableColumn.objects.bulk_create(
            TableColumn(table=table, position=place, name=name, role=roles[name])
            for place, name in enumerate(header)
        )
    return table, new


def _read(file: Path) -> tuple[list[str], list[list[str]], int]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            rows = csv.reader(source, strict=True)
            header = [name.strip() for name in next(rows, [])]
            _require_header(header)
            sample, count = [], 0
            for row in rows:
                count += 1
                if len(row) != len(header):
                    raise RefusedError(
                        f"Row {count + 1} has {len(row)} fields, the header {len(header)}.", code="bad_table"
                    )
                if count <= SAMPLED_ROWS:
                    sample.append(row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise RefusedError(
            "This is no CSV table in UTF-8. Save it as “CSV UTF-8”.", code="bad_table"
        ) from error
    return header, sample, count


def _require_header(header: list[str]) -> None:
    if not header or len(set(header)) != len(header) or len(header) > MOST_COLUMNS:
        raise RefusedError("The first row must name every column once.", code="bad_table")
    if any(not name or len(name) > LONGEST_NAME for name in header):
        raise RefusedError("Every column needs a name of at most 120 characters.", code="bad_table")


def propose_role(name: str, values: list[str]) -> ColumnRole:
    """Return the role that a column's name and first values suggest; in doubt, it is not released."""
    filled = [value.strip() for value in values if value.strip()]
    if SUBJECT_NAMES.match(name):
        return ColumnRole.IDENTIFIER
    if AGE_NAMES.search(name):
        return ColumnRole.AGE
    if DATE_NAMES.search(name) or (filled and all(DATE.fullmatch(value) for value in filled)):
        return ColumnRole.DATE
    if filled and all(NUMBER.fullmatch(value) for value in filled):
        return ColumnRole.VALUE
    if filled and len(set(filled)) <= FEW_CODES and all(len(value) <= LONG_CODE for value in filled):
        return ColumnRole.CODE
    return ColumnRole.DROP
