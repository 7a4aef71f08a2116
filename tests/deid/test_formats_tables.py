"""Workbooks, TSV and SDTM: one identity and one clock with the images; what is beside the cells never comes along."""

import io
import struct
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from deid.engine import ColumnRole, RefusedError, clean_table, sandbox, subject_key
from deid.engine.formats.moments import DayOrder, day_order, shift_text_date
from deid.engine.formats.subjects import keys_of_cells
from deid.engine.formats.tables.roles import propose_roles
from deid.engine.formats.tables.xport import ibm_float

KEY = subject_key(b"collection", "P77")
R = ColumnRole


def cleaned(content, identity, ending, columns=None, name="participant_id"):
    out = io.BytesIO()
    report = clean_table(
        io.BytesIO(content),
        out,
        columns=columns,
        identity=identity,
        subject_key_of=lambda row: subject_key(b"collection", row[name].removeprefix("sub-")),
        ending=ending,
    )
    return out.getvalue().decode(), report


def workbook(rows, more=None):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if more:
        more(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def full_of_identity(book, sheet):
    sheet["B2"].comment = Comment("Quackenbush was late", "Dr Quackenbush")
    hidden = book.create_sheet("Quackenbush key")
    hidden.append(["P77", "Quackenbush"])
    hidden.sheet_state = "hidden"
    book.properties.creator = book.properties.title = "Quackenbush"
    book.defined_names["Quackenbush"] = DefinedName("Quackenbush", attr_text="Sheet!$A$1")
    sheet.oddFooter.center.text = "Quackenbush"


def test_a_workbook_becomes_a_plain_table_with_the_clock_of_the_images(identity):
    rows = [["participant_id", "visit_date", "age", "arm", "dose", "name"],
            ["P77", datetime(2019, 3, 2), 93, "treatment", 1.5, "Quackenbush"],
            [None, None, None, None, None, None],
            ["P77", date(2019, 4, 1), 64, "control", 2, "Quackenbush"]]  # fmt: skip
    source = workbook(rows, full_of_identity)
    text, report = cleaned(source, identity, ".xlsx")
    days = identity.shift_days(KEY)
    one, other = (shift_text_date(day, days) for day in ("2019-03-02", "2019-04-01"))
    pseudonym = identity.pseudonym(KEY)
    assert text.splitlines() == [
        "participant_id,visit_date,age,arm,dose",
        f"{pseudonym},{one},90+,treatment,1.5",
        f"{pseudonym},{other},64,control,2",
    ]
    assert (date.fromisoformat(other) - date.fromisoformat(one)).days == 30
    assert report.counts == {"rows": 2, "columns": 5, "dropped_columns": 1} and report.pseudonym == pseudonym


def test_a_formula_is_never_released(identity):
    source = workbook([["participant_id", "dose"], ["P77", '=HYPERLINK("http://quackenbush","x")']])
    assert (
        cleaned(source, identity, ".xlsx", {"participant_id": R.IDENTIFIER, "dose": R.VALUE})[0]
        .splitlines()[1]
        .endswith(",")
    )


def test_serial_days_of_a_spreadsheet_stay_serial_and_keep_intervals(identity):
    source = workbook([["participant_id", "visit_date"], ["P77", 43526], ["P77", 43556]])
    lines = cleaned(source, identity, ".xlsx")[0].splitlines()[1:]
    one, other = (int(line.split(",")[1]) for line in lines)
    assert other - one == 30 and one == 43526 + identity.shift_days(KEY)


def several(book, sheet):
    book.create_sheet("more").append(["patient_id"])
    hidden = book.create_sheet("kept back")
    hidden.append(["patient_id"])
    hidden.sheet_state = "hidden"


def test_a_workbook_of_several_sheets_is_refused_with_a_way_out(identity):
    with pytest.raises(RefusedError) as refusal:
        cleaned(workbook([["participant_id"], ["P77"]], several), identity, ".xlsx")
    assert refusal.value.code == "several_sheets"
    assert "2 visible" in refusal.value.reason and "1 hidden" in refusal.value.reason


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(200 << 20))
    return out.getvalue()


