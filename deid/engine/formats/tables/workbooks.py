"""Workbooks (XLSX, ECMA-376): the values of visible sheets; formulas, comments and properties are never read.

Importing this module loads openpyxl.
"""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from deid.engine.errors import RefusedError, TooLargeError, UnsupportedError
from deid.engine.formats.tables.rows import MOST_COLUMNS, bad_table

# What openpyxl warns of quotes the workbook.
warnings.filterwarnings("ignore", module=r"openpyxl\.")
MOST_MEMBERS = 10_000
LARGEST_MEMBER = 512 << 20
MOST_RATIO = 200
SMALL = 16 << 20
VISIBLE = "visible"


def _require_harmless(source: BinaryIO) -> None:
    """Refuse an archive that unpacks to far more than its size, has too many members or a locked one."""
    try:
        members = zipfile.ZipFile(source).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise bad_table("This is no workbook (XLSX).") from error
    total, packed = (sum(getattr(m, name) for m in members) for name in ("file_size", "compress_size"))
    if len(members) > MOST_MEMBERS or total > LARGEST_MEMBER or total > MOST_RATIO * packed + SMALL:
        raise TooLargeError("The workbook unpacks to far more than its size.", code="zip_bomb")
    if any(member.flag_bits & 1 for member in members):
        raise UnsupportedError(
            "The workbook is locked with a password; save it without one.", code="encrypted"
        )
    source.seek(0)


def workbook_rows(source: BinaryIO, sheet: int = 0) -> Iterator[list[str]]:
    """Yield the rows of a visible sheet that holds anything, by its number among these from 1 on, or of the only one; raises
    `RefusedError`."""
    with _understood():
        sheets, hidden = _filled(source)
        if not sheets or (not sheet and len(sheets) > 1):
            raise _several(len(sheets), hidden)
        yield from _rows(sheets[max(sheet - 1, 0)])


def count_sheets(source: BinaryIO) -> int:
    """Return how many visible sheets of a workbook hold anything; raises `RefusedError`."""
    with _understood():
        return len(_filled(source)[0])


def _filled(source: BinaryIO) -> tuple[list[Any], int]:
    """Return the visible sheets that hold anything, in order, and how many hidden ones do."""
    _require_harmless(source)
    book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
    filled = [sheet for sheet in book.worksheets if _holds_something(sheet)]
    visible = [sheet for sheet in filled if sheet.sheet_state == VISIBLE]
    return visible, len(filled) - len(visible)


@contextmanager
def _understood() -> Iterator[None]:
    """Turn whatever openpyxl raises at what is no workbook into a refusal."""
    try:
        yield
    except RefusedError:
        raise
    except OSError as error:
        if error.errno:
            raise
        raise bad_table("This is no workbook (XLSX).") from error
    except (MemoryError, GeneratorExit):
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise bad_table("This is no workbook (XLSX).") from error


def _several(visible: int, hidden: int) -> UnsupportedError:
    """Return the refusal of a workbook of which nobody can say which sheet is meant."""
    return UnsupportedError(
        f"The workbook has {visible} visible sheets with data, and {hidden} hidden ones, which are never taken; save each sheet "
        "that is wanted, hidden ones too, as a file of its own.",
        code="several_sheets",
    )


def _holds_something(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(value is not None for row in sheet.iter_rows(values_only=True) for value in row)


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[list[str]]:
    """Yield the filled rows, as wide as the first; cells behind the header's end must be empty."""
    width = 0
    for cells in sheet.iter_rows(values_only=True):
        fields = [as_text(value) for value in cells[:MOST_COLUMNS]]
        if not any(fields):
            continue
        while fields and not fields[-1] and len(fields) > width:
            fields.pop()
        width = width or len(fields)
        yield fields + [""] * (width - len(fields))


def as_text(value: Any) -> str:
    """Return a cell's value as a table in text has it: ISO 8601 dates, plain numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
