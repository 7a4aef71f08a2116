"""The tables in one file: one, or of a workbook every visible sheet that names subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deid.engine import RefusedError, sandbox
from deid.engine.formats.tables.sheets import WRITTEN_AS
from portal.models import ColumnRole

WITHOUT_SUBJECT = "No column names the subject. Name it patient_id, subject_id or participant_id."


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table as understood: its sheet's number, 0 where its file holds no other, and a proposed role for each column."""

    sheet: int
    header: Sequence[str]
    roles: Sequence[str]
    rows: int


def read_tables(pool: sandbox.Pool, file: Path, ending: str) -> tuple[tuple[ReadTable, ...], str]:
    """Return the tables of subjects in *file*, and which sheets are left out and why; raise `RefusedError` where none is one."""
    sheets = pool.run("sheets_of_table", str(file), ending=ending)
    if sheets == [0]:
        return (_read(pool, file, ending, 0),), ""
    read: list[ReadTable] = []
    left_out: list[str] = []
    for number in sheets:
        written = file.with_suffix(f".{number}{WRITTEN_AS}")
        try:
            pool.run("write_sheet", str(file), str(written), number)
            read.append(_read(pool, written, WRITTEN_AS, number))
        except RefusedError as error:
            left_out.append(f"Sheet {number} is left out: {error.reason}")
        finally:
            written.unlink(missing_ok=True)
    if not read:
        raise RefusedError(f"None of its {len(sheets)} sheets can be taken. {left_out[0]}", code="bad_table")
    return tuple(read), " ".join(left_out)


def _read(pool: sandbox.Pool, file: Path, ending: str, sheet: int) -> ReadTable:
    told = pool.run("sample_of_table", str(file), ending=ending)
    if ColumnRole.IDENTIFIER not in told["roles"]:
        raise RefusedError(WITHOUT_SUBJECT, code="table_without_subject")
    return ReadTable(sheet, told["header"], told["roles"], told["rows"])
