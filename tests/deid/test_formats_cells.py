"""Tables: which role a column is taken for, what each cell comes to, and which table is refused."""

import csv
import io
from datetime import date, datetime, time

import openpyxl
import pytest

from deid.engine import ColumnRole, Identity, RefusedError, clean_table
from deid.engine.formats.tables.cleaning import read_sample
from deid.engine.formats.tables.fields import harmless
from deid.engine.formats.tables.roles import propose_role, propose_roles
from deid.engine.formats.tables.workbooks import as_text

pytestmark = pytest.mark.filterwarnings("ignore")
IDENTITY = Identity(bytes(32), shift_range_days=(10, 10))
PSEUDONYM = IDENTITY.pseudonym("s")
R = ColumnRole


def code_of(act, *given, **more) -> str:
    try:
        act(*given, **more)
    except RefusedError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("patient_id", ["1"], R.IDENTIFIER), ("Subject", ["1"], R.IDENTIFIER), ("participants no", ["1"], R.IDENTIFIER),
        ("USUBJID", ["1"], R.IDENTIFIER),
        ("birth_date", ["2019-01-01"], R.DROP), ("dob", ["2019-01-01"], R.DROP), ("BRTHDTC", ["1961"], R.DROP),
        ("surname", ["x"], R.DROP), ("e-mail", ["x"], R.DROP),
        ("SITEID", ["1"], R.DROP), ("remarks", ["arm"], R.DROP), ("age", ["45"], R.AGE), ("age_years", ["45"], R.AGE),
        ("AGEU", ["years"], R.CODE), ("age unit", ["years"], R.CODE),
        ("dose", ["1.5", "-2e3"], R.VALUE), ("dose", ["1,5"], R.VALUE), ("dose", ["n/a", "NaN", "", "2"], R.VALUE),
        ("dose", ["1.5", "much"], R.DROP), ("visit", ["20190302"], R.DATE),
        ("visit", ["20190302", "2019030"], R.VALUE), ("visit", ["2019-03-02", "2.3.2019", "2 Mar 2019"], R.DATE),
        ("visit date", ["1.5"], R.DATE), ("RFSTDTC", ["x"], R.DATE),
        ("visit date", [], R.DATE), ("arm", ["placebo", "active"], R.CODE), ("arm", ["Quackenbush"], R.DROP),
        ("arm", ["QX", "A"], R.CODE), ("arm", ["QXZ"], R.DROP), ("arm", [], R.DROP),
        ("arm", ["", "n/a"], R.DROP), ("arm", ["placebo " * 3], R.CODE), ("arm", ["placebo " * 3 + "arm"], R.FREE_TEXT),
        ("arm", [chr(65 + n) for n in range(20)], R.CODE),
        ("arm", [chr(65 + n) for n in range(21)], R.DROP),
    ],
)  # fmt: skip
def test_a_column_is_taken_for_what_its_name_and_values_say(name, values, role):
    assert propose_role(name, values) is role


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("kenn", ["4711234567", "4711234999"], R.DROP),
        ("kenn", ["4711234567", "4711234567", "4711234567"], R.DROP),
        ("kenn", ["00471", "12345"], R.DROP),
        ("taken", ["1554336000", "1554422400"], R.DROP),
        ("kenn", ["1234567", "7654321"], R.DROP),
        ("kenn", ["123456", "654321"], R.VALUE),
        ("kenn", ["1234567", "54321"], R.VALUE),
        ("kenn", ["1234567.5", "7654321.5"], R.VALUE),
        ("kenn", ["0", "12"], R.VALUE),
        ("xyz", ["20190304", "20190405"], R.DATE),
        ("brainVolume", ["1234567", "1334567"], R.VALUE),
        ("injected_dose", ["370000000", "368000000"], R.VALUE),
    ],
)
def test_long_numbers_under_unknown_names_are_taken_for_numbers_of_people(name, values, role):
    assert propose_role(name, values) is role


def test_one_column_names_the_subject_and_plain_names_go_first():
    assert propose_roles(["USUBJID", "SUBJID", "dose"], [["1", "2", "3"]]) == [R.IDENTIFIER, R.DROP, R.VALUE]
    assert propose_roles(["SUBJID", "USUBJID"], []) == [R.DROP, R.IDENTIFIER]
    assert propose_roles(["USUBJID", "patient_id"], []) == [R.DROP, R.IDENTIFIER]
    assert propose_roles(["MRN", "SUBJID"], []) == [R.DROP, R.IDENTIFIER]
    assert propose_roles(["dose"], [["1"]]) == [R.VALUE]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "TRUE"), (False, "FALSE"), (datetime(2019, 3, 2), "2019-03-02"),
        (datetime(2019, 3, 2, 10, 11), "2019-03-02T10:11:00"), (date(2019, 3, 2), "2019-03-02"),
        (time(10, 11), "10:11:00"), (2.0, "2"), (2.5, "2.5"), (1e15, "1000000000000000.0"), (-3.0, "-3"), (7, "7"), ("x", "x"),
    ],
)  # fmt: skip
def test_a_cell_is_written_as_text_has_it(value, text):
    assert as_text(value) == text


