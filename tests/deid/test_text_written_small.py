"""Names written small, and what is left beside and between the parts of a name, go where something tells of people."""

import pytest

from deid.engine.text.cleaning import TextCleaner
from deid.engine.text.words import may_stay

CLEANER = TextCleaner([], None)


def clean(text: str) -> str:
    return CLEANER.clean(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mr. burns was seen today", "Mr. was seen today"), ("Mevrouw krumwald woont op de eerste", "Mevrouw woont op de eerste"),
        ("Mevrouw van het heerenveen woont op de eerste", "Mevrouw woont op de eerste"),
        ("Rouva krumwaldi on tullut tutkimukseen: Keuhkot ennallaan", "Rouva on tullut tutkimukseen: Keuhkot ennallaan"),
        ("Sig.ra krumwald inviata per dolore. Fegato normale", "Sig.ra inviata per dolore. Fegato normale"),
        ("Befund unverändert. Vidiert: krumwald", "Befund unverändert. Vidiert"),
        ("Acquired by Zorvald krumwald with the head coil", "Acquired by with the head coil"),
        ("lisa called, pain resolved", "called, pain resolved"), ("Chest pain, gabriel is a teacher", "Chest pain, is a teacher"),
        ("contrast given by smith on the ward", "contrast given by on the ward"),
        ("segmented by LITTLE at baseline", "segmented by at baseline"),
    ],
)  # fmt: skip
def test_a_name_written_small_goes_behind_who_does_something(text, left):
    assert clean(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Mme a été vue ce matin", "segmented by software in 3D", "measured by hand at baseline", "read by CT on 3T",
        "Patient: Knee MRI", "Patient: MRI Brain, Head", "patient called, resolved", "lesion, scan is a repeat",
        "bone discussed at the board", "NOK: aware",
    ],
)  # fmt: skip
def test_words_behind_who_does_something_stay(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hasta: SEVEN Krumwald; MR", "MR"), ("Potilas: Ring, Zora", "Potilas"),
        ("Ασθενής: Ring Krumwald ημερομηνία", "Ασθενής: ημερομηνία"),
        ("Patient GREEN not cooperative", "Patient not cooperative"),
        ("TORRENT, Krumwald Zorvald: pain", "pain"), ("Torrent, Krumwald: pain", "pain"), ("CC: Krumwald, Pack, Zorvald", "CC"),
        ("Zorvald Ring-Krumwald is old", "is old"), ("ENE Krumwald 3", "3"), ("Krumwald ENE", ""),
    ],
)  # fmt: skip
def test_all_words_of_a_name_go_with_the_part_that_is_no_word(text, left):
    assert clean(text).replace(" ,", ",") == left


@pytest.mark.parametrize("text", ["RUQ Krumwald", "LAO Krumwald"])
def test_an_abbreviation_before_a_name_stays(text):
    assert clean(text) == text.split()[0]


def test_greek_surnames_written_small_go_by_their_endings():
    assert clean("Εγκέφαλος με ζορβαλόπουλος σήμερα") == "Εγκέφαλος με σήμερα"
    assert clean("Εγκέφαλος χωρίς αγωγή") == "Εγκέφαλος χωρίς αγωγή"


def test_a_given_name_that_is_a_rare_form_of_a_word_is_none_of_medicine():
    assert clean("nurse Jamie Krumwald") == "nurse" and not may_stay("Jamie")


@pytest.mark.parametrize("name", ["schneider", "kissinger", "schreiber"])
def test_a_name_that_looks_like_the_form_of_a_word_goes_written_small(name):
    assert clean(f"baseline__{name}_DWI").strip("_ ") == "baseline___DWI"
    assert may_stay("bestehende")
