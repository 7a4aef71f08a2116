"""A mask goes to every frame on which its word stands, also where it is fading, and spares those that are plainly empty."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

frames_of = pytest.importorskip(
    "deid.engine.finding.text_frames", reason="THE OCR EXTRA IS MISSING: no text was looked for"
)
ROWS, COLUMNS, READ = 60, 160, 8


def pictures(strengths, noise):
    """Return frames of noise with a word as strong as *strengths* say, and thin still lines behind it."""
    dice, word = np.random.default_rng(5), Image.new("L", (COLUMNS, ROWS))
    ImageDraw.Draw(word).text((20, 20), "OKONKWO", fill=255, font_size=20)
    still = np.full((ROWS, COLUMNS), 60.0)
    still[24:26, 10:60] += 40
    letters = np.asarray(word) / 255
    return [
        (still + strength * letters + dice.normal(0, noise, still.shape)).astype(np.float32)
        for strength in strengths
    ]


def runs_of(strengths, noise=3.0):
    box = frames_of.TextBox(READ, 14, 14, 120, 34, 0.9)
    made = pictures(strengths, noise)
    (runs,) = frames_of.frames_with([box], made, {READ: made[READ]})
    return runs


def test_frames_without_the_word_are_spared():
    assert runs_of([180 if number == READ else 0 for number in range(16)]) == ((READ, READ + 1),)


@pytest.mark.parametrize("noise", [1.0, 4.0])
def test_a_word_that_fades_is_hidden_for_as_long_as_it_can_be_seen(noise):
    strengths = [180 * 0.75 ** abs(number - READ) for number in range(24)]
    hidden = {number for first, end in runs_of(strengths, noise) for number in range(first, end)}
    # Writing is seen as long as it stands out more than the noise around it.
    assert {
        number for number, strength in enumerate(strengths) if strength > 3 * noise and strength > 12
    } <= hidden
    assert runs_of([*strengths[:12], *[0] * 12])[-1][1] <= 14