def workbook(*sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, (rows, state) in enumerate(sheets):
        sheet = book.create_sheet(f"s{number}")
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("sheets", "rows"),
    [
        ([([["a", "b"], [1, None], [None, None], [None, 2]], "visible")], [["a", "b"], ["1", ""], ["", "2"]]),
        ([([["a", None], [1, None]], "visible")], [["a"], ["1"]]),
        ([([["a"]], "hidden"), ([["b"], [1]], "visible")], [["b"], ["1"]]), ([([], "visible"),
        ([["b"], [1]], "visible")], [["b"], ["1"]]),
        ([([["a"]], "visible"), ([["b"]], "visible")], "several_sheets"), ([([], "visible")], "several_sheets"),
        ([([["a"], [1, 2]], "visible")], "bad_table"),
        ([([["a", "a"]], "visible")], "bad_table"), ([([["a"], [1]], "hidden"), ([], "visible")], "several_sheets"),
    ],
)  # fmt: skip
def test_the_one_visible_sheet_of_a_workbook_is_its_table(sheets, rows):
    read = lambda: read_sample(io.BytesIO(workbook(*sheets)), ".xlsx")  # noqa: E731
    if isinstance(rows, str):
        assert code_of(read) == rows
    else:
        header, sample, count = read()
        assert [header, *sample] == rows and count == len(rows) - 1


@pytest.mark.parametrize(
    "content",
    [
        "Größe;Diagnose, kurz;x\n1,5;ja;2\n".encode("cp1252"),
        "Größe\tDiagnose, kurz\tx\n1,5\tja\t2\n".encode("utf-16"),
        '\ufeffGröße;"Diagnose, kurz";x\n1,5;ja;2\n'.encode(),
        'Größe|"Diagnose, kurz"|x\n1,5|ja|2\n'.encode("utf-16-be").join([b"\xfe\xff", b""]),
    ],
    ids=range(4),
)
def test_a_table_is_read_as_spreadsheets_of_other_countries_write_it(content):
    assert read_sample(io.BytesIO(content), ".csv") == (
        ["Größe", "Diagnose, kurz", "x"],
        [["1,5", "ja", "2"]],
        1,
    )


@pytest.mark.parametrize(
    ("content", "ending", "code"),
    [
        (b"", ".csv", "bad_table"), (b"a,b\n1\n", ".csv", "bad_table"), (b"a,a\n", ".csv", "bad_table"),
        (b"a\n\xff\n", ".csv", ""), (b"a\n\x81\n", ".csv", "bad_table"), (b'a\n"b\n', ".csv", "bad_table"),
        (b"a,b\n1,2\n", ".csv", ""), (b"a\tb\n1\t2\n", ".tsv", ""), (b"a,b\n", ".ods", "unsupported"),
        (b"x", ".xlsx", "bad_table"), (b"\xef\xbb\xbfa,b\n1,2\n", ".csv", ""),
        (b"a\n" + b"x" * (1 << 20) + b"\n", ".csv", ""), (b"a\n" + b"x" * ((1 << 20) + 1) + b"\n", ".csv", "bad_table"),
        (",".join(f"c{n}" for n in range(10_000)).encode(), ".csv", ""),
        (",".join(f"c{n}" for n in range(10_001)).encode(), ".csv", "bad_table"),
    ],
    ids=range(15),
)  # fmt: skip
def test_a_table_has_a_header_and_even_rows(content, ending, code):
    assert code_of(read_sample, io.BytesIO(content), ending) == code
    if not code and content.startswith(b"\xef"):
        assert read_sample(io.BytesIO(content), ending) == (["a", "b"], [["1", "2"]], 1)


@pytest.mark.parametrize(
    ("text", "written"),
    [("=1+1", "'=1+1"), ("+x", "'+x"), ("-x", "'-x"), ("@x", "'@x"), (" =x", "' =x"), ("|x", "'|x"), ("＝x", "'＝x"),
        ("-1.5", "-1.5"), ("+2e3", "+2e3"), ("a=b", "a=b"), ("", "")],
)  # fmt: skip
def test_no_cell_is_taken_for_a_formula(text, written):
    assert harmless(text) == written


ROLES = {
    "id": R.IDENTIFIER,
    "when": R.DATE,
    "age": R.AGE,
    "note": R.FREE_TEXT,
    "code": R.CODE,
    "dose": R.VALUE,
    "gone": R.DROP,
}


