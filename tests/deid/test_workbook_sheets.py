"""Workbooks of several sheets: each visible one that names subjects is a table of its own, others are left out."""

import csv
import io
import json

import openpyxl
import pytest

from deid.engine import RefusedError
from deid.engine.__main__ import main
from deid.engine.formats.tables.rows import rows_of
from deid.engine.formats.tables.sheets import sheets_of, write_sheet
from deid.engine.whose.links import rows_of_identifiers

PEOPLE = [["patient_id", "subject_id", "age"], ["P1", "S-1", 61], ["P2", "S-2", 93]]
VISITS = [["subject_id", "visit_date", "score"], ["S-1", "2019-03-04", 7], ["S-1", "2019-04-03", 8]]
NOTES = [["Who to call"], ["Dr. Okonkwo"]]


def workbook(*sheets, hidden=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Okonkwo {number}")
        sheet.sheet_state = "hidden" if number in hidden else "visible"
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def run(tmp_path, files, *more):
    source, key = tmp_path / "in", tmp_path / "key"
    source.mkdir(exist_ok=True)
    key.write_bytes(bytes(range(32)))
    for name, content in files.items():
        (source / name).write_bytes(content)
    where = [
        str(source),
        str(tmp_path / "out"),
        "--key-file",
        str(key),
        "--report",
        str(tmp_path / "report.json"),
    ]
    status = main([*where, "--profile", "research", "--pixels", "keep", *more])
    return status, json.loads((tmp_path / "report.json").read_text())


def rows_at(tmp_path, entry):
    return list(csv.DictReader(io.StringIO((tmp_path / "out" / entry["output"]).read_text("utf-8-sig"))))


def test_each_sheet_of_subjects_becomes_a_table_with_one_pseudonym_and_clock(tmp_path):
    status, report = run(tmp_path, {"trial.xlsx": workbook(PEOPLE, NOTES, VISITS)})
    entry = report["files"]["trial.xlsx"]
    assert status == 0 and entry["counts"]["rows"] == 4
    (left_out,) = entry["left_out_sheets"]
    assert left_out.startswith("Sheet 2: No column names the subject.")
    people, (visits,) = rows_at(tmp_path, entry), (rows_at(tmp_path, one) for one in entry["sheets"])
    first = people[0]["patient_id"]
    assert first.startswith("T-") and [row["subject_id"] for row in visits] == [first, first]
    days = [tuple(map(int, row["visit_date"].split("-"))) for row in visits]
    assert days[0] != (2019, 3, 4) and people[1]["age"] == "90+"
    written = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.csv")}
    assert written == {entry["output"], entry["sheets"][0]["output"]}
    assert not [
        path for path in (tmp_path / "out").rglob("*") if path.is_file() and b"Okonkwo" in path.read_bytes()
    ]


def test_a_second_run_replaces_the_tables_of_all_sheets(tmp_path):
    _, before = run(tmp_path, {"trial.xlsx": workbook(PEOPLE, VISITS)})
    status, after = run(tmp_path, {"trial.xlsx": workbook(PEOPLE)}, "--replace")
    assert status == 0 and "sheets" not in after["files"]["trial.xlsx"]
    assert (
        len(list((tmp_path / "out").rglob("*.csv"))) == 1
        and len(before["files"]["trial.xlsx"]["sheets"]) == 1
    )


def test_a_workbook_without_any_table_of_subjects_is_refused_with_the_reason(tmp_path):
    _, report = run(tmp_path, {"notes.xlsx": workbook(NOTES, NOTES)})
    entry = report["files"]["notes.xlsx"]
    assert entry["refused"] == "bad_table"
    assert "None of its 2 sheets" in entry["reason"] and "No column names the subject" in entry["reason"]
    assert "Okonkwo" not in json.dumps(report)


def test_a_sheet_that_is_hidden_or_empty_is_none(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(PEOPLE, VISITS, [], hidden=[1]))
    assert sheets_of(str(path), ".xlsx") == [0]
    path.write_bytes(workbook(PEOPLE, [], VISITS))
    assert sheets_of(str(path), ".xlsx") == [1, 2]
    assert sheets_of(str(tmp_path / "none.csv"), ".csv") == [0]


@pytest.mark.parametrize("name", ["age; at entry", 'so-called "age"', "age\nin years", "age\tin years"])
def test_a_sheet_is_written_as_its_rows_are(tmp_path, name):
    path, target = tmp_path / "book.xlsx", tmp_path / "sheet.csv"
    rows = [["patient_id", name, "a;b;c;d"], ["P1", "6,5", " x "], ["P2", None, 'said "no"\nthen yes']]
    path.write_bytes(workbook(NOTES, rows))
    write_sheet(str(path), str(target), 2)
    with target.open("rb") as file:
        header, read = rows_of(file, ".csv")
        assert [header, *read] == [[cell or "" for cell in row] for row in rows]


def test_all_sheets_say_who_is_who(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(VISITS, PEOPLE))
    pairs = [dict(row) for row in rows_of_identifiers(str(path), ending=".xlsx")]
    assert {"patient_id": "P1", "subject_id": "S-1"} in pairs


def test_what_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(RefusedError, match="no workbook"):
        sheets_of(str(path), ".xlsx")
