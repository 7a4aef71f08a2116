"""The second reader on the days of released tables: what did not move is a hit, what moved where another day was is none."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from deid.engine import Identity
from deid.engine.command.rows_told import write_rows_told
from deid.engine.command.tables import clean_table_file
from deid.engine.verification.table_days import days_in, verify_days

# Columns: whose, date, text, code, number.
PLACES = {"subject": 0, "dates": [1], "texts": [2], "codes": [3], "numbers": [4]}
HEADING = "whose,day,remarks,code,number\n"


def hits(tmp_path, before, after):
    (tmp_path / "t.csv").write_text(HEADING + "".join(f"{','.join(row)}\n" for row in after))
    found = verify_days([(row[0], row) for row in before], tmp_path / "t.csv", **PLACES)
    return [(hit.place, hit.kind) for hit in found]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2019-03-02,,,", "2018-02-01,,,"), ("2019-03-02,well,A,3", "2018-02-01,well,A,3"), ("2019,,,", "2018,,,"),
        ("2019-03-02,back on 3 May 2019,,", "2018-02-01,back on 4 April 2018,,"),
        ("03/02/2019,,,", "04/01/2018,,,"), ("03/02/2019,by 03/02/2019,,", ",by,,"), (",seen 2019-03-02,,", ",seen,,"),
        ("n/a,,20010101,5", "n/a,,20010101,5"), (",2020-06-01 and 2018-06-01,,", ",2018-06-01 and 2016-05-31,,"),
        ("10:11:12,,,", ",,,"), ("2019-03-02,,,20010101", "2018-02-01,,,20010101"),
    ],
)  # fmt: skip
def test_days_that_moved_are_no_hits(before, after, tmp_path):
    assert hits(tmp_path, [["T", *before.split(",")]], [["T", *after.split(",")]]) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2019-03-02,,,", "2019-03-02,,,"), ("2019-03-02T10:11,,,", "2019-03-02,,,"),
        ("2019-03,,,", "2019-03,,,"), ("2019,,,", "2019,,,"),
        ("03/02/2019,,,", "03/02/2019,,,"), ("43526,,,", "43526,,,"), ("02MAR19,,,", "02MAR19,,,"),
        ("2019-03-02,,,", "2018-02-01,02.03.2019,,"), ("2019-03-02,back on 3 May 2019,,", "2018-02-01,back on May 3rd 2019,,"),
        (",seen 2019-03-02 by us,,", ",seen 2019-03-02 by us,,"), (",,2 Mar 2019,", ",,2 Mar 2019,"),
        ("2019-03-02,,,20190302", "2018-02-01,,,20190302"), ("20190302101112,,x,", "20180201101112,20190302,x,"),
    ],
)  # fmt: skip
def test_a_day_that_did_not_move_is_a_hit(before, after, tmp_path):
    assert hits(tmp_path, [["T", *before.split(",")]], [["T", *after.split(",")]]) == [("line 2", "date")]


def test_a_day_to_which_another_of_the_same_person_moved_is_no_hit_and_one_of_another_row_does_not_hide(
    tmp_path,
):
    before = [["A", "2019-03-02", ""], ["A", "2018-03-02", "on 2019-03-02"], ["B", "2019-03-02", ""]]
    before = [[*row, "", ""] for row in before]
    moved = [["A", "2018-03-02", ""], ["A", "2017-03-02", "on 2018-03-02"], ["B", "2016-03-02", ""]]
    moved = [[*row, "", ""] for row in moved]
    assert hits(tmp_path, before, moved) == []
    moved[2][1] = "2019-03-02"
    assert hits(tmp_path, before, moved) == [("line 4", "date")]


def test_rows_that_are_missing_or_of_somebody_else_are_told(tmp_path):
    before = [["A", "2019-03-02", "", "", ""], ["B", "2019-03-02", "", "", ""]]
    assert hits(tmp_path, before, [["A", "2018-01-01", "", "", ""]]) == [("table", "rows differ")]
    both = [["A", "2018-01-01", "", "", ""], ["A", "2018-01-01", "", "", ""]]
    assert hits(tmp_path, before, both) == [("table", "rows differ")]


@pytest.mark.parametrize(
    "writing", ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%d%b%Y", "%B %d, %Y", "%Y%m%d1011"]
)
def test_days_are_read_in_each_writing_that_has_one_meaning(writing):
    for number in range(0, 20_000, 997):
        day = date(1950, 1, 1) + timedelta(days=number)
        assert list(days_in(f"seen {day:{writing}}, well")) == [day]


SOURCE = """subject_id,visit_date,remarks,noted,number
P1,2019-03-02,between 2019-03-02 2019-05-03T10:15 and 20190304,"May 10, 2019",20190302
P1,2019-05-03,3 May 2019 2019/05/04,"Sunday, 05 May 2019",1
P2,2018-05-03,,baseline,2
"""
ROLES = dict(
    zip(SOURCE.split()[0].split(","), ("identifier", "date", "free_text", "code", "value"), strict=True)
)


def test_what_the_cleaner_writes_passes_and_dates_beside_each_other_and_in_codes_move(tmp_path):
    (tmp_path / "s.csv").write_text(SOURCE)
    source, target, told = (str(tmp_path / name) for name in ("s.csv", "t.csv", "told"))
    clean_table_file(source, target, "ab" * 32, "11" * 32, columns=ROLES, by_subject=True)
    write_rows_told(source, told, "11" * 32, ending=".csv", subject="subject_id", names=list(ROLES))
    pseudonym = Identity(bytes.fromhex("ab" * 32)).pseudonym
    with Path(told).open(newline="") as file:
        before = [(pseudonym(key), row) for key, *row in csv.reader(file)]
    with Path(target).open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["noted"] != "baseline"]
    assert [(hit.place, hit.kind) for hit in verify_days(before, target, **PLACES)] == [("line 3", "date")]
    assert rows[0].pop("number") == "20190302", (
        "a number is as its column says, and the second reader sees the day"
    )
    move = date.fromisoformat(rows[0]["visit_date"]) - date(2019, 3, 2)
    kept = f"between {date(2019, 3, 2) + move} {date(2019, 5, 3) + move}T10:15 and {date(2019, 3, 4) + move:%Y%m%d}"
    assert rows[0]["remarks"] == kept
    assert list(days_in(rows[0]["noted"])) == [date(2019, 5, 10) + move]
    assert list(days_in(rows[1]["noted"])) == [date(2019, 5, 5) + move]
    assert sorted(days_in(rows[1]["remarks"])) == [date(2019, 5, 3) + move, date(2019, 5, 4) + move]
