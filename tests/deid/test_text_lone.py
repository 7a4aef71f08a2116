"""A lone letter is told from parts of grids, meshes and calcifications, and ink from what is as bright but of other colour."""

from functools import partial

import cv2
import numpy as np
import pytest

pytest.importorskip("deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for")
from deid.engine.finding.text import _colours
from deid.engine.finding.text_boxes import covering
from deid.engine.finding.text_closer import FEWEST, MOST, _places
from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_lone import has_ends, is_writing, stands_apart
from deid.engine.finding.text_marks import short_words
from deid.engine.finding.text_reading import Proposal, readings
from tests.deid.letters import SIZE, around, written

GROUND, INK = 60, 230
bold = partial(written, font="bold")


def marked_l():
    picture, ink = np.full(SIZE, GROUND, np.uint8), bold("L", (150, 100), 24)
    picture[ink] = INK
    return picture, around(ink)


def grid(step):
    picture = np.full(SIZE, GROUND, np.uint8)
    picture[::step] = picture[1::step] = INK
    picture[:, ::step] = picture[:, 1::step] = INK
    return picture


def test_a_letter_has_ends_also_in_a_ring_and_the_corner_of_a_grid_has_none():
    picture, box = marked_l()
    assert has_ends(picture, box) and has_ends(255 - picture, box)
    middle = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    cv2.circle(picture, middle, 20, INK, 1)
    assert has_ends(picture, box) and has_ends(255 - picture, box)
    assert not has_ends(grid(30), (150, 134, 166, 152))


@pytest.mark.parametrize("count", [2, 3])
def test_a_letter_among_three_specks_of_its_shade_does_not_stand_apart(count):
    picture, box = marked_l()
    for place in [(110, 110), (200, 90), (160, 160)][:count]:
        cv2.circle(picture, place, 4, INK, -1)
    assert stands_apart([picture], box, []) is (count < 3)


def test_specks_of_other_shades_or_colours_and_those_of_a_line_are_not_of_a_letters_kind():
    picture, box = marked_l()
    colour, faint = np.full(SIZE, GROUND, np.uint8), picture.copy()
    for place in ((110, 110), (200, 90), (160, 160)):
        cv2.circle(picture, place, 4, INK, -1)
        cv2.circle(colour, place, 4, 200, -1)
        cv2.circle(faint, place, 4, INK - 40, -1)
    assert not stands_apart([picture], box, [])
    assert stands_apart([picture], box, [(190, 80, 210, 100)])
    assert stands_apart([picture, colour], box, []) and stands_apart([faint], box, [])


def test_a_part_of_a_mesh_that_reads_as_two_letters_is_no_writing_and_a_line_is():
    mesh = np.full(SIZE, GROUND, np.uint8)
    for left in range(60, 240, 14):
        cv2.line(mesh, (left, 110), (left + 14, 138), INK, 1)
        cv2.line(mesh, (left, 138), (left + 14, 110), INK, 1)
    assert not is_writing([mesh], (116, 112, 144, 136), 2, [])
    assert is_writing([mesh], (116, 112, 144, 136), 3, []) and is_writing([mesh], (60, 112, 240, 136), 2, [])


def flow():
    """Return how bright white letters on yellow and dark flow are and how colourful, and where they are."""
    chance = np.random.default_rng(7)
    rough = cv2.GaussianBlur(chance.standard_normal(SIZE), (0, 0), 6.0)
    bright, colourful = (np.where(rough > 0, shade, 30).astype(np.uint8) for shade in (255, 240))
    ink = bold("Exam TANAKA", (60, 100), 24)
    edge = cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for picture, shade in ((bright, 255), (colourful, 0)):
        picture[edge] = 0
        picture[ink] = shade
    return bright, colourful, ink


def test_a_line_on_flow_in_colour_is_no_higher_than_its_letters():
    bright, colourful, ink = flow()
    left, top, right, bottom = around(ink)
    found = fitted([bright, colourful], (left - 8, top - 9, right + 8, bottom + 9), (0,))
    assert abs(found[1] - top) <= 1 and abs(found[3] - bottom) <= 1
    assert found[0] <= left and found[2] >= right


