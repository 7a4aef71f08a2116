"""Dates in text: found in every spelling, moved by the subject's days, or taken out."""

import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deid.engine.text.cleaning import TextCleaner
from deid.engine.text.dates import SURE, DateManner, Hide, has_dates, replace_dates

MOVED, REMOVED = TextCleaner(["20140312"], -10), TextCleaner([], None)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("seen 2014-03-12", "seen 2014-03-02"),
        ("seen 2014.03.12", "seen 2014.03.02"),
        ("seen 2014:03:12 10:15:30", "seen 2014:03:02 10:15:30"),
        ("seen 20140312", "seen 20140302"),
        ("seen 20140312101530", "seen 20140302101530"),
        ("seen 2014-03-12T10:15:30", "seen 2014-03-02T10:15:30"),
        ("seen 12 Mar 2014", "seen 02 Mar 2014"),
        ("seen 12-MAR-2014", "seen 02-MAR-2014"),
        ("seen March 12th, 2014", "seen March 2nd, 2014"),
        ("seen the 25th of March 2014", "seen the 15th of March 2014"),
        ("seen 2014 Mar 12", "seen 2014 Mar 02"),
        ("seen 12MAR2014", "seen 02MAR2014"),
        ("seen 12/03/2014", "seen 02/03/2014"),
        ("seen 3/25/2014", "seen 3/15/2014"),
        ("seen 25.3.14", "seen 15.3.14"),
        ("seen 12/03/14", "seen 02/03/14"),
        ("seen in March 2014", "seen in February 2014"),
        ("seen 03/2014", "seen 02/2014"),
        ("seen since 2014", "seen since 2014"),
        ("seen 25/3/14. Stable", "seen 15/3/14. Stable"),
        ("seen 2014-W11-3", "seen 2014-W09-7"),
        ("seen 2014-W11", "seen 2014-W09"),
        ("seen Mar-25-14", "seen Mar-15-14"),
        ("seen 25 Mar '14", "seen 15 Mar '14"),
        ("le 5 août 2014", "le 26 juillet 2014"),
        ("le 5 aout 2014", "le 26 juillet 2014"),
        ("seit 5. MÄRZ 2014", "seit 23. FEBRUAR 2014"),
        ("el 5 de abril de 2014", "el 26 de marzo de 2014"),
        ("op 5 mei 2014", "op 25 april 2014"),
        ("le 5 fev. 2014", "le 26 jan. 2014"),
        ("lesion 12 mm at 2 o'clock, series 3/4, TR 2000", "lesion 12 mm at 2 o'clock, series 3/4, TR 2000"),
    ],
)
def test_a_date_in_text_moves_with_the_subject_and_keeps_its_spelling(text, moved):
    assert MOVED.clean(text) == moved


@pytest.mark.parametrize(
    "text",
    [
        "12 Mar 2014",
        "2014.03.12",
        "March 12th, 2014",
        "12/03/14",
        "20140312",
        "2014-03-12",
        "Mar 2014",
        "12. März 2014",
    ],
)
def test_without_days_every_date_is_taken_out(text):
    assert REMOVED.clean(f"chest {text} axial") == "chest axial"


def test_a_date_that_may_be_two_days_and_that_no_attribute_explains_is_taken_out():
    assert MOVED.clean("seen 04/05/2013 again") == "seen again"


def test_the_birth_date_is_not_even_told_moved():
    manner = DateManner(-10, hidden=frozenset({"19500607"}))
    assert replace_dates("born 7 June 1950.", manner, Hide(), SURE) == "born  ."


def test_dates_that_are_kept_are_left_alone():
    hide = Hide()
    text = replace_dates("seen 2014-03-12", DateManner(kept=True), hide, SURE)
    assert hide.restored(text) == "seen 2014-03-12"


@given(st.dates(datetime.date(1920, 1, 1), datetime.date(2090, 1, 1)), st.integers(-3650, -365))
def test_every_unambiguous_spelling_moves_by_the_same_days(day, shift):
    assume(5 not in {day.month, (day + datetime.timedelta(shift)).month})  # "May" is short and long
    cleaner, moved = TextCleaner([], shift), day + datetime.timedelta(shift)
    for spelling in ("%Y-%m-%d", "%Y%m%d", "%d %B %Y", "%d-%b-%Y", "%B %d, %Y", "%Y/%m/%d"):
        assert cleaner.clean(f"x {day.strftime(spelling)} y") == f"x {moved.strftime(spelling)} y"


@given(st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=60))
def test_taking_out_twice_is_taking_out_once(text):
    once = REMOVED.clean(text)
    assert REMOVED.clean(once) == once


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("seen 12 March", True), ("12 knees", False), ("March", False), ("T2 2019", False), ("in 2019", True),
        ("12 Mai", True), ("20190302", True), ("3-2-19", True), ("", False), ("Mai 12", False),
    ],
)  # fmt: skip
def test_what_looks_like_a_date_is_one(text, dated):
    assert has_dates(text) is dated


@pytest.mark.parametrize(
    ("days", "text", "moved"),
    [
        (10, "3 Sept 2014", "13 Sep 2014"), (10, "24 SEPT 2014", "04 OCT 2014"), (10, "24 june 2014", "04 july 2014"),
        (10, "24 Jun 2014", "04 Jul 2014"), (10, "24 May 2014", "03 June 2014"), (10, "27 April 2014", "07 May 2014"),
        (10, "24th May 2014", "3rd June 2014"), (11, "20th May 2014", "31st May 2014"), (4, "10th May 2014", "14th May 2014"),
        (183, "since 2014", "since 2014"), (184, "since 2014", "since 2015"), (30, "03/2014", "03/2014"),
        (31, "03/2014", "04/2014"), (31, "2014-03", "2014-04"), (10, "since 24 May 2014 10:15", "since 03 June 2014 10:15"),
        (10, "31/12/49 31/12/50", "10/01/50 10/01/51"), (10**7, "2014-03-02", ""), (10, "20140302 20140230", "20140312"),
        (10, "2014/3/2", "2014/3/12"), (10, "1899-12-31", "1900-01-10"), (10, "1799-12-31", "1799-12-31"),
        (10, "Mar 2 '14", "Mar 12 '14"), (10, "02 03 2014", ""), (10, "12 13 2014", "12 23 2014"), (10, "2Mar14", "12Mar14"),
        (10, "25122014", "04012015"), (10, "2014:03:02 10:11:12", "2014:03:12 10:11:12"), (40, "March 2014", "April 2014"),
    ],
)  # fmt: skip
def test_every_part_of_a_date_is_written_as_it_was(days, text, moved):
    assert TextCleaner([], days).clean(text) == moved


@pytest.mark.parametrize(
    "text",
    [
        "2014-W11-3",
        "3/25/14/ANT",
        "Mar-25-14",
        "25 Mar '14",
        "5. März 2014",
        "5 août 2014",
        "5-MAI-14",
        "5 de abril de 2014",
    ],
)
def test_a_date_that_can_mean_nothing_else_moves_in_technical_attributes_too(text):
    moved = replace_dates(text, DateManner(-10), hide := Hide(), SURE)
    assert hide.restored(moved) != text and any(map(str.isdigit, hide.restored(moved)))


@pytest.mark.parametrize(
    "cue", ["né le", "nata il", "nacido el", "geboren am", "Geburtsdatum:", "Data di nascita:"]
)
def test_a_birth_date_is_not_told_in_other_languages_either(cue):
    assert not any(map(str.isdigit, MOVED.clean(f"{cue} 25.03.1950, thorax")))
