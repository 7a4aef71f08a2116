"""Lone letters that mark a side are found where they stand, and lines end where their own letters do."""

import cv2
import numpy as np
import pytest

pytest.importorskip("deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for")
from deid.engine.finding.text_deciding import _needed
from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_lengthening import lengthened
from deid.engine.finding.text_marks import short_words
from deid.engine.finding.text_outlines import letter_of
from deid.engine.finding.text_reading import Proposal, as_it_is, is_fence
from deid.engine.finding.text_trimming import _reads_on
from tests.deid.letters import SIZE, around, written


def tissue(seed=5, brightest=150):
    """Return what is rough and bright in places, as tissue is."""
    chance = np.random.default_rng(seed)
    rough = cv2.GaussianBlur(chance.standard_normal(SIZE).astype(np.float32), (0, 0), 3.0)
    return np.clip(brightest / 2 + 30 * rough / rough.std(), 0, brightest).astype(np.uint8)


@pytest.mark.parametrize("letter", ["R", "L"])
@pytest.mark.parametrize("shade", [255, 0])
@pytest.mark.parametrize("height", [14, 48])
def test_a_lone_letter_that_marks_a_side_is_found_on_tissue(letter, shade, height):
    picture, ink = tissue() // 2 + 60, written(letter, (150, 90), height, "bold")
    picture[ink] = shade
    ((box, _score, sure),) = short_words(picture, [])
    assert sure and max(abs(a - b) for a, b in zip(box, around(ink), strict=True)) <= 1


def test_a_letter_in_a_frame_is_found_and_one_of_a_line_is_not_found_twice():
    picture, ink = tissue() // 2, written("R", (150, 90), 20)
    picture[ink] = 255
    left, top, right, bottom = around(ink)
    cv2.rectangle(picture, (left - 7, top - 7), (right + 7, bottom + 7), 255, 1)
    ((box, _score, sure),) = short_words(picture, [])
    assert sure and box == (left, top, right, bottom)
    assert list(short_words(picture, [(left - 60, top, right + 60, bottom)])) == []


@pytest.mark.parametrize("letter", ["P", "A", "H", "G"])
def test_a_lone_letter_that_marks_a_direction_is_asked_about_where_it_is_evenly_drawn(letter):
    picture, ink = tissue() // 2, written(letter, (150, 90), 24, "bold")
    picture[ink] = 220
    ((box, _score, sure),) = short_words(picture, [])
    assert not sure and max(abs(a - b) for a, b in zip(box, around(ink), strict=True)) <= 1
    shaded = np.broadcast_to(np.linspace(150, 255, 24)[np.arange(SIZE[0]) % 24, None], SIZE)
    picture[ink] = np.roll(shaded, around(ink)[1], axis=0)[ink]  # brighter from row to row
    assert list(short_words(picture, [])) == []


@pytest.mark.parametrize("letter", ["I", "T", "B", "7"])
def test_no_other_letter_marks_a_side(letter):
    picture = tissue() // 2
    picture[written(letter, (150, 90), 24, "bold")] = 255
    assert list(short_words(picture, [])) == []


def test_where_many_parts_look_like_lone_letters_none_is_one():
    picture = np.full(SIZE, 40, np.uint8)
    places = [(40, 40), (200, 60), (120, 140)]
    for count, place in enumerate(places, start=1):
        picture[written("R", place, 24, "bold")] = 220
        assert len(list(short_words(picture, []))) == (count if count < len(places) else 0)
    assert len(list(short_words(picture, [(20, 36, 120, 72)]))) == 2
    assert list(short_words(picture, [(30, 30, 80, 80)])) == []


def test_a_frame_around_nothing_is_no_letter():
    frame = np.zeros((24, 18), np.uint8)
    cv2.rectangle(frame, (0, 0), (17, 23), 1, 2)
    assert letter_of(frame > 0) is None


def test_tissue_itself_has_no_letters():
    assert [box for seed in range(4) for box in short_words(tissue(seed), [])] == []


def test_rings_and_staples_are_no_text_unless_they_read_very_well():
    assert is_fence("00000000", 0.64) and not is_fence("00000000", 0.95)
    assert is_fence("mn mnan nn ", 0.69) and is_fence("nn", 0.97)
    assert not is_fence("Munn", 0.6) and not is_fence("1100", 0.6)


def test_two_letters_need_more_than_three_do_though_both_detectors_saw_them():
    both = Proposal((0, 0, 40, 20), True, 0.5)
    assert _needed(both, 2) > _needed(both, 3) and _needed(both, 1) == _needed(both, 2)


def test_a_line_is_no_higher_than_its_ink_though_tissue_beside_it_is_as_thin():
    picture, ink = tissue(brightest=170), written("QUIGLEY 1957", (40, 100), 28, "bold")
    picture[ink] = 255
    left, top, right, bottom = around(ink)
    found = fitted([picture], (left - 4, top - 9, right + 4, bottom + 9))
    assert top - 1 <= found[1] <= top + 1 and bottom - 1 <= found[3] <= bottom + 1


def test_a_line_does_not_go_on_into_another_one():
    picture = np.zeros(SIZE, np.uint8)
    one, other = written("QUIGLEY", (10, 100), 20), written("17.03.1957", (130, 113), 20)
    picture[one | other] = 230
    box, beside = around(one), around(other)
    assert lengthened([picture], box, as_it_is, [beside])[2] <= beside[0]
    assert lengthened([picture], beside, as_it_is, [box])[0] >= box[2]


def test_letters_that_read_where_the_line_is_read_whole_go_on_beyond_what_was_seen():
    picture, ink = np.zeros(SIZE, np.uint8), written("Dr. Halloran", (40, 100), 28)
    picture[ink] = 230
    line = around(ink)
    assert _reads_on([picture], line, line[0] + 55, 0, -1, as_it_is)
    assert not _reads_on([picture], line, line[2] - 4, 0, 1, as_it_is)


@pytest.mark.parametrize("words", ["CC", "MLO", "AP", "PA"])
@pytest.mark.parametrize("height", [14, 36])
def test_a_short_word_on_a_plate_is_found(words, height):
    picture, ink = tissue() // 2 + 90, written(words, (150, 90), height, "bold")
    left, top, right, bottom = around(ink)
    picture[top - 4 : bottom + 4, left - 4 : right + 4] = 0
    picture[ink] = 255
    ((box, _score, sure),) = short_words(picture, [])
    assert sure and max(abs(a - b) for a, b in zip(box, around(ink), strict=True)) <= 1
