"""Text that no upright line holds: at an angle, seen from behind, faint, and lines of which a detector sees pieces."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

text = pytest.importorskip(
    "deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for"
)
from tests.deid import burning  # noqa: E402


def written(words, size=(300, 300), place=(40, 140), height=18, font="vera"):
    """Return how much ink *words* leave on each pixel, from 0 to 255."""
    canvas = Image.new("L", size, 0)
    ImageDraw.Draw(canvas).text(place, words, fill=255, font=burning.font(font, height))
    return np.asarray(canvas)


def over_noise(ink, ground=60, spread=12):
    """Return ink on a ground that is not even."""
    noise = np.random.default_rng(5).normal(ground, spread, ink.shape)
    return np.clip(noise + ink.astype(float) * 0.7, 0, 255).astype(np.uint8)


def hidden(ink, boxes):
    """Return which share of the ink the boxes hide, and how much of the picture they cover."""
    masked = np.zeros(ink.shape, bool)
    for box in boxes:
        masked[box.y : box.y + box.height, box.x : box.x + box.width] = True
    return masked[ink > 60].mean(), masked.mean()


@pytest.mark.parametrize("degrees", [24, 45, -75])
def test_a_line_at_an_angle_is_hidden_and_little_else(degrees):
    turn = cv2.getRotationMatrix2D((150, 150), degrees, 1.0)
    ink = cv2.warpAffine(written("KOWALSKI 12.03.1944"), turn, (300, 300))
    share, covered = hidden(ink, text.text_of_pictures([over_noise(ink)]))
    assert share == 1.0 and covered < 0.16


@pytest.mark.parametrize("axis", [0, 1])
def test_a_film_that_lies_upside_down_or_mirrored_is_read_from_behind(axis):
    ink = np.ascontiguousarray(np.flip(written("MRN4471902 Haugen", height=13), axis))
    share, covered = hidden(ink, text.text_of_pictures([over_noise(ink)]))
    assert share == 1.0 and covered < 0.1


def test_the_rest_of_a_line_that_a_detector_saw_in_part_is_taken_along(monkeypatch):
    ink = written("KOWALSKI, Paola 05.11.2013", place=(20, 140), height=14)
    picture = over_noise(ink)
    picture[:, 150:] = np.where(ink > 60, 251, 246)[:, 150:]
    share, _covered = hidden(ink, text.text_of_pictures([picture]))
    assert share == 1.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_letters_a_few_greys_off_a_bright_ground_are_seen(seed):
    ink = written(f"ID: 7421482{seed}", height=11)
    ground = np.random.default_rng(seed).normal(238, 1.2, ink.shape)
    ground[:, 240:] = 20
    picture = np.clip(ground + ink * (9 / 255), 0, 255).astype(np.uint8)
    assert hidden(ink, text.text_of_pictures([picture]))[0] == 1.0


def test_a_trace_is_not_read_as_a_row_of_one_letter():
    paper = np.full((420, 600, 3), 255, np.uint8)
    paper[::10] = paper[:, ::10] = (255, 205, 205)
    along = np.arange(600)
    for level in (120, 220, 320):
        height = (level - 50 * np.exp(-(((along % 90 - 45) / 3.0) ** 2))).astype(np.int32)
        cv2.polylines(paper, [np.stack([along, height], axis=1)], False, (0, 0, 0), 1)
    assert text.text_of_pictures([paper.max(axis=2), paper.min(axis=2)]) == []


def test_a_number_of_one_digit_is_no_trace():
    ink = written("MRN 0000000", height=16)
    assert hidden(ink, text.text_of_pictures([over_noise(ink)]))[0] == 1.0
