"""A word of medicine is a name before a degree that ends what is said, and as a patient's listed surname; elsewhere it stays."""

import pytest

from deid.engine.text.cleaning import TextCleaner

CLEANER = TextCleaner([], -100)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("read Marrow, MD", "read, MD"),
        ("Long, FRCR.", "FRCR."),
        ("pt Short, Anna 54F", "pt, 54F"),
        ("Patient: Major, Wilhelmina", "Patient"),
    ],
)
def test_a_word_of_medicine_in_a_names_place_goes(text, cleaned):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    ["Contrast, MD approved", "AP, MD", "Reviewed, DO NOT repeat", "Liver, Spleen", "Long, cross section"],
)
def test_elsewhere_it_stays(text):
    assert CLEANER.clean(text) == text
