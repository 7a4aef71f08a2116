"""Where a workbook or a text is too much or another than it seems: at the limit it is read, beyond it is refused."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font

from deid.engine import ColumnRole, RefusedError
from deid.engine.formats.tables import workbooks
from deid.engine.formats.tables.roles import propose_roles
from deid.engine.formats.tables.rows import separator_of
from deid.engine.formats.tables.workbooks import workbook_rows


def workbook(more=lambda book: None) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    more(book)
    book.active.append(["patient_id", "value"])
    book.active.append(["P1", 2])
    book.save(out)
    return out.getvalue()


BOOK = workbook()
MEMBERS = zipfile.ZipFile(io.BytesIO(BOOK)).infolist()
TOTAL, PACKED = sum(one.file_size for one in MEMBERS), sum(one.compress_size for one in MEMBERS)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({}, ""), ({"MOST_MEMBERS": len(MEMBERS)}, ""), ({"MOST_MEMBERS": len(MEMBERS) - 1}, "zip_bomb"),
        ({"LARGEST_MEMBER": TOTAL}, ""), ({"LARGEST_MEMBER": TOTAL - 1}, "zip_bomb"),
        ({"MOST_RATIO": 0, "SMALL": TOTAL}, ""), ({"MOST_RATIO": 0, "SMALL": TOTAL - 1}, "zip_bomb"),
        ({"MOST_RATIO": 1, "SMALL": TOTAL - PACKED}, ""), ({"MOST_RATIO": 1, "SMALL": TOTAL - PACKED - 1}, "zip_bomb"),
    ],
)  # fmt: skip
def test_a_workbook_is_read_up_to_its_limits_and_refused_beyond(monkeypatch, limits, code):
    for name, value in limits.items():
        monkeypatch.setattr(workbooks, name, value)
    try:
        rows, refused = list(workbook_rows(io.BytesIO(BOOK))), ""
    except RefusedError as error:
        rows, refused = [["patient_id", "value"], ["P1", "2"]], error.code
    assert refused == code and rows == [["patient_id", "value"], ["P1", "2"]]


@pytest.mark.parametrize(("flags", "code"), [(0, ""), (1, "encrypted"), (2, ""), (3, "encrypted"), (8, "")])
def test_a_locked_workbook_is_refused_as_such(flags, code):
    """APPNOTE 4.4.4: bit 0 says that a member is encrypted."""
    content = bytearray(BOOK)
    content[content.index(b"PK\1\2") + 8] = flags
    try:
        workbooks._require_harmless(io.BytesIO(bytes(content)))
    except RefusedError as error:
        assert error.code == code
    else:
        assert code == ""


@pytest.mark.parametrize(
    "content",
    ["a;caf\u00e9".encode("cp1252"), "a;caf\u00e9".encode(), "a;caf\u00e9".encode("utf-8-sig"), "a;caf\u00e9".encode("utf-16"),
     b"\xfe\xff" + "a;caf\u00e9".encode("utf-16-be"), "a;\u00e9\u00e9\nx;y".encode("cp1252")],
)  # fmt: skip
def test_the_separator_is_found_however_the_text_is_coded_and_wherever_it_ends(content):
    source = io.BytesIO(content)
    assert separator_of(source, ".csv") == ";" and source.tell() == 0


@pytest.mark.parametrize(
    ("header", "values", "subject"),
    [
        (["subjid", "usubjid"], ["1", "2"], "usubjid"), (["mrn", "subjid"], ["1", "2"], "subjid"),
        (["usubjid", "patient_id"], ["1", "2"], "patient_id"), (["patient", "mrn"], ["Quackenbush", "7"], "mrn"),
        (["mrn", "patient"], ["7", "P7"], "patient"), (["patient", "subject_id"], ["P7", "8"], "patient"),
        (["patient", "subject_id"], ["Quackenbush", "8"], "subject_id"), (["patient", "subject_id"], ["", "8"], "patient"),
        (["mrn", "usubjid", "subjid", "patient_id"], ["1", "2", "3", "4"], "patient_id"),
    ],
)  # fmt: skip
def test_of_several_columns_that_name_the_subject_the_one_that_is_surest_does(header, values, subject):
    roles = propose_roles(header, [values])
    assert [name for name, role in zip(header, roles, strict=True) if role is ColumnRole.IDENTIFIER] == [
        subject
    ]
    assert roles.count(ColumnRole.DROP) == len(header) - 1


def add_chart(book) -> None:
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=2))
    book.create_chartsheet().add_chart(chart)


def add_formats(book) -> None:
    book.create_sheet("formatted")["B2"].font = Font(bold=True)


@pytest.mark.parametrize("more", [add_chart, add_formats, lambda book: book.create_sheet("empty")])
def test_a_sheet_that_holds_nothing_is_none_of_several(more):
    assert list(workbook_rows(io.BytesIO(workbook(more)))) == [["patient_id", "value"], ["P1", "2"]]
    with pytest.raises(RefusedError) as refused:
        list(workbook_rows(io.BytesIO(workbook(lambda book: book.create_sheet("other").append([0])))))
    assert refused.value.code == "several_sheets"
