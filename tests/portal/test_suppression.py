"""Small cells stay small: what is published never lets anybody work one out."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from portal.services.suppression import HIDDEN, SMALL, SMALL_CELL, suppress, suppress_changes

counts = st.lists(st.integers(0, 40), min_size=1, max_size=8).map(
    lambda values: [(f"c{place}", value) for place, value in enumerate(values)]
)


@given(counts)
def test_no_published_count_is_between_one_and_four(cells):
    assert all(cell["count"] is None or not 0 < cell["count"] < SMALL_CELL for cell in suppress(cells))


@given(counts)
def test_what_is_published_is_true_and_in_order(cells):
    shown = suppress(cells)
    assert [cell["label"] for cell in shown] in ([label for label, _ in cells], [])
    for cell, (_, count) in zip(shown, cells, strict=False):
        assert cell["count"] in (None, count)
        assert (cell["why"] == SMALL) == (0 < count < SMALL_CELL)


small_charts = st.lists(st.integers(0, 14), min_size=1, max_size=5).map(
    lambda values: [(f"c{place}", value) for place, value in enumerate(values)]
)


@given(small_charts)
def test_whoever_knows_the_total_can_still_not_tell_any_small_cell(cells):
    shown = suppress(cells)
    total = sum(count for _, count in cells)
    gone = [cell["why"] for cell in shown if cell["count"] is None]
    rest = total - sum(cell["count"] or 0 for cell in shown)
    ranges = [range(1, SMALL_CELL) if why == SMALL else range(SMALL_CELL, rest + 1) for why in gone]
    possible = [guess for guess in product(*ranges) if sum(guess) == rest]
    for place, why in enumerate(gone):
        if why == SMALL:
            assert {guess[place] for guess in possible} == set(range(1, SMALL_CELL))


def test_a_single_small_cell_takes_another_with_it():
    shown = suppress([("F", 30), ("M", 25), ("O", 1)])
    assert [(cell["count"], cell["why"]) for cell in shown] == [(30, ""), (None, HIDDEN), (None, SMALL)]


def test_a_chart_of_which_nothing_could_be_shown_is_not_published():
    assert suppress([("F", 2), ("M", 3)]) == []
    assert suppress([("F", 2), ("M", 30)]) == []


def test_large_cells_and_empty_ones_are_shown():
    assert [cell["count"] for cell in suppress([("a", 9), ("b", 0), ("c", 5)])] == [9, 0, 5]


pairs = st.integers(1, 5).flatmap(
    lambda size: st.tuples(*(st.lists(st.integers(0, 30), min_size=size, max_size=size) for _ in range(2)))
)


@given(pairs)
def test_no_change_between_two_charts_is_between_one_and_four(pair):
    first, second = (suppress([(f"c{place}", count) for place, count in enumerate(one)]) for one in pair)
    shown = suppress_changes(second, first)
    assert [cell["label"] for cell in shown] in ([cell["label"] for cell in second], [])
    for before, after, counted in zip(first, shown, second, strict=False):
        assert after["count"] in (None, counted["count"])
        if None not in (before["count"], after["count"]):
            assert not 0 < abs(after["count"] - before["count"]) < SMALL_CELL


def test_a_chart_without_an_earlier_one_stays_as_it_is():
    chart = suppress([("a", 9), ("b", 20)])
    assert suppress_changes(chart, []) == suppress_changes(chart, chart) == chart
    one_more = suppress([("a", 10), ("b", 40), ("c", 30)])
    assert [cell["count"] for cell in suppress_changes(one_more, chart)] == [None, None, 30]
