"""Small letters, letters on noise and letters one under another are found, and noise beside a line stays as it is."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

text = pytest.importorskip(
    "deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for"
)
from tests.deid import burning  # noqa: E402


def written(size, words, place, height, font="bold"):
    canvas = Image.new("L", size[::-1], 0)
    ImageDraw.Draw(canvas).text(place, words, fill=255, font=burning.font(font, height))
    return np.asarray(canvas) > 90


def masked(picture):
    covered = np.zeros(picture.shape, bool)
    for box in text.text_of_pictures([picture]):
        covered[box.y : box.y + box.height, box.x : box.x + box.width] = True
    return covered


def projection(size, seed):
    """Return what a radiograph looks like: smooth, with a little noise."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[: size[0], : size[1]]
    smooth = 110 + 40 * np.sin(x / 170) + 25 * np.cos(y / 130)
    return np.clip(smooth + chance.normal(0, 5, size), 0, 255).astype(np.uint8)


def speckle(size, seed, brightness):
    chance = np.random.default_rng(seed)
    waves = [cv2.GaussianBlur(chance.standard_normal(size), (0, 0), 1.2) for _ in range(2)]
    found = np.hypot(*waves)
    return np.clip(found / found.mean() * brightness, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("words", ["Dr. Andersen", "KELLY 12.03.1961"])
@pytest.mark.parametrize("shade", [235, 15])
def test_letters_of_six_pixels_are_found_on_a_large_radiograph(words, shade):
    size = (1500, 1250)
    picture, ink = projection(size, 3), written(size, words, (300, 130), 8, "vera")
    picture[ink] = shade
    assert masked(picture)[ink].mean() > 0.9


@pytest.mark.parametrize("words", ["07/12/1942", "HAUSER"])
@pytest.mark.parametrize("seed", [1, 2])
def test_letters_hardly_larger_than_the_grains_of_speckle_are_found(words, seed):
    size = (480, 640)
    picture, ink = speckle(size, seed, 90), written(size, words, (300, 130), 12, "vera")
    picture[ink] = 225
    assert masked(picture)[ink].mean() > 0.9


@pytest.mark.parametrize("seed", [1, 2])
def test_what_noise_only_is_is_not_masked(seed):
    assert not masked(speckle((480, 640), seed, 80)).any()


@pytest.mark.parametrize("words", ["DR", "TANAKA"])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("height", [9, 14])
def test_letters_one_under_another_are_read(words, dark, height):
    size = (512, 512)
    ink = written(size, "\n".join(words), (430, 90), height)
    picture = np.where(ink, 240, projection(size, 5) // 2).astype(np.uint8)
    found = masked(255 - picture if dark else picture)
    assert found[ink].mean() > 0.9
    assert found.mean() < 0.08


@pytest.mark.parametrize("seed", [1, 4])
def test_speckle_that_begins_where_a_line_ends_is_no_more_of_it(seed):
    size = (480, 640)
    ink = written(size, "Lindqvist", (14, 80), 36, "bold")
    end = int(np.flatnonzero(ink.any(axis=0))[-1])
    picture = speckle(size, seed, 90)
    picture[:, : end + 4] = 0
    picture[ink] = 255
    found = masked(picture)
    assert found[ink].mean() > 0.95
    assert not found[:, end + 24 :].any()
