"""Masks of lines that are spaced out, stand beside an edge, fade, or lie in a proposal that is much too high."""

import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydicom.data import get_testdata_file

REASON = "THE OCR EXTRA IS MISSING: no text was looked for"
text = pytest.importorskip("deid.engine.finding.text", reason=REASON)
from deid.engine.finding import text_deciding as deciding  # noqa: E402
from deid.engine.finding import text_reading as reading  # noqa: E402
from deid.engine.finding.text_fitting import fitted  # noqa: E402

SIZE = (240, 420)


def spaced(words: str, *, at: tuple[int, int], spacing: int, height: int = 16, ink: int = 230) -> np.ndarray:
    """Return a picture of *words* whose letters stand *spacing* pixels apart."""
    canvas = Image.new("L", SIZE[::-1], 0)
    drawing, font, left = ImageDraw.Draw(canvas), ImageFont.load_default(size=height), at[0]
    for letter in words:
        drawing.text((left, at[1]), letter, fill=ink, font=font)
        left += int(drawing.textlength(letter, font=font)) + spacing
    return np.asarray(canvas).copy()


def left_to_see(shown: np.ndarray, boxes: list[tuple[int, int, int, int]]) -> int:
    """Return how many bright pixels no box covers."""
    hidden = shown.copy()
    for left, top, right, bottom in boxes:
        hidden[top:bottom, left:right] = 0
    return int((hidden > 100).sum())


def boxes_of(pictures: list[np.ndarray]) -> list[tuple[int, int, int, int]]:
    found = text.text_of_pictures(pictures)
    return [(box.x, box.y, box.x + box.width, box.y + box.height) for box in found]


@pytest.mark.parametrize("first", [78, 120])
def test_a_line_takes_the_letters_beside_it_along(first):
    shown = spaced("19.08.1962", at=(40, 60), spacing=9)
    columns = np.flatnonzero((shown > 100).any(axis=0))
    assert left_to_see(shown, [fitted([shown], (first, 60, columns[-1] + 1, 80))]) == 0


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize("height", [16, 24])
def test_a_line_is_masked_whose_letters_are_a_letter_and_more_apart(turns, height):
    words = spaced("MRN584800", at=(10, 60), spacing=height + height // 4, height=height)
    shown = np.ascontiguousarray(np.rot90(words, turns))
    assert left_to_see(shown, boxes_of([shown])) == 0


def test_a_lone_stroke_far_from_a_line_is_no_letter_of_it():
    shown = spaced("QUIGLEY", at=(120, 60), spacing=1)
    shown[64:76, 80:82] = 230
    left, _top, _right, _bottom = fitted([shown], (118, 60, 230, 80))
    assert left > 100


def test_the_edge_of_a_label_is_not_taken_for_the_line_on_it():
    shown = np.zeros(SIZE, np.uint8)
    shown[25:60, 2:90] = 255
    for left in range(
        3, 74, 5
    ):  # letters so bold and close that the paper above them looks more like strokes
        shown[30:38, left : left + 4] = 75
    _left, top, _right, bottom = fitted([shown], (1, 28, 77, 41))
    assert top <= 30 and bottom >= 38


def readings_of(shown: np.ndarray, box: tuple[int, int, int, int], *, model: bool) -> list[float]:
    """Return how surely a proposal reads, by the text model or by its shape alone."""
    return [score for _proposal, score in deciding.read([shown], [reading.Proposal(box, model, 0.0)])[0]]


def test_a_line_is_read_in_a_part_of_a_proposal_that_is_much_too_high():
    noise = np.random.default_rng(3).integers(0, 110, (SIZE[0] // 6, SIZE[1] // 6)).astype(np.uint8)
    shown = np.asarray(Image.fromarray(noise).resize(SIZE[::-1], Image.Resampling.BICUBIC)).copy()
    words = spaced("VAN DER BERG", at=(40, 60), spacing=3, height=24)
    shown[words > 100] = 230
    columns = np.flatnonzero((words > 100).any(axis=0))
    tall = int(columns[0]) - 4, 42, int(columns[-1]) + 5, 124
    assert reading.readings([shown], [reading.Proposal(tall, True, 0.0)])[0][0] < deciding.SURE
    assert readings_of(shown, tall, model=True)


@pytest.mark.parametrize("model", [True, False])
def test_standing_text_is_read_both_ways_up_whoever_proposed_it(model):
    words = spaced("DOB: 13/12/2010", at=(40, 60), spacing=1)
    for turns in (1, 3):
        shown = np.ascontiguousarray(np.rot90(words, turns))
        rows, columns = (np.flatnonzero((shown > 100).any(axis=axis)) for axis in (1, 0))
        assert readings_of(shown, (columns[0] - 1, rows[0] - 1, columns[-1] + 2, rows[-1] + 2), model=model)


@pytest.mark.parametrize("model", [True, False])
@pytest.mark.parametrize("box", [(40, 20, 60, 220), (40, 60, 300, 90)])
def test_noise_is_read_as_nothing_at_a_second_try(box, model):
    shown = np.random.default_rng(5).integers(0, 255, SIZE).astype(np.uint8)
    assert readings_of(shown, box, model=model) == []


def test_letters_are_found_that_differ_from_their_ground_by_colour_alone(tmp_path):
    words = spaced("S95-3229 STOMACH", at=(30, 60), spacing=0, height=12) > 100
    shown = np.empty((*SIZE, 3), np.uint8)
    shown[...] = np.random.default_rng(1).integers(170, 200, (*SIZE, 1))
    shown[..., 1] //= 2
    shown[words] = (90, 190, 100)
    image = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    image.Rows, image.Columns = SIZE
    image.SamplesPerPixel, image.PhotometricInterpretation, image.PlanarConfiguration = 3, "RGB", 0
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 8, 8, 7, 0
    image.PixelData = shown.tobytes()
    image.save_as(tmp_path / "colour.dcm")
    boxes = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in text.find_text(tmp_path / "colour.dcm")]
    assert left_to_see(words * np.uint8(255), boxes) == 0
