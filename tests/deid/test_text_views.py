"""What another window or the numbers of a palette show is looked at too; a line goes on over letters that read with it."""

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

pytest.importorskip("deid.engine.finding.text", reason="THE OCR EXTRA IS MISSING: no text was looked for")
from deid.engine.finding.text_lengthening import _reached, lengthened, with_the_rest
from deid.engine.finding.text_reading import as_it_is
from deid.engine.finding.text_views import other_views, text_of_view
from deid.engine.pixels.decoding import shown_frame, window_count
from tests.deid.letters import SIZE, around, written

WORDS = "MORGAN 4711"


def image(values, **attributes):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = *SIZE, 1
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = values.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    for name, value in attributes.items():
        setattr(dataset, name, value)
    return dataset


def written_faintly():
    """Return values of which only a narrow window tells the ink from the ground, and where the ink is."""
    values, ink = np.full(SIZE, 200), written(WORDS, (60, 90), 24)
    values[200:, :] = 3500
    values[ink] = 260
    return values, ink


def test_what_a_second_window_shows_is_read():
    values, ink = written_faintly()
    dataset = image(values, WindowCenter=[1700, 230], WindowWidth=[3000, 80])
    assert window_count(dataset) == 2
    (view,) = other_views(dataset, 0, shown_frame(dataset, 0))
    ((box, _score),) = text_of_view(view, [])
    assert max(abs(a - b) for a, b in zip(box, around(ink), strict=True)) <= 2
    assert list(text_of_view(view, [box])) == []


@pytest.mark.parametrize(
    "windows",
    [
        {},
        {"WindowCenter": 1700, "WindowWidth": 3000},
        {"WindowCenter": [1700, 1700], "WindowWidth": [3000, 3000]},
    ],
)
def test_one_window_or_the_same_one_again_is_no_other_view(windows):
    dataset = image(written_faintly()[0], **windows)
    assert list(other_views(dataset, 0, shown_frame(dataset, 0))) == []


def test_words_in_a_colour_like_that_of_the_ground_are_read_without_the_palette():
    values, ink = np.full(SIZE, 3), written(WORDS, (60, 90), 24)
    values[ink] = 250
    dataset = image(values, PhotometricInterpretation="PALETTE COLOR", BitsStored=8, HighBit=7)
    for name in ("Red", "Green", "Blue"):
        setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(dataset, f"{name}PaletteColorLookupTableData", np.full(256, 65535, "<u2").tobytes())
    (view,) = other_views(dataset, 0, shown_frame(dataset, 0).max(axis=2))
    ((box, _score),) = text_of_view(view, [])
    assert max(abs(a - b) for a, b in zip(box, around(ink), strict=True)) <= 2


def test_a_line_goes_on_over_a_letter_that_reads_with_it_alone():
    picture, ink = np.full(SIZE, 90, np.uint8), written("26.03.1971", (80, 90), 24)
    picture[60:150, :98] = 170  # the ground of the first letters is another
    picture[ink] = 230
    left, top, right, bottom = around(ink)
    part = left + 20, top, right, bottom
    assert lengthened([picture], part) == part
    whole = with_the_rest([picture], part, as_it_is)
    assert whole[0] <= left and whole[2] - right <= 0.6 * (bottom - top)


def test_behind_a_line_only_letters_beside_it_and_whole_words_farther_away_count():
    assert _reached(100, [(112, 0.95), (124, 0.85)], 10) == 124
    assert _reached(100, [(112, 0.95), (124, 0.7), (136, 0.99)], 10) == 112
    assert _reached(100, [(125, 0.99)], 10) == 100
    assert _reached(100, [(125, 0.99), (137, 0.9)], 10) == 137
    assert _reached(100, [(140, 0.99), (152, 0.99)], 10) == 100
