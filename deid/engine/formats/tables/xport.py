"""SAS transport files, version 5 (SAS technical note TS-140), in which SDTM tables are handed in."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnsupportedError
from deid.engine.formats.bounded import read_exactly
from deid.engine.formats.tables.rows import MOST_COLUMNS, bad_table
from deid.engine.formats.western import UNKNOWN_CODING, reads_as_western

RECORD = 80
MARK = b"HEADER RECORD*******%-8sHEADER RECORD!!!!!!!"
NAME_SIZE = 140
# TS-140: type, hash, length, number, name, label, format and its widths, input format, position.
_NAME = struct.Struct(">hhhh8s40s8shhh2s8shhl52x")
LARGEST_ROW = 1 << 20
BLOCK_ROWS, RECORDS = 1000, 10_000
EPOCH = date(1960, 1, 1)
DATES = ("DATE", "YYMMDD", "MMDDYY", "DDMMYY", "E8601DA", "IS8601DA", "B8601DA")
DATE_TIMES = ("DATETIME", "E8601DT", "IS8601DT", "B8601DT")
TIMES = ("TIME", "E8601TM", "IS8601TM", "HHMM")


@dataclass(frozen=True, slots=True)
class _Column:
    """One variable: its name, whether it is a number, how it is shown and where it lies in a row."""

    name: str
    numeric: bool
    length: int
    shown: str
    place: int


def ibm_float(raw: bytes) -> float | None:
    """Return a number in the IBM 370's writing, of two to eight bytes; nothing where it is missing."""
    padded = raw.ljust(8, b"\0")
    if not any(padded[1:]) and padded[0] != 0:
        return None
    sign, exponent = -1 if padded[0] & 0x80 else 1, (padded[0] & 0x7F) - 64
    return sign * float(int.from_bytes(padded[1:], "big")) * float(16) ** (exponent - 14)


def _header_record(source: BinaryIO, name: bytes) -> bytes:
    record = read_exactly(source, RECORD)
    if not record.startswith(MARK % name):
        raise bad_table("This is no SAS transport file of version 5.")
    return record


def _columns(source: BinaryIO, count: int) -> list[_Column]:
    if not 0 < count <= MOST_COLUMNS:
        raise bad_table("The transport file names an impossible number of columns.")
    size = count * NAME_SIZE
    raw = read_exactly(source, size + -size % RECORD)
    return [_column(raw[NAME_SIZE * n : NAME_SIZE * (n + 1)]) for n in range(count)]


def _column(raw: bytes) -> _Column:
    kind, _, length, _, name, _, shown, _, _, _, _, _, _, _, place = _NAME.unpack(raw)
    if kind not in (1, 2) or length < 1 or (kind == 1 and length > 8) or place < 0:
        raise bad_table("The transport file describes an impossible column.")
    text = name.decode("ascii", "replace").strip(" \0")
    return _Column(text, kind == 1, length, shown.decode("ascii", "replace").strip(" \0").upper(), place)


def _field(column: _Column, row: bytes) -> str:
    raw = row[column.place : column.place + column.length]
    if not column.numeric:
        return _decoded(raw).rstrip(" \0")
    number = ibm_float(raw)
    return "" if number is None else _shown(number, column.shown)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if not reads_as_western(text):
        raise bad_table(UNKNOWN_CODING)
    return text


def _shown(number: float, shown: str) -> str:
    """Return a number as its format shows it: days since 1960 as a date, seconds as a time."""
    try:
        if shown.startswith(DATE_TIMES):
            return (datetime(1960, 1, 1) + timedelta(seconds=number)).isoformat(timespec="seconds")
        if shown.startswith(DATES):
            return (EPOCH + timedelta(days=int(number))).isoformat()
        if shown.startswith(TIMES):
            return str(timedelta(seconds=int(number))).rjust(8, "0")
    except OverflowError:
        return ""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def count_members(source: BinaryIO) -> int:
    """Return how many tables a transport file holds; raises `RefusedError` for what is none."""
    _header_record(source, b"LIBRARY ")
    return len(_beginnings(source))


def _beginnings(source: BinaryIO) -> list[int]:
    """Return where the members of a transport file begin, each with a record of its own."""
    source.seek(0)
    found, at, begin = [], 0, MARK % b"MEMBER  "
    while block := source.read(RECORD * RECORDS):
        found += [at + place for place in range(0, len(block), RECORD) if block.startswith(begin, place)]
        at += len(block)
    return found


def xport_rows(source: BinaryIO, sheet: int = 0) -> Iterator[list[str]]:
    """Yield the names of a table's variables and then its rows: of the only one, or of member *sheet*, counted from 1 on; raises
    `RefusedError`."""
    _header_record(source, b"LIBRARY ")
    begins = _beginnings(source)
    if len(begins) > 1 and not sheet:
        raise UnsupportedError("The transport file holds several tables; say which.", code="several_sheets")
    if not 0 <= sheet <= len(begins):
        raise bad_table("The transport file has no such table.")
    place = max(sheet, 1) - 1
    source.seek(begins[place] if begins else 3 * RECORD)
    end = begins[place + 1] if place + 1 < len(begins) else None
    member = _header_record(source, b"MEMBER  ")
    if member[74:78] != b"0140":
        raise UnsupportedError("The transport file comes from a machine whose files are not read here.")
    _header_record(source, b"DSCRPTR ")
    read_exactly(source, 2 * RECORD)
    digits = _header_record(source, b"NAMESTR ")[54:58]
    if not digits.isdigit():
        raise bad_table("The transport file names an impossible number of columns.")
    columns = _columns(source, int(digits))
    width = max(column.place + column.length for column in columns)
    if width > LARGEST_ROW:
        raise TooLargeError("A row of the table is larger than can be handled.", code="too_large")
    _header_record(source, b"OBS     ")
    yield [column.name for column in columns]
    yield from _observations(source, columns, width, end)


def _observations(
    source: BinaryIO, columns: Sequence[_Column], width: int, end: int | None
) -> Iterator[list[str]]:
    """Yield the rows before *end*; blank ones at the end only fill the last record."""
    waiting = 0
    while block := source.read(
        width * BLOCK_ROWS if end is None else min(width * BLOCK_ROWS, end - source.tell())
    ):
        for start in range(0, len(block) - width + 1, width):
            row = block[start : start + width]
            if not row.strip(b" "):
                waiting += 1
                continue
            yield from ([_field(column, b" " * width) for column in columns] for _ in range(waiting))
            waiting = 0
            yield [_field(column, row) for column in columns]
