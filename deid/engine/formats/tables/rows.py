"""The rows of a table, whatever file it comes in: text fields, the header first."""

import codecs
import csv
import importlib
import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO

from deid.engine.errors import UnreadableError, UnsupportedError
from deid.engine.formats.western import UNKNOWN_CODING, reads_as_western

LONGEST_FIELD = 1 << 20
MOST_COLUMNS = 10_000
BLOCK = 1 << 20
SEPARATORS = (",", ";", "\t", "|")
_QUOTED = re.compile(r'"[^"]*"')
FIRST_ROW, FALLBACK = 2, "cp1252"
Rows = Iterator[list[str]]


def bad_table(reason: str = "The table is no well-formed CSV; save it anew, in UTF-8.") -> UnreadableError:
    """Return the refusal of what is no table."""
    return UnreadableError(reason, code="bad_table")


def _encoding(source: BinaryIO) -> str:
    """Return how the text of a seekable *source* is coded: as its first bytes say, else UTF-8, or Windows-1252 (as
    spreadsheets of Western Europe write) where it is none."""
    start = source.tell()
    try:
        if source.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        source.seek(start)
        decoder = codecs.getincrementaldecoder("utf-8")()
        while block := source.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return FALLBACK
    finally:
        source.seek(start)
    return "utf-8-sig"


def _separator(line: str) -> str:
    """Return what separates the names in the first line of a CSV: a comma, or what a spreadsheet writes where it marks
    decimals."""
    counts = {mark: _QUOTED.sub("", line).count(mark) for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: counts[mark])


def separator_of(source: BinaryIO, ending: str) -> str:
    """Return what separates the fields of a table, as it was read: a comma for what is no text."""
    if ending != ".csv":
        return "\t" if ending == ".tsv" else ","
    start, wrapped = source.tell(), io.TextIOWrapper(source, encoding=_encoding(source), newline="")
    try:
        return _separator(wrapped.readline(LONGEST_FIELD))
    except UnicodeError as error:
        raise bad_table() from error
    finally:
        wrapped.detach()
        source.seek(start)


def _western(lines: Iterator[str], coding: str) -> Iterator[str]:
    """Yield lines that were read by the coding that is left where none is told; refuse those of another script."""
    for line in lines:
        if coding == FALLBACK and not line.isascii() and not reads_as_western(line):
            raise bad_table(UNKNOWN_CODING)
        yield line


def _separated(source: BinaryIO, separator: str = "") -> Rows:
    csv.field_size_limit(LONGEST_FIELD)
    coding = _encoding(source)
    wrapped = io.TextIOWrapper(source, encoding=coding, newline="")
    try:
        first = wrapped.readline(LONGEST_FIELD)
        lines = _western(itertools.chain([first], wrapped), coding)
        yield from csv.reader(lines, strict=True, delimiter=separator or _separator(first))
    except (UnicodeError, csv.Error) as error:
        raise bad_table() from error
    finally:
        wrapped.detach()


def comma_rows(source: BinaryIO) -> Rows:
    """Yield the rows of a CSV, separated as its first line is."""
    return _separated(source)


def tab_rows(source: BinaryIO) -> Rows:
    """Yield the rows of a TSV, as BIDS has them."""
    return _separated(source, "\t")


# Resolved when first met: workbooks need a library that nothing else does.
READERS: Mapping[str, str] = MappingProxyType(
    {
        ".csv": "deid.engine.formats.tables.rows:comma_rows",
        ".tsv": "deid.engine.formats.tables.rows:tab_rows",
        ".xlsx": "deid.engine.formats.tables.workbooks:workbook_rows",
        ".xpt": "deid.engine.formats.tables.xport:xport_rows",
    }
)


def rows_of(source: BinaryIO, ending: str, sheet: int = 0) -> tuple[list[str], Rows]:
    """Return the header and the rows of a table, of a workbook with several sheets those of one, by its number from 1 on; raises
    `RefusedError` for what is none.

    Every row has as many fields as the header, whose names are there once each.
    """
    if ending not in READERS:
        raise UnsupportedError("A table of this kind is not known here; save it as CSV.")
    module, _, name = READERS[ending].partition(":")
    reader: Callable[..., Rows] = getattr(importlib.import_module(module), name)
    rows = reader(source, sheet) if sheet else reader(source)
    header = [name.strip() for name in next(rows, [])]
    if not header or len(set(header)) != len(header) or len(header) > MOST_COLUMNS:
        raise bad_table("The table has no header, or one with a name twice.")
    return header, _even(rows, len(header))


def _even(rows: Rows, width: int) -> Rows:
    for number, fields in enumerate(rows, FIRST_ROW):
        if len(fields) != width:
            above = " Remove what stands above the names of the columns." if number == FIRST_ROW else ""
            raise bad_table(f"Row {number} of the table has {len(fields)} fields, the header {width}.{above}")
        yield fields
