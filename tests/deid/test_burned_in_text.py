import numpy as np
import pytest
from pydicom.data import get_testdata_file

from deid.engine import Mask, read_facts
from deid.engine.finding.content import recognisable_content
from deid.engine.verification.pixels import compare_pixels
from deid.engine.verification.walker import Walker

REASON = "THE OCR EXTRA IS MISSING: no text was looked for"
text = pytest.importorskip("deid.engine.finding.text", reason=REASON)
series = pytest.importorskip("deid.engine.finding.text_series", reason=REASON)
from tests.deid import burning  # noqa: E402
from tests.deid.images_with_words import WORDS, ink, slices  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")


def covered(word, boxes):
    """Return how much of a word's rectangle the boxes cover."""
    hidden = np.zeros((word.bottom - word.top, word.right - word.left), bool)
    for box in boxes:
        rows = slice(max(0, box.y - word.top), max(0, box.y + box.height - word.top))
        hidden[rows, max(0, box.x - word.left) : max(0, box.x + box.width - word.left)] = True
    return hidden.mean()


@pytest.mark.parametrize("kind", burning.KINDS)
def test_planted_words_are_covered_and_little_else(kind, tmp_path):
    found = planted = 0
    for seed in (1, 2):
        burned = burning.burn(kind, seed)
        boxes = text.find_text(burned.written(tmp_path), [0])
        found += sum(covered(word, boxes) >= 0.9 for word in burned.words)
        planted += len(burned.words)
        area = sum((word.right - word.left) * (word.bottom - word.top) for word in burned.words)
        masked = np.zeros(burned.ink.shape, bool)
        for box in boxes:
            masked[box.y : box.y + box.height, box.x : box.x + box.width] = True
        assert masked.sum() < 2.5 * area + 4000
    assert planted and found >= planted - 1


def test_the_mask_of_large_letters_over_anatomy_keeps_to_their_line(tmp_path):
    burned = burning.burn("SC", 111)
    boxes = text.find_text(burned.written(tmp_path), [0])
    assert all(covered(word, boxes) >= 0.9 for word in burned.words)
    words = [(w.left - 12, w.top - 12, w.right + 12, w.bottom + 12) for w in burned.words]
    for box in boxes:
        assert any(top <= box.y and box.y + box.height <= bottom for _left, top, _right, bottom in words)


def test_a_mask_over_anatomy_is_hardly_larger_than_its_words(tmp_path):
    area = masked = 0
    for seed in (5000, 5002):
        burned = burning.burn("CT", seed)
        boxes = text.find_text(burned.written(tmp_path), [0])
        assert all(covered(word, boxes) >= 0.9 for word in burned.words)
        area += sum((word.right - word.left) * (word.bottom - word.top) for word in burned.words)
        hidden = np.zeros(burned.ink.shape, bool)
        for box in boxes:
            hidden[box.y : box.y + box.height, box.x : box.x + box.width] = True
        masked += int(hidden.sum())
    assert masked < 1.65 * area


def test_a_short_word_that_no_detector_proposes_is_taken_along_with_its_line(tmp_path):
    burned = burning.burn("CR", 104)
    boxes = text.find_text(burned.written(tmp_path), [0])
    assert all(covered(word, boxes) >= 0.9 for word in burned.words)


@pytest.mark.parametrize("kind", burning.KINDS)
def test_a_clean_image_is_left_whole(kind, tmp_path):
    assert text.find_text(burning.burn(kind, 3, clean=True).written(tmp_path), [0]) == []


def test_a_round_organ_is_not_taken_for_a_letter(tmp_path):
    canvas = np.zeros((512, 512), np.uint8)
    y, x = np.ogrid[:512, :512]
    canvas[((y - 250) / 60) ** 2 + ((x - 250) / 50) ** 2 < 1] = 180
    canvas[((y - 250) / 40) ** 2 + ((x - 250) / 32) ** 2 < 1] = 20
    assert text.text_of_pictures([canvas]) == []


def test_masks_from_boxes_leave_nothing_to_read_and_pass_the_second_reader(tmp_path, clean):
    burned = burning.burn("US cine", 4)
    source = burned.written(tmp_path)
    masks = [Mask(None, b.x, b.y, b.width, b.height) for b in text.find_text(source, [0])]
    content = clean(source.read_bytes(), masks=masks)[1]
    (tmp_path / "masked.dcm").write_bytes(content)
    assert text.find_text(tmp_path / "masked.dcm", [0, 2]) == []
    walked = [list(Walker(c).elements()) for c in (source.read_bytes(), content)]
    assert compare_pixels(source.read_bytes(), walked[0], content, walked[1], masks) == []


def series_of(tmp_path, count, written_on, words=WORDS):
    """Return the paths of slices of a changing body, with words on some of them, and where these stand."""
    slices(tmp_path / "series", count, written_on, words)
    ys, xs = np.nonzero(ink(words))
    paths = [tmp_path / "series" / f"{number}.dcm" for number in range(count)]
    return paths, burning.Word(None, xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_text_that_stands_or_lies_upside_down_is_found(turns):
    shown = np.zeros((256, 256), np.uint8)
    shown[ink("KOWALCZUK")] = 220
    (box,) = text.text_of_pictures([np.ascontiguousarray(np.rot90(shown, turns))])
    ys, xs = np.nonzero(np.rot90(shown, turns))
    assert covered(burning.Word(None, xs.min(), ys.min(), xs.max() + 1, ys.max() + 1), [box]) >= 0.9


def test_text_on_one_slice_of_many_is_found(tmp_path):
    paths, word = series_of(tmp_path, 9, {6})
    found = series.find_text_in_series(paths)
    assert {box.image for box in found} == {6} and covered(word, found) >= 0.9


@pytest.mark.parametrize("written_on", [{13}, {26, 27}])
def test_a_short_word_that_makes_no_line_is_found_among_many_slices(tmp_path, written_on):
    paths, word = series_of(tmp_path, 40, written_on, "LEE")
    found = series.find_text_in_series(paths, most_images=6)
    assert {box.image for box in found} & written_on and covered(word, found) >= 0.9


def test_text_that_stays_on_all_slices_is_one_finding_for_all(tmp_path):
    paths, word = series_of(tmp_path, 6, set(range(6)))
    found = series.find_text_in_series(paths)
    assert [box.image for box in found] == [None] * len(found)
    assert covered(word, found) >= 0.9
    assert series.find_text_in_series_json([str(p) for p in paths])[0]["rows"] == 256


def test_slices_without_text_give_nothing(tmp_path):
    assert series.find_text_in_series(series_of(tmp_path, 5, set())[0]) == []


def test_images_that_identify_by_their_content_are_named():
    assert "fundus" in recognisable_content({"modality": "OP", "has_pixels": True})
    assert recognisable_content({"modality": "OT", "sop_class_uid": "1.2.840.10008.5.1.4.1.1.77.1.4"})
    assert recognisable_content({"modality": "OT", "sop_class_uid": "1.2.840.10008.5.1.4.1.1.77.1.5.1"})
    assert recognisable_content({"modality": "OP", "has_pixels": False}) is None
    assert "surface" in recognisable_content(
        {"modality": "M3D", "sop_class_uid": "1.2.840.10008.5.1.4.1.1.104.3", "has_pixels": False}
    )
    assert "surface" in recognisable_content({"modality": "M3D"})
    assert recognisable_content(read_facts(get_testdata_file("CT_small.dcm")).safe) is None


def test_a_vertebra_that_reads_as_a_letter_is_none():
    assert text.find_text(get_testdata_file("CT_small.dcm")) == []
