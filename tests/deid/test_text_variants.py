"""Words of medicine in another form than lists have them stay; names that look so, and words of other languages, go."""

import pytest

from deid.engine.text.abbreviations import gene_runs, is_abbreviation, listed_abbreviations
from deid.engine.text.cleaning import UIDS_REMOVED, cleaned_text
from deid.engine.text.known import NOTHING_KNOWN
from deid.engine.text.languages import is_strange, tells_of_language
from deid.engine.text.lists import shipped
from deid.engine.text.variants import is_cut, is_joined, is_kindred, is_variant, made_names
from deid.engine.text.words import is_derived, may_stay


def cleaned(text: str) -> str:
    return cleaned_text(text, NOTHING_KNOWN, UIDS_REMOVED)


@pytest.mark.parametrize(
    "text",
    [
        "CT CHEST ABD PELV W CONT",  # cut short
        "MAMM SCRN BILAT",
        "LUNG PERFU IMAG",
        "CT RETROPERIT UNENHAN",
        "CT CHESTABDOMEN WO",  # joined
        "PETCTMATCH WholeBody",
        "skullbase_thin",
        "Perfusie myocard in rust",  # spelled as kin
        "Processus coracoideus dextra",
        "Os scaphoideum",
        "TC torace perfusione",
        "craniaal en degeneratieve",
        "Leberherd im Segment",  # German compounds of nine letters
        "ALSFRS-R 38",  # listed abbreviations
        "Sat Mam Ver",  # three letters that abbreviate
        "bark lewy T2",  # which side
        "Fracture déplacée du col fémoral",
    ],
)
def test_words_of_medicine_in_another_form_stay(text):
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Wagner PELV", "PELV"),
        ("Weisskopf MRT", "MRT"),  # a compound of pieces, and a surname
        ("Whitehead CT", "CT"),
        ("Christelle CT", "CT"),
        ("Pomer CT", "CT"),  # begins a word of medicine, and ends as names do
        ("Idris CT", "CT"),  # a word with an s
        ("AbdomenBiever", ""),  # a prefix and a word
        ("Chest Gul", "Chest"),
        ("brain ünlü", "brain"),
        ("ankle_krijger_6547654", "ankle"),
        ("knee_kaski", "knee"),
        ("DIAMANTIDIS965691", ""),
        ("jormanainen5995579_brain", "brain"),
        ("shoulder_9944833", "shoulder"),
        ("mob 014 53 31 15 62", "mob"),
        ("Corrine Sheriff had breakfast before", "had breakfast before"),
        ("copy of it to Wolfgang Villain please", "copy of it to please"),
        ("vågnerová Seven", ""),
        ("vu avec Baas", "vu avec"),
    ],
)
def test_names_that_look_like_words_go(text, left):
    assert cleaned(text) == left


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Исследование выполнено, тамара чувствует себя хорошо.", "тамара"),
        ("Снимки показали, что эдуардом довольны.", "эдуардом"),
        ("Контроль: игнатову через месяц", "игнатову"),
        ("Дослідження виконано, варвара почувається добре.", "варвара"),
        ("Οι εικόνες δόθηκαν, λουίζα ευχαριστεί.", "λουίζα"),
        ("badanie zlecił Fisher", "Fisher"),
        ("remitido por Fares", "Fares"),
        ("мать евгений присутствует", "евгений"),
        ("χαλβατζή βασιλική", "βασιλική"),
    ],
)
def test_names_in_texts_of_other_languages_go(text, gone):
    assert gone not in cleaned(text)


@pytest.mark.parametrize(
    "day",
    [
        "września 19, 1961",
        "février 23rd, 1962",
        "21DÉC58",
        "20LUG58",
        "3 lokakuuta 1970",
        "5-wrz-1970",
        "22-srp-1956",
    ],
)
def test_days_in_the_words_of_other_languages_go(day):
    assert cleaned(f"control {day}") == "control"


@pytest.mark.parametrize("text", ["4mag20", "12set20", "liver 20 min"])
def test_what_only_looks_like_such_a_day_stays(text):
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("way", "word", "known"),
    [
        (is_cut, "pelv", True),
        (is_cut, "pel", False),
        (is_cut, "abdominopelvi", False),  # hardly anything is missing
        (is_cut, "enhan", False),  # ends as names do
        (is_cut, "unenhan", True),
        (is_joined, "chestabd", True),
        (is_joined, "chestabdx", False),
        (is_joined, "chest", False),
        (is_kindred, "perfusie", True),
        (is_kindred, "perfusix", False),
        (is_kindred, "hepaticus", True),
        (is_variant, "christelle", False),
        (is_derived, "biscan", True),
        (tells_of_language, "fémoral", True),
        (tells_of_language, "femoral", False),
        (is_strange, "bagoly", True),
        (is_strange, "ohne", False),
        (is_strange, "Bagoly", False),
        (is_abbreviation, "ALSFRS", True),
        (is_abbreviation, "alsfrs", False),
    ],
)
def test_each_way_knows_its_words(way, word, known):
    assert way(word) is known


def test_names_are_in_no_list_of_abbreviations_and_made_ones_do_not_stay():
    assert not {"adam", "nina", "themis"} & (listed_abbreviations() | gene_runs())
    stays = {name for name in made_names() if is_variant(name)}
    assert not stays and len(made_names()) > 1500
    assert not may_stay("Weisskopf") and "тамара" in shipped("script_names.txt")
