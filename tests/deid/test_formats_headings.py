"""Names of columns leave without the names of people in them; what they measure stays."""

import io

import pytest

from deid.engine import ColumnRole, Identity, clean_table

IDENTITY = Identity(bytes(32))


def heading(names, cells, known=(), **more):
    """Return the names of the columns behind the subject's of a table that is cleaned."""
    out = io.BytesIO()
    source = io.BytesIO(f"patient_id,{names}\nP77,{cells}\n".encode())
    clean_table(
        source, out, **{"columns": None, **more}, identity=IDENTITY, subject_key_of=lambda row: row["patient_id"],
        known_values_of=lambda _key: known,
    )  # fmt: skip
    return out.getvalue().decode().splitlines()[0].split(",")[1:]


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("Score Dr Thornbury", "Score"), ("Prof. Steenkamp reading", "reading"), ("score Grimwade", "score"),
        ("Böhmermann left", "left"), ("boehmermann_volume", "volume"), ("Boehmermann", "column 2"),
        ("Größe (cm)", "Größe (cm)"), ("Hämoglobin", "Hämoglobin"), ("systolic_blood_pressure", "systolic_blood_pressure"),
        ("mmse", "mmse"), ("Karnofsky score", "Karnofsky score"),
    ],
)  # fmt: skip
def test_a_column_loses_the_name_of_a_person_and_keeps_what_it_measures(name, after):
    assert heading(name, "3.5", ["Böhmermann^Lise"]) == [after]


def test_who_stands_in_a_dropped_column_is_in_no_name_of_a_column_either():
    assert heading("reader,volume_vogelsang", "Vogelsang,3.5") == ["volume"]


def test_two_columns_that_would_be_called_alike_are_told_apart():
    assert heading("Score Dr Thornbury,Score Dr Grimwade", "3,4") == ["Score", "column 3"]


def test_names_that_a_person_declared_stay():
    columns = {"patient_id": ColumnRole.IDENTIFIER, "Score Thornbury": ColumnRole.VALUE}
    assert heading("Score Thornbury", "3", columns=columns) == ["Score Thornbury"]


def rows_of(header, lines, known=()):
    """Return the rows of a table that is cleaned, without its header and the subject's column."""
    out = io.BytesIO()
    clean_table(
        io.BytesIO("\n".join([header, *lines, ""]).encode()), out, columns=None, identity=IDENTITY,
        subject_key_of=lambda row: row["patient_id"], known_values_of=lambda _key: known,
    )  # fmt: skip
    return [line.split(",")[1:] for line in out.getvalue().decode().splitlines()[1:]]


def test_a_code_behind_the_rows_that_were_looked_at_is_cleaned_as_text():
    lines = [f"P77,{'AB'[n % 2]}" for n in range(600)]
    rows = rows_of("patient_id,arm", [*lines, "P77,Quackenbush", "P77,placebo", "P77,B"])
    assert rows[-3:] == [[""], ["placebo"], ["B"]]


def test_a_number_of_the_subject_is_no_measurement():
    lines = ["P77,1", "P77,33725522", "P77,2.5"]
    assert rows_of("patient_id,value", lines, ["33725522"]) == [["1"], [""], ["2.5"]]


def test_a_birth_date_that_images_tell_is_not_told_by_a_column_of_any_name():
    lines = ["P77,1952-07-16", "P77,2016-05-13", "P77,16.07.1952"]
    rows = rows_of("patient_id,first_date", lines, ["19520716"])
    assert rows[0] == [""] and rows[2] == [""] and rows[1][0].startswith("20")


@pytest.mark.parametrize(
    ("header", "cell", "after"),
    [
        ("age_months", "700", "700"), ("age_months", "1085", "1080+"), ("age (weeks)", "230", "230"), ("age", "91", "90+"),
        ("AGE,AGEU", "130,MONTHS", "130"), ("AGE,AGEU", "91,YEARS", "90+"), ("age_in_days", "36000", "32872+"),
        ("age_at_scan", "45.5", "45.5"), ("age_in_months_at_scan", "700", "700"),
        ("age_at_day_of_consent", "95", "90+"), ("age_day_1", "95", "90+"), ("age_mesure", "95", "90+"),
    ],
)  # fmt: skip
def test_ages_in_months_weeks_and_days_are_grouped_by_their_own_unit(header, cell, after):
    assert rows_of(f"patient_id,{header}", [f"P77,{cell}"])[0][0] == after
