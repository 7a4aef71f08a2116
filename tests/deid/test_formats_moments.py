"""Days as people and programs write them in tables, arrays and text: none stays where it was, whatever its column is called."""

import io

import h5py
import numpy as np
import pytest

from deid.engine import ColumnRole, Identity, clean_table
from deid.engine.formats.moments import shift_text_date
from deid.engine.formats.raw.hdf5 import clean_hdf5
from deid.engine.formats.tables.roles import propose_role
from deid.engine.text.cleaning import TextCleaner

IDENTITY = Identity(bytes(range(32)), shift_range_days=(-366, -366))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def column(name, *values):
    """Return what is left of a column called *name*, and nothing where it is gone."""
    rows = [f"{number},{value}" for number, value in enumerate(values)]
    source, out = io.BytesIO("\n".join([f"patient_id,{name}", *rows]).encode()), io.BytesIO()
    clean_table(source, out, columns=None, identity=IDENTITY, subject_key_of=lambda row: row["patient_id"])
    return [line.partition(",")[2] for line in out.getvalue().decode().splitlines()[1:]]


@pytest.mark.parametrize("name", ["acq_time", "ts", "admit", "created", "xyz"])
@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("2021-03-17T10:15:00Z", "2020-03-16T10:15:00Z"), ("2021-03-17T10:15:00.123Z", "2020-03-16T10:15:00.123Z"),
        ("17/03/2021 03:15 PM", "16/03/2020 03:15 PM"), ("2021-W11", "2020-W11"), ("Q1 2021", "Q1 2020"),
        ("2021-Q3", "2020-Q2"), ("03/2021", "02/2020"), ("March 2021", "February 2020"), ("UN-Mar-2021", "UN-Feb-2020"),
        ("UN-UNK-2021", "UN-UNK-2020"), ("UN/03/2021", "UN/02/2020"), ("UNMAR2021", "UNFEB2020"), ("--/03/2021", "'--/02/2020"),
        ("17/03/21", "16/03/20"), ("17-Mar-21", "16-Mar-20"), ("17 Mar", ""),
    ],
)  # fmt: skip
def test_a_day_moves_whatever_its_column_is_called(name, written, moved):
    assert column(name, written, written) == [moved, moved]


def test_days_among_words_and_days_that_come_late_move_too():
    assert column("end", "2021-03-17", "ongoing") == ["2020-03-16", ""]
    assert column("stage", *["mild"] * 600, "2021-03-17")[-1] == "2020-03-16"


def test_unknown_days_of_every_month_are_treated_alike():
    moved = [shift_text_date(f"UN-{name}-2021", -366) for name in MONTHS]
    assert moved == [f"UN-{name}-2020" for name in ("Jan", "Feb", *MONTHS[1:-1])]
    assert all(column("onset", f"UN-{name}-2021") for name in MONTHS)


@pytest.mark.parametrize(
    ("name", "written", "moved"),
    [
        ("d_yymmdd", "210317", "200316"), ("visit_date", "210317", "200316"), ("visit_date", "202103", "202002"),
        ("d_excel", "44272", "43906"), ("created", "44272.5", "43906.5"), ("timestamp", "1615976100", "1584353700"),
        ("year", "2021", "2020"),
    ],
)  # fmt: skip
def test_plain_numbers_are_days_where_the_name_of_the_column_says_so(name, written, moved):
    assert column(name, written) == [moved]


@pytest.mark.parametrize(
    ("name", "value"),
    [("crp", "160904"), ("cells", "42617"), ("day", "14"), ("created", "12"), ("hb", "2016")],
)
def test_other_plain_numbers_stay(name, value):
    assert column(name, value, value) == [value, value]


@pytest.mark.parametrize(
    "values", [["9.2016", "x"], ["1.1999", "y"], ["120/80"], ["3/4"], ["T1N0M0"], ["4.0.7.1"], ["1234-56"]]
)
def test_what_is_no_day_is_not_taken_for_one(values):
    assert propose_role("xyz", values) is not ColumnRole.DATE


@pytest.mark.parametrize(
    "name", ["c_init", "pt_init", "inits", "initials", "PtInit", "c_ip", "ip", "ip_address", "hostname"]
)
def test_columns_of_initials_and_addresses_go_by_their_names(name):
    assert propose_role(name, ["SY", "AB"]) is ColumnRole.DROP


@pytest.mark.parametrize(
    "value", ["10.1.2.3", "617-555-0134", "219-09-9999", "+44 20 7946 0123", "fe80::1:2:3:4"]
)
def test_columns_of_addresses_and_numbers_go_under_any_name(value):
    assert propose_role("xyz", [value]) is ColumnRole.DROP


@pytest.mark.parametrize("name", ["initiation", "ipsilateral", "macula", "tip"])
def test_columns_whose_names_only_begin_so_stay(name):
    assert propose_role(name, ["yes", "no"]) is ColumnRole.CODE


def test_moments_in_numbers_of_hdf5_move(tmp_path):
    source, target = tmp_path / "a.h5", tmp_path / "b.h5"
    with h5py.File(source, "w") as file:
        file["kspace"] = np.ones((2, 8, 6), np.complex64)
        file["time_stamps"] = np.array([1615976100.5, 1615976101.5])
        file["time_step"] = np.array([0.5, 1.0])
        file.attrs.update({"timestamp": 1615976100, "scan_date": 20210317, "max": 1615976100.0, "time": 2.5})
    with source.open("rb") as before, target.open("w+b") as after:
        clean_hdf5(before, after, identity=IDENTITY, subject_key="s")
    with h5py.File(target) as file:
        kept = dict(file.attrs)
        assert (kept["timestamp"], kept["scan_date"]) == (1615976100 - 366 * 86400, 20200316)
        assert (kept["max"], kept["time"]) == (1615976100.0, 2.5)
        assert "time_stamps" not in file and file["time_step"][()].tolist() == [0.5, 1.0]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Seen Wed 17-Mar-21.", "Seen Mon 16-Mar-20."), ("Seen 17 March 2021 (Wed) here", "Seen 16 March 2020 (Mon) here"),
        ("Am Mittwoch, 17.03.2021 untersucht.", "Am 16.03.2020 untersucht."), ("Surgery on 3/17.", "Surgery."),
        ("nodule on 3/4 of slices", "nodule on 3/4 of slices"), ("no contrast on 2/3 images", "no contrast on 2/3 images"),
        ("BP 130/85. Initials SY. Hb 13", "BP 130/85. Hb 13"), ("Initials: S.Y.", "Initials"), ("IP 10.1.2.3, stable", "stable"),
        ("version 4.0.7.1", "version 4.0.7.1"),
    ],
)  # fmt: skip
def test_weekdays_days_without_years_initials_and_addresses_leave_text(text, cleaned):
    assert TextCleaner([], -366).clean(text).replace(" .", ".").replace("..", ".") == cleaned


def test_a_weekday_beside_a_date_that_goes_goes_too():
    assert "Wed" not in TextCleaner([], None).clean("Seen Wed 17-Mar-21 for nodule")
