"""The second reader on the days of released tables: what did not move is a hit, what moved where another day was is none."""

from datetime import date, timedelta

import pytest

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
