"""Text on noise and beside it: small letters are found on speckle, and neither speckle nor a ruler is taken for letters."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

text = pytest.importorskip(
    "deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for"
)
from deid.engine.finding import text_deciding as deciding  # noqa: E402
from deid.engine.finding import text_reading as reading  # noqa: E402
from deid.engine.finding.text_shapes import text_lines_at_others  # noqa: E402
from tests.deid import burning  # noqa: E402

SIZE = (400, 500)


def speckle(seed, brightness=110.0):
    """Return what ultrasound looks like without a body in it."""
    chance = np.random.default_rng(seed)
    waves = [cv2.GaussianBlur(chance.standard_normal(SIZE), (0, 0), 2.4, sigmaY=0.9) for _ in range(2)]
    found = np.hypot(*waves)
    return np.clip(found / found.mean() * brightness, 0, 255).astype(np.uint8)


def written(words, *, place=(60, 180), height=10, font="bold"):
    canvas = Image.new("1", SIZE[::-1], 0)
    ImageDraw.Draw(canvas).text(place, words, fill=1, font=burning.font(font, height))
    return np.asarray(canvas)


def masked(boxes):
    covered = np.zeros(SIZE, bool)
    for box in boxes:
        covered[box.y : box.y + box.height, box.x : box.x + box.width] = True
    return covered


@pytest.mark.parametrize("words", ["22:53:40", "16.03.1957", "K6121535"])
def test_small_letters_on_speckle_are_seen_at_a_higher_contrast_than_the_speckle_has(words):
    picture, ink = speckle(4, 90.0), written(words)
    picture[ink] = 255
    lines = text_lines_at_others(picture)
    assert any(masked([_box(line)])[ink].mean() > 0.9 for line in lines)


def _box(line):
    return text.TextBox(0, line.left, line.top, line.right - line.left, line.bottom - line.top, 1.0)


def test_letters_a_few_greys_off_an_even_ground_are_found_wherever_no_model_sees_them():
    ink = written("02:20:48", height=11, font="vera")
    picture = np.where(ink, 128, 118).astype(np.uint8)
    assert masked(text.text_of_pictures([picture]))[ink].all()


@pytest.mark.parametrize("seed", [2, 7, 11])
def test_speckle_beside_a_line_is_no_word_of_it(seed):
    picture, ink = speckle(seed), written("Name: DUBOIS", place=(170, 180), height=16)
    picture[ink] = 255
    boxes = text.text_of_pictures([picture])
    assert masked(boxes)[ink].mean() > 0.95
    columns = np.flatnonzero(ink.any(axis=0))
    assert all(box.width < columns[-1] - columns[0] + 40 for box in boxes)


def ruler(apart, longest, ground):
    """Return a ruler that stands on a *ground*, every fifth of its marks *longest*."""
    picture = ground.copy()
    for mark in range(len(ground) // apart):
        end = 300 + (8 if mark % 5 else longest)
        cv2.line(picture, (300, 20 + apart * mark), (end, 20 + apart * mark), 242, 2)
    return picture


def test_the_marks_of_a_ruler_are_no_letters():
    y, x = np.mgrid[:900, :700]
    picture = ruler(10, 18, (70 + 50 * np.sin(x / 90) + 20 * np.cos(y / 70)).astype(np.uint8))
    cv2.line(picture, (300, 20), (300, 860), 242, 2)
    assert text.text_of_pictures([picture]) == []


@pytest.mark.parametrize(("apart", "box"), [(12, (298, 19, 310, 79)), (10, (298, 19, 310, 69))])
def test_marks_that_somebody_proposes_read_as_nothing_either_way_up(apart, box):
    picture = ruler(apart, 14, np.full((400, 400), 90, np.uint8))
    assert deciding.read([picture], [reading.Proposal(box, True, 0.87)])[0] == []
