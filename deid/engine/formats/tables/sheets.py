"""The sheets of a workbook that has several: each is a table of its own, and written as one before it is looked at."""

import csv
import importlib
from pathlib import Path
from typing import Any

from deid.engine.formats.tables.rows import rows_of

WORKBOOK = ".xlsx"
# What a sheet is written as: its rows come out of it as they went in.
WRITTEN_AS = ".csv"


def sheets_of(path: str, ending: str) -> list[int]:
    """Return the numbers of the tables in the file at *path*: of a workbook with several visible sheets from 1 on, else 0 alone.

    Raises `RefusedError` for what is no workbook.
    """
    if ending != WORKBOOK:
        return [0]
    workbooks: Any = importlib.import_module("deid.engine.formats.tables.workbooks")
    with Path(path).open("rb") as source:
        visible: int = workbooks.count_sheets(source)
    return list(range(1, visible + 1)) if visible > 1 else [0]


def write_sheet(path: str, target: str, sheet: int) -> None:
    """Write one sheet of the workbook at *path*, by its number from 1 on, to *target* as CSV; raises `RefusedError`.

    All is quoted, so that no mark in a name is taken for what separates them.
    """
    with Path(path).open("rb") as source, Path(target).open("w", encoding="utf-8", newline="") as out:
        header, rows = rows_of(source, WORKBOOK, sheet)
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        writer.writerows(rows)
