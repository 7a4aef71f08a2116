"""The sheets of a workbook, or members of a transport file: each is a table of its own, and written as one before it is looked
at."""

import csv
import importlib
from pathlib import Path
from typing import Any

from deid.engine.formats.kinds import ending_of
from deid.engine.formats.tables.rows import rows_of

# What counts the tables in a file of a kind; resolved when first met.
COUNTED_BY = {
    ".xlsx": "deid.engine.formats.tables.workbooks:count_sheets",
    ".xpt": "deid.engine.formats.tables.xport:count_members",
}
# What a sheet is written as: its rows come out of it as they went in.
WRITTEN_AS = ".csv"


def sheets_of(path: str, ending: str) -> list[int]:
    """Return the numbers of the tables in the file at *path*: of a workbook with several visible sheets, or a transport file with
    several members, from 1 on, else 0 alone.

    Raises `RefusedError` for what is no such file.
    """
    if ending not in COUNTED_BY:
        return [0]
    module, _, name = COUNTED_BY[ending].partition(":")
    counter: Any = getattr(importlib.import_module(module), name)
    with Path(path).open("rb") as source:
        visible: int = counter(source)
    return list(range(1, visible + 1)) if visible > 1 else [0]


def write_sheet(path: str, target: str, sheet: int) -> None:
    """Write one table of the file at *path*, by its number from 1 on, to *target* as CSV; raises `RefusedError`.

    All is quoted, so that no mark in a name is taken for what separates them.
    """
    with Path(path).open("rb") as source, Path(target).open("w", encoding="utf-8", newline="") as out:
        header, rows = rows_of(source, ending_of(path), sheet)
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        writer.writerows(rows)
