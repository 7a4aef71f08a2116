"""What nearly reads as text is no mask but a question; a mask ends where the letters of its line do."""

import cv2
import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw
from pydicom.data import get_testdata_file

text = pytest.importorskip(
    "deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for"
)
from deid.engine.finding.rasters import secondary_capture  # noqa: E402
from deid.engine.finding.text_boxes import MARGIN, TextBox  # noqa: E402
from deid.engine.finding.text_model import modelled  # noqa: E402
from deid.engine.finding.text_reading import as_it_is, letters_along, upside_down  # noqa: E402
from deid.engine.finding.text_series import _standing, find_text_in_series  # noqa: E402
from deid.engine.finding.text_trimming import ended  # noqa: E402
from tests.deid import burning  # noqa: E402
from tests.deid.images_with_words import nearly_read  # noqa: E402


def slice_of(folder, picture, number=1):
    """Write a picture as the slice of a scanner, which writes nothing into its images as a rule."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue"):
        ds.pop(name, None)
    ds.Rows, ds.Columns = picture.shape
    ds.InstanceNumber, ds.PixelData = number, picture.astype("<i2").tobytes()
    path = folder / f"{number}.dcm"
    ds.save_as(path)
    return path


def test_a_word_that_nearly_reads_is_doubted_where_it_stands():
    picture, letters = nearly_read()
    (doubt,) = text.text_of_pictures([picture])
    covered = np.zeros(picture.shape, bool)
    covered[doubt.y : doubt.y + doubt.height, doubt.x : doubt.x + doubt.width] = True
    assert doubt.doubted and covered[letters].mean() > 0.9 and covered.mean() < 0.2


def test_a_screen_is_asked_about_sooner_than_a_slice(tmp_path):
    picture, _letters = nearly_read()
    screen = tmp_path / "screen.dcm"
    secondary_capture(Image.fromarray(picture)).save_as(screen, enforce_file_format=True)
    assert [box.doubted for box in text.find_text(screen, [0])] == [True]
    assert text.find_text(slice_of(tmp_path, picture), [0]) == []


def test_of_a_series_only_that_is_doubted_that_stands_still(tmp_path):
    here, there = TextBox(0, 10, 10, 60, 12, 0.7, True), TextBox(0, 100, 80, 60, 12, 0.7, True)
    moved = TextBox(0, 12, 11, 60, 12, 0.65, True)
    assert _standing([(0, here), (1, there)]) == [] and _standing([(0, here), (0, here)]) == []
    assert _standing([(0, here), (1, there), (2, moved)]) == [(0, here), (2, moved)]


@pytest.mark.parametrize("written_on", [(0, 1, 2), (1,)])
def test_of_a_film_is_doubted_what_nearly_reads_on_several_frames(tmp_path, written_on):
    picture, _letters = nearly_read()
    noise = np.random.default_rng(9).integers(0, 90, picture.shape).astype(np.uint8)
    film = secondary_capture(Image.fromarray(picture))
    film.Modality, film.NumberOfFrames = "US", 3
    film.PixelData = b"".join((picture if n in written_on else noise).tobytes() for n in range(3))
    film.save_as(tmp_path / "film.dcm", enforce_file_format=True)
    found = find_text_in_series([tmp_path / "film.dcm"])
    assert [(box.frame, box.doubted) for box in found] == [
        (n, True) for n in written_on if len(written_on) > 1
    ]


LINE = "QUIGLEY 1957"


def beside_tissue(turns):
    """Return a line of letters in a box that reaches far into tissue beside them, and where the letters end."""
    chance = np.random.default_rng(11)
    rough = cv2.GaussianBlur(chance.standard_normal((90, 420)).astype(np.float32), (0, 0), 2.0)
    picture = np.clip(90 + 45 * rough / rough.std(), 0, 255).astype(np.uint8)
    picture[:, :230] = 20
    canvas = Image.new("L", (420, 90), 0)
    ImageDraw.Draw(canvas).text((20, 30), LINE, fill=255, font=burning.font("bold", 24))
    letters = np.asarray(canvas) > 90
    picture[letters] = 240
    columns, rows = np.flatnonzero(letters.any(axis=0)), np.flatnonzero(letters.any(axis=1))
    seen = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return np.ascontiguousarray(np.rot90(picture, turns)), seen


@pytest.mark.parametrize(
    ("turns", "view"), [(0, as_it_is), (1, as_it_is), (2, upside_down), (3, upside_down)]
)
def test_a_line_ends_behind_its_last_letter(turns, view):
    picture, (left, top, right, bottom) = beside_tissue(turns)
    size = 420, 90
    corners = np.array([(left, top), (right, bottom), (right + 150, bottom)])
    for _turn in range(turns):
        corners = np.stack([corners[:, 1], size[0] - corners[:, 0]], axis=1)
        size = size[::-1]
    seen = tuple(int(n) for n in (*corners[:2].min(axis=0), *corners[:2].max(axis=0)))
    long = tuple(int(n) for n in (*corners.min(axis=0), *corners.max(axis=0)))
    found = ended([picture], long, seen, view)
    area = (found[2] - found[0]) * (found[3] - found[1])
    assert all(found[n] <= seen[n] for n in (0, 1)) and all(found[n] >= seen[n] for n in (2, 3))
    assert area < 1.2 * (seen[2] - seen[0]) * (seen[3] - seen[1])


def test_of_what_a_detector_saw_nothing_is_cut_off_and_of_letters_neither():
    picture, seen = beside_tissue(0)
    blank = picture.copy()
    blank[:, 60:] = 20
    assert ended([blank], (seen[0], seen[1], seen[2] + 150, seen[3]), seen, as_it_is)[2] >= seen[2]
    in_part = (seen[0], seen[1], seen[0] + 90, seen[3])
    assert ended([picture], seen, in_part, as_it_is) == seen


def test_where_nothing_reads_no_letter_stands():
    assert letters_along([np.zeros((60, 200), np.uint8)], (20, 20, 150, 40)) == []


def test_text_is_where_it_was_though_even_borders_are_not_looked_at():
    picture = np.zeros((700, 900), np.uint8)
    ink = Image.new("L", (900, 700), 0)
    ImageDraw.Draw(ink).text((610, 520), LINE, fill=255, font=burning.font("vera", 16))
    letters = np.asarray(ink) > 90
    picture[letters] = 230
    seen, _at_angles = modelled([picture])
    assert any(
        letters[y:bottom, x:right].sum() > 0.9 * letters.sum()
        for (x, y, right, bottom) in (p.box for p in seen)
    )
    (box,) = text.text_of_pictures([picture])
    rows, columns = np.flatnonzero(letters.any(axis=1)), np.flatnonzero(letters.any(axis=0))
    assert abs(box.x + MARGIN - columns[0]) <= 3 and abs(box.x + box.width - MARGIN - columns[-1]) <= 4
    assert abs(box.y + MARGIN - rows[0]) <= 3 and abs(box.y + box.height - MARGIN - rows[-1]) <= 4