def entities():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["participant_id"], ["P77"]]))) as before,
        zipfile.ZipFile(out, "w") as after,
    ):
        for name in before.namelist():
            body = before.read(name)
            if name.endswith("workbook.xml"):
                body = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + body.split(b"?>", 1)[-1]
            after.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [(bomb(), ".xlsx"), (entities(), ".xlsx"), (b"PK\x03\x04", ".xlsx"), (workbook([["participant_id"], ["P77"]])[:-60], ".xlsx"),
     (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", ".xpt"), (b"\xff\xfe", ".tsv"), (b"age\tdose\n1\t2\n", ".tsv")],
)  # fmt: skip
def test_hostile_tables_are_refused_in_the_sandbox(content, ending, tmp_path):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(RefusedError) as refusal:
        sandbox.run("clean_table_file", tmp_path / "a", tmp_path / "b", "ab" * 32, "cd" * 32, ending=ending)
    assert refusal.value.code not in {"crashed", "killed", "not_understood", "too_much_time"}


def test_participants_tsv_stays_a_tsv_with_bids_labels(identity):
    source = (
        b"participant_id\tage\tsex\tgroup\tsite_name\nsub-P77\t93\tF\tcontrol\tBrambleton\n"
        b"sub-P78\tn/a\tM\tpatient\tBrambleton\n"
    )
    text, _ = cleaned(source, identity, ".tsv")
    label = "sub-" + identity.pseudonym(KEY).replace("-", "")
    assert text.splitlines()[:2] == ["participant_id\tage\tsex\tgroup", f"{label}\t90+\tF\tcontrol"]
    assert "\tn/a\tM\tpatient" in text and "rambleton" not in text


def ibm(number):
    """Write a whole number as the IBM 370 does."""
    exponent = 64
    sign = 0x80 if number < 0 else 0
    number = abs(number)
    while number >= 1:
        number, exponent = number / 16, exponent + 1
    return bytes([sign | exponent]) + int(number * (1 << 56)).to_bytes(7, "big")


def xport(columns, rows):
    def header(name, tail=b"0" * 30):
        return b"HEADER RECORD*******%-8sHEADER RECORD!!!!!!!" % name + tail.ljust(32)

    def record(text):
        return text.ljust(80)

    place, names, widths = 0, b"", []
    for number, (name, width, shown) in enumerate(columns, 1):
        kind, size = (1, 8) if width == 0 else (2, width)
        head = (kind, 0, size, number, name.encode().ljust(8), b"label of Quackenbush".ljust(40))
        tail = (shown.encode().ljust(8), 0, 0, 0, b"", b" " * 8, 0, 0, place, b"")
        names += struct.pack(">hhhh8s40s8shhh2s8shhl52s", *head, *tail)
        widths.append((kind, size))
        place += size
    body = b""
    for row in rows:
        for (kind, size), value in zip(widths, row, strict=True):
            body += (
                (b".\0\0\0\0\0\0\0" if value is None else ibm(value))
                if kind == 1
                else value.encode().ljust(size)
            )
    body += b" " * (-len(body) % 80)
    names += b" " * (-len(names) % 80)
    return b"".join(
        [header(b"LIBRARY"), record(b"SAS     SAS     SASLIB  9.4"), record(b"Quackenbush"),
         header(b"MEMBER", b"000000000000000001600000000140"), header(b"DSCRPTR"), record(b"SAS     DM"), record(b"Quackenbush"),
         header(b"NAMESTR", b"000000%04d" % len(columns) + b"0" * 20), names, header(b"OBS"), body]
    )  # fmt: skip


DM = xport(
    [("STUDYID", 8, ""), ("USUBJID", 12, ""), ("SUBJID", 6, ""), ("RFSTDTC", 10, ""), ("BRTHDTC", 10, ""),
     ("AGE", 0, ""), ("SEX", 1, ""), ("INVNAM", 12, ""), ("EXAMDT", 0, "DATE9."), ("DOSE", 0, "")],
    [("CT", "P77", "77", "2014-03", "1921-05-06", 93, "F", "Quackenbush", 21610, -3),
     ("CT", "P77", "77", "2014-03-15", "1921", 64, "M", "Quackenbush", 21640, None)],
)  # fmt: skip


def test_sdtm_dates_stay_partial_and_agree_with_the_images(identity):
    text, _ = cleaned(DM, identity, ".xpt", name="USUBJID")
    days, pseudonym = identity.shift_days(KEY), identity.pseudonym(KEY)
    one, other = (shift_text_date(day, days) for day in ("2019-03-02", "2019-04-01"))
    assert text.splitlines() == [
        "STUDYID,USUBJID,RFSTDTC,AGE,SEX,EXAMDT,DOSE",
        f"CT,{pseudonym},{shift_text_date('2014-03', days)},90+,F,{one},-3",
        f"CT,{pseudonym},{shift_text_date('2014-03-15', days)},64,M,{other},",
    ]
    assert len(shift_text_date("2014-03", days)) == 7 and "uackenbush" not in text


@pytest.mark.parametrize("cut", [79, 500, 1000, len(DM) // 2])
def test_a_transport_file_that_ends_early_or_lies_is_refused_or_short(cut, identity):
    with pytest.raises(RefusedError):
        cleaned(DM[:cut], identity, ".xpt", name="USUBJID")


@pytest.mark.parametrize("number", [0, 1, -3, 93, 21610, 123456789])
def test_numbers_of_the_ibm_370_are_read(number):
    assert ibm_float(ibm(number) if number else bytes(8)) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014-UN-UN", "2013-UN-UN"),
        ("2014-03-UNK", "2013-03-UN"),
        ("2014---15", "2013-UN-UN"),
        ("2014-03-15T10:30", "2013-03-15T10:30"),
        ("2014-03-15Tquackenbush", ""),
        ("2014-03-UNT10:30", ""),
        ("2014-03-15 by Quackenbush", ""),
        ("15MAR2014", "15MAR2013"),
        ("2 Mar 2014", "02 Mar 2013"),
        ("15.3.2014", "15.03.2013"),
        ("2014/03/15", "2013/03/15"),
        ("03/15/2014", ""),
        ("41713", "41348"),
        ("41713.5", "41348.5"),
        ("99999999", ""),
    ],
)
def test_dates_as_people_write_them_move_in_their_own_writing(text, expected):
    assert shift_text_date(text, -365) == expected


def test_a_column_says_by_its_values_which_number_is_the_day():
    assert day_order(["03/04/2019", "03/15/2019"]) is DayOrder.MONTH_FIRST
    assert day_order(["15/03/2019", "03/04/2019"]) is DayOrder.DAY_FIRST
    assert day_order(["03/04/2019"]) is day_order(["13/04/2019", "04/13/2019"]) is DayOrder.UNKNOWN
    assert shift_text_date("03/04/2019", -365, DayOrder.MONTH_FIRST) == "03/04/2018"
    assert shift_text_date("03/04/2020", 1, DayOrder.DAY_FIRST) == "04/04/2020"


def test_roles_proposed_for_a_table_keep_no_people():
    header = [
        "USUBJID",
        "SUBJID",
        "AGE",
        "AGEU",
        "SITEID",
        "INVNAM",
        "BRTHDTC",
        "RFSTDTC",
        "ARM",
        "initials",
        "surgeon",
        "AVAL",
    ]
    row = [
        "P77",
        "77",
        "64",
        "YEARS",
        "001",
        "Quackenbush",
        "1950-01-01",
        "2014-03",
        "placebo",
        "QA",
        "Quackenbush",
        "3.5",
    ]
    assert propose_roles(header, [row]) == [
        R.IDENTIFIER, R.DROP, R.AGE, R.CODE, R.DROP, R.DROP, R.DROP, R.DATE, R.CODE, R.DROP, R.DROP, R.VALUE,
    ]  # fmt: skip
    assert propose_roles(["patient_id", "USUBJID"], [["1", "2"]]) == [R.IDENTIFIER, R.DROP]


def test_an_identifier_that_begins_with_study_and_site_is_the_subject_that_images_know():
    def key_of(subject):
        return subject_key(b"collection", subject)

    cells = ["TRIAL7-01-P77", "TRIAL7-P78", "P79", "TRIAL7-P80", "TRIAL8-P81", "TRIAL9-P81", "7"]
    known = {key_of(patient) for patient in ("P77", "P78", "P79", "01-P77", "P81", "7")}
    assert keys_of_cells(cells, key_of, known) == {
        "TRIAL7-01-P77": key_of("01-P77"),
        "TRIAL7-P78": key_of("P78"),
        "P79": key_of("P79"),
        "TRIAL7-P80": key_of("TRIAL7-P80"),
        "TRIAL8-P81": key_of("TRIAL8-P81"),
        "TRIAL9-P81": key_of("TRIAL9-P81"),
        "7": key_of("7"),
    }


def test_a_cell_may_be_the_label_of_a_patient_but_no_other_writing_of_an_identifier():
    patients = {"01": "MRN77", "pat0012": "PAT-0012", "111": "11-1"}
    keys = keys_of_cells(
        ["sub-01", "Pat0012", "1-11", "111", "99"], str, {"MRN77", "PAT-0012", "11-1"}, patients
    )
    assert keys == {"01": "MRN77", "Pat0012": "PAT-0012", "1-11": "1-11", "111": "11-1", "99": "99"}
    assert keys_of_cells(["PAT-0012", "PAT0012"], str, {"PAT-0012"}, patients) == {
        "PAT-0012": "PAT-0012",
        "PAT0012": "PAT0012",
    }


def test_what_images_state_of_a_subject_leaves_the_text_of_its_rows(tmp_path):
    (tmp_path / "a.csv").write_text(
        "USUBJID,FINDINGS\nTRIAL7-P77,mass seen by Hill in the liver\nTRIAL7-P78,Hill sign\n"
    )
    sandbox.run(
        "clean_table_file",
        tmp_path / "a.csv",
        tmp_path / "b.csv",
        "ab" * 32,
        b"collection".hex(),
        columns={"USUBJID": "identifier", "FINDINGS": "free_text"},
        people={KEY: ["Hill^Rose"]},
        ending=".csv",
    )
    mine, other = [line.split(",")[1] for line in (tmp_path / "b.csv").read_text().splitlines()[1:]]
    assert mine == "mass seen by in the liver" and other == "Hill sign"
