import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.engine import ColumnRole, Identity, UnreadableError, clean_table, subject_key
from deid.engine.formats.ages import group_age
from deid.engine.formats.moments import shift_text_date
from deid.engine.formats.tables.fields import harmless

ROLES = {
    "id": ColumnRole.IDENTIFIER,
    "seen": ColumnRole.DATE,
    "age": ColumnRole.AGE,
    "note": ColumnRole.FREE_TEXT,
    "arm": ColumnRole.CODE,
    "dose": ColumnRole.VALUE,
    "name": ColumnRole.DROP,
}


def cleaned(text: str, identity: Identity) -> tuple[list[str], dict]:
    out = io.BytesIO()
    report = clean_table(
        io.BytesIO(text.encode()),
        out,
        columns=ROLES,
        identity=identity,
        subject_key_of=lambda row: subject_key(b"collection", row["id"]),
    )
    return out.getvalue().decode().splitlines(), dict(report.counts)


def test_each_column_is_cleaned_by_its_role(identity):
    lines, counts = cleaned(
        "id,seen,age,note,arm,dose,name,extra\n"
        'P77,2019-03-02,93,"Quackenbush P77 well on 2019-03-05, MRN: 12",A,-1.5,Quackenbush,secret\n',
        identity,
    )
    key = subject_key(b"collection", "P77")
    day = shift_text_date("2019-03-02", identity.shift_days(key))
    note = f"well on {shift_text_date('2019-03-05', identity.shift_days(key))}"
    assert lines[0] == "id,seen,age,note,arm,dose"
    assert lines[1] == f"{identity.pseudonym(key)},{day},90+,{note},A,-1.5"
    assert counts == {"rows": 1, "columns": 6, "dropped_columns": 2}


def test_a_subject_has_the_same_pseudonym_and_clock_as_in_its_images(identity, clean):
    import pydicom
    from pydicom.data import get_testdata_file

    from tests.deid.conftest import wheel_file

    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    key = subject_key(b"collection", ds.PatientID)
    source = wheel_file("CT_small.dcm")
    after = clean(source, subject_key=key)[0]
    lines, _ = cleaned(f"id,seen\n{ds.PatientID},{ds.StudyDate}\n", identity)
    assert lines[1] == f"{after.PatientID},{after.StudyDate}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019", "2018"),
        ("2019-03", "2018-03"),
        ("2019-03-02", "2018-03-02"),
        ("20190302", "20180302"),
        ("2019-03-02T10:11:12", "2018-03-02T10:11:12"),
        ("soon", ""),
        ("2019-13-02", ""),
        ("", ""),
    ],
)
def test_dates_stay_as_partial_as_they_were(text, expected):
    assert shift_text_date(text, -365) == expected


@given(st.dates(min_value=__import__("datetime").date(1900, 1, 1)), st.integers(-3650, -365))
def test_intervals_between_dates_are_kept(day, shift):
    import datetime

    moved = datetime.date.fromisoformat(shift_text_date(day.isoformat(), shift))
    assert moved - day == datetime.timedelta(days=shift)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("89", "89"), ("90", "90+"), ("101 years", "90+"), ("old", ""), ("90+", "90+"), ("7.5", "7.5")],
)
def test_ages_over_89_are_grouped(text, expected):
    assert group_age(text) == expected


@pytest.mark.parametrize("text", ["=1+1", "+cmd|x", "-x", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "|calc"])
def test_formulas_are_neutralised(text):
    assert harmless(text).startswith("'")


def test_negative_numbers_stay_numbers():
    assert harmless("-1.5e3") == "-1.5e3"


@pytest.mark.parametrize("text", ["", "id,id\n1,2\n", "id,seen\n1\n", 'id,seen\n"1,2\n'])
def test_a_table_that_is_none_is_refused(text, identity):
    with pytest.raises(UnreadableError):
        cleaned(text, identity)
