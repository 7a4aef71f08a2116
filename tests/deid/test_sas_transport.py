"""SAS transport files (TS-140): numbers of the IBM 370, formats, rows, and which file is refused."""

import csv
import io
import struct

import pytest

from deid.engine import RefusedError
from deid.engine.formats.tables.sheets import sheets_of, write_sheet
from deid.engine.formats.tables.xport import ibm_float, xport_rows


def code_of(act, *given, **more) -> str:
    try:
        act(*given, **more)
    except RefusedError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("4110000000000000", 1.0), ("c110000000000000", -1.0), ("0000000000000000", 0.0), ("2e00000000000000", None),
        ("4276a00000000000", 118.625), ("c276a00000000000", -118.625),
        ("4080000000000000", 0.5), ("4110", 1.0), ("41", None), ("4e19999999999999", float(0x19999999999999)),
    ],
)  # fmt: skip
def test_numbers_are_those_of_the_ibm_370(raw, number):
    assert ibm_float(bytes.fromhex(raw)) == number


def head(name: bytes, tail: bytes = b"0" * 30) -> bytes:
    return (b"HEADER RECORD*******%-8sHEADER RECORD!!!!!!!" % name + tail).ljust(80)


def variable(name: bytes, kind: int, length: int, place: int, shown: bytes = b"") -> bytes:
    return struct.pack(
        ">hhhh8s40s8shhh2s8shhl52x",
        kind,
        0,
        length,
        1,
        name.ljust(8),
        b"",
        shown.ljust(8),
        0,
        0,
        0,
        b"",
        b"",
        0,
        0,
        place,
    )


def transport(
    variables: list[bytes], rows: bytes, *, member: bytes = b"0" * 26 + b"0140  ", count: bytes | None = None
) -> bytes:
    names = b"".join(variables)
    return b"".join(
        (
            head(b"LIBRARY "), bytes(160), head(b"MEMBER  ", member), head(b"DSCRPTR "), bytes(160),
            head(b"NAMESTR ", b"000000" + (b"%04d" % len(variables) if count is None else count) + b"0" * 20),
            names + b" " * (-len(names) % 80), head(b"OBS     "), rows,
        )
    )  # fmt: skip


ONE = "4110000000000000"


@pytest.mark.parametrize(
    ("shown", "raw", "text"),
    [
        (b"", ONE, "1"), (b"", "4080000000000000", "0.5"), (b"", "2e00000000000000", ""),
        (b"DATE", "44546a0000000000", "2019-03-02"), (b"yymmdd", "44546a0000000000", "2019-03-02"),
        (b"DATETIME", ONE, "1960-01-01T00:00:01"), (b"TIME", "44e1000000000000", "16:00:00"), (b"HHMM", ONE, "00:00:01"),
        (b"DATE", "5fffffffffffffff", ""), (b"BEST", ONE, "1"),
        (b"", "c120000000000000", "-2"),
    ],
)  # fmt: skip
def test_a_number_of_a_transport_file_is_shown_as_its_format_says(shown, raw, text):
    content = transport(
        [variable(b"A", 1, 8, 0, shown), variable(b"B", 2, 4, 8)], bytes.fromhex(raw) + b"ab  "
    )
    assert list(xport_rows(io.BytesIO(content))) == [["A", "B"], [text, "ab"]]


def test_rows_of_a_transport_file_end_before_the_blank_ones_that_fill_it():
    content = transport(
        [variable(b"A", 2, 2, 0), variable(b"B", 2, 3, 2)], b"ab123" + b" " * 5 + b"cd\xe9  " + b" " * 13
    )
    assert list(xport_rows(io.BytesIO(content))) == [["A", "B"], ["ab", "123"], ["", ""], ["cd", "é"]]
    many = transport([variable(b"A", 2, 4, 0)], b"".join(b"%04d" % number for number in range(2100)))
    assert [row[0] for row in xport_rows(io.BytesIO(many))][1:] == [f"{number:04d}" for number in range(2100)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (transport([variable(b"A", 2, 2, 0)], b"ab"), ""), (transport([variable(b"A", 3, 2, 0)], b"ab"), "bad_table"),
        (transport([variable(b"A", 1, 9, 0)], b"ab"), "bad_table"),
        (transport([variable(b"A", 1, 8, 0)], bytes.fromhex(ONE)), ""), (transport([variable(b"A", 2, 1, 0)], b"a"), ""),
        (transport([variable(b"A", 2, 32767, 0)], b"a" * 32767), ""), (transport([variable(b"A", 2, -1, 0)], b"ab"), "bad_table"),
        (transport([variable(b"A", 0, 2, 0)], b"ab"), "bad_table"), (transport([variable(b"A", 2, 9, 0)], b"a" * 9), ""),
        (transport([variable(b"A", 2, 0, 0)], b"ab"), "bad_table"),
        (transport([variable(b"A", 2, 2, -1)], b"ab"), "bad_table"), (transport([], b""), "bad_table"),
        (transport([variable(b"A", 2, 2, 0)], b"ab", count=b"x001"), "bad_table"),
        (transport([variable(b"A", 2, 2, 0)], b"ab", member=b"0" * 26 + b"0136  "), "unsupported"),
        (transport([variable(b"A", 2, 30000, 1 << 20)], b"ab"), "too_large"), (b"x" + transport([], b""), "bad_table"),
        (transport([variable(b"A", 2, 80, 0)], b"a" * 80 + head(b"MEMBER  ")), "several_sheets"),
        (transport([], b"")[:240], "truncated"),
    ],
)  # fmt: skip
def test_a_transport_file_that_cannot_be_read_is_refused_by_its_code(content, code):
    assert code_of(lambda: list(xport_rows(io.BytesIO(content)))) == code


def test_each_member_of_a_transport_file_is_a_table_of_its_own(tmp_path):
    first = transport(
        [variable(b"USUBJID", 2, 3, 0), variable(b"ARM", 2, 4, 3)], (b"P01leftP02    ").ljust(80)
    )
    second = transport(
        [variable(b"USUBJID", 2, 3, 0), variable(b"AGE", 1, 8, 3)], (b"P02" + bytes.fromhex(ONE)).ljust(80)
    )
    (both := tmp_path / "both.xpt").write_bytes(first + second[240:])
    assert sheets_of(str(both), ".xpt") == [1, 2]
    written = tmp_path / "written.csv"
    tables = {}
    for number in (1, 2):
        write_sheet(str(both), str(written), number)
        tables[number] = list(csv.reader(written.open(encoding="utf-8", newline="")))
    assert tables == {
        1: [["USUBJID", "ARM"], ["P01", "left"], ["P02", ""]], 2: [["USUBJID", "AGE"], ["P02", "1"]],
    }  # fmt: skip
    assert code_of(lambda: write_sheet(str(both), str(written), 3)) == "bad_table"
    (one := tmp_path / "one.xpt").write_bytes(first)
    assert sheets_of(str(one), ".xpt") == [0]