def test_a_line_is_legible_where_it_reads():
    picture, ink = np.full(SIZE, GROUND, np.uint8), bold("QUIGLEY", (60, 100), 24)
    picture[ink] = INK
    rough = np.random.default_rng(3).integers(0, 255, SIZE).astype(np.uint8)
    line = Proposal(around(ink), True, 0.0)
    assert [readings(both, [line])[0].legible for both in ([picture, rough], [rough, picture])] == [
        (0,),
        (1,),
    ]


@pytest.mark.parametrize(("seed", "font", "height"), [(7, "serif", 14), (9, "vera", 18)])
def test_black_letters_on_rough_bright_colours_are_told_from_the_gaps_between_them(seed, font, height):
    rough = cv2.GaussianBlur(np.random.default_rng(seed).standard_normal(SIZE), (0, 0), 1.0)
    rough /= rough.std()
    bright = np.clip(150 + 60 * rough, 60, 255).astype(np.uint8)
    colourful = np.clip(110 - 40 * rough, 20, 255).astype(np.uint8)
    ink = written("Acc Dubois", (60, 100), height, font)
    bright[ink] = colourful[ink] = 0
    left, top, right, bottom = around(ink)
    found = fitted([bright, colourful], (left - 1, top, right + 1, bottom + 2), (0, 1))
    assert found[1] <= top + 1 and found[3] >= bottom - 1


def test_letters_of_a_script_are_hidden_with_what_rises_and_sinks():
    ink = np.zeros(SIZE, np.uint8)
    cv2.putText(ink, "Tech: Papadakis", (30, 120), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 0.5, 1, 1)
    left, top, right, bottom = around(ink > 0)
    picture = np.where(ink > 0, INK, GROUND).astype(np.uint8)
    found = fitted([picture], (left - 4, top - 4, right + 4, bottom + 4))
    assert found[1] <= top and found[3] >= bottom


@pytest.mark.parametrize("size, most", [((128, 128), FEWEST), ((480, 640), MOST)])
def test_a_small_picture_is_looked_at_closely_in_fewer_places(size, most):
    rough = np.random.default_rng(2).integers(100, 110, size).astype(np.uint8)
    for row in range(10, size[0] - 20, 30):
        rough[row : row + 12 : 2, 10 : size[1] - 10 : 3] = 250
        rough[row + 14 : row + 20 : 2, 10 : size[1] - 10 : 3] = 0
    places = list(_places(rough, []))
    assert [sum(place.bright is bright for place in places) for bright in (True, False)] == [most, most]


@pytest.mark.parametrize("even", [True, False])
def test_a_short_word_is_of_one_colour(even):
    picture, ink = np.full(SIZE, GROUND, np.uint8), bold("AP", (150, 100), 30)
    picture[ink] = INK
    colours = np.full(SIZE, 128, np.uint8)
    colours[ink] = 40 if even else np.random.default_rng(1).integers(100, 200, int(ink.sum()))
    assert len(list(short_words(picture, [], [colours]))) == even


@pytest.mark.parametrize("degrees", [10, 30, 60])
def test_a_slanted_line_is_covered_whole_with_a_third_of_it_beside_it_at_most(degrees):
    turn, line = cv2.getRotationMatrix2D((150, 150), degrees, 1.0), np.zeros((300, 300), np.uint8)
    line[140:160, 50:250] = 1
    turned = cv2.warpAffine(line, turn, (300, 300), flags=cv2.INTER_NEAREST) > 0
    covered = np.zeros((300, 300), bool)
    for left, top, right, bottom in covering((50, 140, 250, 160), turn):
        covered[top:bottom, left:right] = True
    assert covered[turned].all() and covered.sum() < 1.34 * line.sum()


def test_a_grey_frame_in_two_contrasts_has_no_colours_and_a_coloured_one_two():
    greys = [np.full(SIZE, shade, np.uint8) for shade in (0, 1, 2)]
    assert list(_colours(greys[:2])) == [] and len(_colours(greys)) == 2
