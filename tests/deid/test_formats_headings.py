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
