"""Which words stay in cleaned text: clinical ones however rare, and no part of a name that is a word as well."""

import pytest

from deid.engine.tables.people import NOT_NEIGHBOURS
from deid.engine.text.cleaning import TextCleaner
from deid.engine.text.medical import is_compound, sounds_medical
from deid.engine.text.words import eponyms, name_neighbours

CLEANER = TextCleaner([], -100)


@pytest.mark.parametrize(
    "text",
    [
        "Scattered fibroglandular densities; BI-RADS 2. Coarse popcorn calcification.",
        "Status post cholecystojejunostomy with pneumobilia, recanalized paraumbilical vein",
        "T2 hyperintense lesion with restricted diffusion. White matter disease, Fazekas grade 2.",
        "Pembrolizumab plus pemetrexed; trastuzumab deruxtecan; osimertinib",
        "Osgood-Schlatter disease; Salter-Harris type II; Hill-Sachs deformity; Kellgren-Lawrence grade 3",
        "findings compatible with COVID-19 pneumonia, LVEF 55 %, 0.1 mmol/kg",
        "Degenerative Veränderungen der Lendenwirbelsäule mit Bandscheibenvorfall und Spinalkanalstenose",
        "Épanchement pleural bilatéral de faible abondance. Hernie discale avec conflit radiculaire.",
        "Sin evidencia de hemorragia intracraneal. Nódulo pulmonar en lóbulo superior derecho.",
    ],
)
def test_clinical_words_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("John Graves presented with pain", "presented with pain"),
        ("prior study of Linda Hill compared", "prior study of compared"),
        ("MARGARET WHITE HEAD W/O", "HEAD W/O"),
        ("Brown_Ashleigh thorax", "thorax"),
        ("BARRETT, BRITTANY follow up", "follow up"),
        ("Plath_Hans-Dieter thorax", "thorax"),
        ("CT chest for Ana Luiza Siqueira", "CT chest for"),
        (
            "Hill-Sachs deformity, White matter, Young adult",
            "Hill-Sachs deformity, White matter, Young adult",
        ),
        ("Ostrander chest long axis", "chest long axis"),
    ],
)
def test_a_word_beside_a_name_goes_where_it_may_be_part_of_it(text, cleaned):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize(
    "number",
    [
        "(817)205-6229",
        "(0118) 496 0638",
        "0118 496 0667",
        "(01632) 960838",
        "51 5079-2999",
        "001-742-521-8168",
        "Apt. 225",
    ],
)
def test_telephone_numbers_of_many_countries_go(number):
    assert CLEANER.clean(f"call {number}, left knee") == "call, left knee"


@pytest.mark.parametrize(
    "name", ["moraitis", "gallenstein", "lawrence", "considine", "jeremias", "quackenbush", "clements"]
)
def test_names_do_not_sound_medical(name):
    assert not sounds_medical(name) and not is_compound(name)


def test_names_beside_names_are_no_words_of_radiology():
    assert not name_neighbours() & NOT_NEIGHBOURS
    assert {"graves", "hill", "white", "brown", "ana"} < name_neighbours()


def test_eponyms_are_sorted_and_of_several_words():
    assert list(eponyms()) == sorted(set(eponyms())) and all(" " in phrase for phrase in eponyms())