def table(rows, *, ending=".csv", columns=ROLES, **more):
    out, source = io.BytesIO(), io.StringIO()
    separator = "\t" if ending == ".tsv" else ","
    csv.writer(source, delimiter=separator, lineterminator="\n").writerows(rows)
    report = clean_table(
        io.BytesIO(source.getvalue().encode()), out, columns=columns, identity=IDENTITY,
        subject_key_of=lambda row: row["id"].removeprefix("sub-"), ending=ending, **more,
    )  # fmt: skip
    return out.getvalue().decode(), report


def test_each_field_is_cleaned_by_the_role_of_its_column():
    row = ["s", "2019-03-02", "95", "seen with Zolvart on 2019-03-02", "arm Zolvart", " 1.5 ", "Zolvart"]
    text, report = table([[*ROLES, "undeclared"], [*row, "x"]])
    assert (
        text == f"id,when,age,note,code,dose\n{PSEUDONYM},2019-03-12,90+,seen with on 2019-03-12,arm  ,1.5\n"
    )
    assert report.counts == {"rows": 1, "columns": 6, "dropped_columns": 2} and report.pseudonym == PSEUDONYM
    other, report = table([list(ROLES), row, ["t", "", "n/a", "n/a", "n/a", "high", ""]])
    assert other.splitlines()[2] == f"{IDENTITY.pseudonym('t')},,n/a,n/a,n/a,high" and report.pseudonym == ""
    assert table([list(ROLES)])[1].counts == {"rows": 0, "columns": 6, "dropped_columns": 1}


def test_a_tsv_keeps_the_labels_of_bids_and_a_csv_does_not():
    label = f"sub-{PSEUDONYM.replace('-', '')}"
    rows = [["id", "dose"], ["sub-s", "1"], ["s", "2"]]
    assert table(rows, ending=".tsv")[0] == f"id\tdose\n{label}\t1\n{PSEUDONYM}\t2\n"
    assert table(rows)[0] == f"id,dose\n{PSEUDONYM},1\n{PSEUDONYM},2\n"
    assert table(rows, written=".tsv")[0] == f"id\tdose\n{label}\t1\n{PSEUDONYM}\t2\n"


def test_without_declared_columns_a_table_must_name_its_subject():
    assert code_of(table, [["id", "dose"], ["s", "1"]], columns=None) == "bad_table"
    out = io.BytesIO()
    source = io.BytesIO(b"patient_id,dose,name\ns,1,x\n")
    clean_table(source, out, columns=None, identity=IDENTITY, subject_key_of=lambda row: row["patient_id"])
    assert out.getvalue().decode() == f"patient_id,dose\n{PSEUDONYM},1\n"


def test_a_date_late_in_a_column_is_read_by_the_order_that_its_beginning_proves():
    rows = [["id", "when"], *([["s", "25/12/2019"]] * 3), *([["s", "02/03/2019"]] * 600)]
    assert table(rows)[0].splitlines()[-1] == f"{PSEUDONYM},12/03/2019"
    assert read_sample(io.BytesIO(b"a\n" + b"1\n" * 700), ".csv")[2] == 700


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("MRN", ["77123"], R.IDENTIFIER), ("Pat.-Nr.", ["1"], R.IDENTIFIER), ("Patientennummer", ["1"], R.IDENTIFIER),
        ("numéro de patient", ["1"], R.IDENTIFIER), ("Hospital No", ["1"], R.IDENTIFIER), ("pattern no", ["1"], R.VALUE),
        ("Alter", ["93"], R.AGE), ("PatientAge", ["93"], R.AGE), ("age(y)", ["93"], R.AGE), ("Edad", ["93"], R.AGE),
        ("voltage", ["93"], R.VALUE), ("Geburtsdatum", ["1961-02-03"], R.DROP), ("fecha_nacimiento", ["1961-02-03"], R.DROP),
        ("PLZ", ["79100"], R.DROP), ("Fall-Nr", ["4711"], R.DROP), ("falls", ["2"], R.VALUE),
        ("Téléphone", ["612345678"], R.DROP), ("Ålder", ["93"], R.AGE), ("Födelsedatum", ["1961-02-03"], R.DROP),
        ("homePhone", ["5550199"], R.DROP),
    ],
)  # fmt: skip
def test_names_of_columns_are_known_in_other_languages_and_written_together(name, values, role):
    assert propose_role(name, values) is role


def test_a_column_of_names_of_people_gives_way_to_their_numbers():
    row = ["Ada Quackenbush", "P77", "2"]
    assert propose_roles(["Patient", "MRN", "dose"], [row]) == [R.DROP, R.IDENTIFIER, R.VALUE]
    assert propose_roles(["Patient", "USUBJID", "dose"], [row]) == [R.DROP, R.IDENTIFIER, R.VALUE]
    assert propose_roles(["Patient", "MRN"], [["P77", "123"]]) == [R.IDENTIFIER, R.DROP]
