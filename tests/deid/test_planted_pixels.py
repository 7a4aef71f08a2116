import copy
import io
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import Mask
from tests.deid.planting import passes, plant
from tests.deid.planting.pixels import rectangles_of

pytest.importorskip("cv2", reason="THE OCR EXTRA IS MISSING: no words were burned in")
pytestmark = pytest.mark.filterwarnings("ignore")
# Native and compressed again, grey and colour, each with a seed that finds room for words.
BASES = [("CT_small.dcm", 7), ("SC_rgb_rle.dcm", 8)]


def planted(name, seed=7):
    """Return the file with words burned in, what pydicom reads, and the checks of its pixels by category."""
    source, key = plant(Path(get_testdata_file(name, download=False)), seed, burned=True)
    asked = {"pixels hidden": [], "pixels retained": []}
    for check in key.checks:
        asked.get(check[0], []).append(check)
    return source, pydicom.dcmread(io.BytesIO(source)), asked


@pytest.mark.parametrize(("name", "seed"), BASES)
def test_planted_words_are_not_hidden_before_and_are_when_they_are_masked(name, seed, clean):
    source, before, asked = planted(name, seed)
    masks = [
        Mask(None, x, y, right - x, bottom - y)
        for c in asked["pixels hidden"]
        for x, y, right, bottom in rectangles_of(c[2])
    ]
    after, _content, _cleaned = clean(source, masks=masks)
    assert masks and not any(passes(check, before, before, 0, "") for check in asked["pixels hidden"])
    assert all(passes(check, before, after, 0, "") for checks in asked.values() for check in checks)


def test_only_planted_words_were_burned_in():
    _source, before, asked = planted("CT_small.dcm")
    clean_one = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    (check,) = asked["pixels retained"]
    assert passes(check, clean_one, before, 0, "") and (clean_one.pixel_array != before.pixel_array).any()


def test_pixels_changed_away_from_the_words_are_not_retained():
    _source, before, asked = planted("CT_small.dcm")
    (check,) = asked["pixels retained"]
    left, top, right, bottom = rectangles_of(check[2])[0]
    changed = before.pixel_array.copy()
    changed[-1 if bottom < 64 else 0, 3] ^= 1
    after = copy.deepcopy(before)
    after.PixelData = changed.tobytes()
    assert passes(check, before, before, 0, "") and not passes(check, before, after, 0, "")
