"""Which slices of a series are worth reading, by where their strokes stand."""

import numpy as np
import pytest

strokes = pytest.importorskip(
    "deid.engine.finding.strokes", reason="THE OCR EXTRA IS MISSING: no text was looked for"
)

WRITTEN_ON = {11, 12, 13}


def ribs(slice_number: int, *, words: bool, size: tuple[int, int] = (132, 140)) -> np.ndarray:
    """Return a slice with fine bright bars that wander a little, as dense as writing, and a few marks where words stand."""
    values = np.random.default_rng(slice_number).normal(100, 3, size).astype(np.float32)
    at = 60 + slice_number % 3
    values[at : at + 30, 20:120:3] = 900
    if words:
        values[10:18, 30:60:5] = 900
    return values


def in_series(count: int, written_on: set[int], **size: tuple[int, int]) -> list[np.ndarray]:
    return [strokes.strokes_on(ribs(n, words=n in written_on, **size)) for n in range(count)]


def test_strokes_where_the_other_slices_have_none_stand_apart():
    apart = strokes.strokes_apart(in_series(40, WRITTEN_ON))
    assert set(np.argsort(apart)[-3:]) == WRITTEN_ON
    assert min(apart[n] for n in WRITTEN_ON) > 0.1 > max(apart[n] for n in range(40) if n not in WRITTEN_ON)


def test_where_all_slices_have_strokes_none_stands_apart():
    assert max(strokes.strokes_apart(in_series(40, set(range(40))))) < 0.1


def test_few_slices_are_ranked_by_all_their_strokes():
    slices = in_series(4, {2})
    assert strokes.strokes_apart(slices) == [pytest.approx(float(one.max())) for one in slices]


def test_blocks_cover_what_is_left_at_the_edges():
    values = np.zeros((21, 43), np.float32)
    values[18:21, 33:43:2] = 500
    blocks = strokes.strokes_on(values)
    assert blocks.shape == (3, 6) and blocks[-1, -1] > 0 and blocks[0, 0] == 0


def test_frames_are_compared_with_those_of_their_size_only():
    series = pytest.importorskip("deid.engine.finding.text_series")
    large = in_series(40, WRITTEN_ON)
    small = in_series(40, set(), size=(96, 96))
    marks = {(n, 0): series.Marks(0.0, 0.0, one) for n, one in enumerate([*large, *small])}
    assert {number for number, _frame in series.chosen(marks, 9)} >= WRITTEN_ON


@pytest.mark.parametrize("sign", [1, -1])
def test_strokes_that_both_neighbours_lack_count_bright_or_dark(sign):
    plain, written = (sign * ribs(5, words=words) for words in (False, True))
    assert strokes.strokes_beside(written, [plain, plain]) > 0.1
    assert strokes.strokes_beside(written, [plain, written]) < 0.05
    assert strokes.strokes_beside(written, []) == 0.0
