"""Rarer words of medicine stay in cleaned text, by their endings, by what an o joins and by the largest English lists; names that
look like them go."""

import pytest

from deid.engine.text.cleaning import TextCleaner

CLEANER = TextCleaner([], -100)


@pytest.mark.parametrize(
    "word",
    [
        "Hemidiaphragm",
        "Camptodactyly",
        "Hyponatremia",
        "Areflexia",
        "Perifissural",
        "Infracalvarial",
        "Epiphyses",
        "Corticomedullary",
        "Talocalcaneal",
        "Nephroureterectomy",
        "Carpotarsal",
        "Splenogonadal",
        "Iridocorneal",
        "Glabellar",
        "Triquetral",
        "Hypochlorhydria",
        "Hepato-renal flow",
        "Oculo-motor palsy",
        "Hemiglossal",
        "Dyschromatopsia",
    ],
)
def test_a_rarer_word_of_medicine_stays(word):
    assert CLEANER.clean(f"{word} noted on CT") == f"{word} noted on CT"


@pytest.mark.parametrize(
    "name", ["Abraitis", "Bromelia", "Strobridge", "Kaltostro", "Palmillas", "Strivers", "Paro", "Andro"]
)
def test_a_name_that_looks_like_one_goes(name):
    assert CLEANER.clean(f"{name} noted on CT") == "noted on CT"
