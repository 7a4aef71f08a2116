"""People whom no attribute names, by how they are written and what stands beside them; whoever has no name in a text is left."""

import pytest

from deid.engine.text.cleaning import TextCleaner


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sedation by Mark, uneventful", "Sedation by, uneventful"),
        ("The mark is over the nodule", "The mark is over the nodule"),
        ("Mark the lesion before surgery", "Mark the lesion before surgery"),
        ("Discussed with Max on the ward", "Discussed with on the ward"),
        ("Surgeon X. Stern, right hip", "Surgeon, right hip"),
        ("T. Spine and L. Kidney normal", "T. Spine and L. Kidney normal"),
        ("seen dr Stern and dott. Wachowiak, knee pain", "seen and, knee pain"),
    ],
)
def test_a_name_that_is_a_word_goes_where_a_title_an_initial_or_a_cue_tells(text, expected):
    assert TextCleaner([], 0).clean(text) == expected


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Control, podejrzenie trzonopatii, skierowany ponownie", ()),
        ("Versamenti pleurici e adenopatie sovraclaveari assenti", ()),
        ("Lesion reviewed by wachowiak, unchanged", ("wachowiak",)),
        ("lesion reviewed again, wachowiak informed", ("wachowiak",)),
        ("LESION REVIEWED AGAIN, WACHOWIAK INFORMED", ("WACHOWIAK",)),
        ("Lesion reviewed again, Wachowiak informed", ("Wachowiak",)),
    ],
)
def test_a_word_written_small_stays_among_words_that_have_capitals_but_not_behind_what_tells_of_people(
    text, lost
):
    cleaned = TextCleaner([], 0).clean(text)
    assert [word for word in text.replace(",", "").split() if word.strip(".") not in cleaned] == list(lost)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Paged at 773-4886, no answer", "Paged at, no answer"),
        ("Call back 248-0014", "Call back"),
        ("b values 400-1000, window 300-2000", "b values 400-1000, window 300-2000"),
        ("energies 200-1024 HU", "energies 200-1024 HU"),
    ],
)
def test_a_telephone_number_within_a_town_goes_and_a_range_stays(text, expected):
    assert TextCleaner([], 0).clean(text) == expected
