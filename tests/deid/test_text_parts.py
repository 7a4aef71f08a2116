"""The parts that text is cleaned with, one by one: which words say nothing, which tell, what months are called."""

from importlib import resources

import pytest

from deid.engine.text.abbreviations import gene_runs
from deid.engine.text.known import compile_known
from deid.engine.text.medical import is_compound, sounds_medical
from deid.engine.text.months import foreign_month, foreign_month_names, foreign_name
from deid.engine.text.scripts import other_script_words
from deid.engine.text.telling import name_parts, phrase_parts, plain_parts, sorted_known
from deid.engine.text.words import (
    ENGLISH_WRITTEN_SMALL,
    clinical_words,
    everyday_words,
    folded,
    is_code_word,
    is_foreign,
    may_be_partner,
    may_stay,
)

MONTHS = {
    "German": "januar februar märz april mai juni juli august september oktober november dezember",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Czech": "ledna února března dubna května června července srpna září října listopadu prosince",
    "Hungarian": "január február március április május június július augusztus szeptember október november december",
    "Turkish": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "Polish": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
}


def shipped(*names: str) -> set[str]:
    data = resources.files("deid.engine").joinpath("data")
    return {word for name in names for word in data.joinpath(name).read_text("utf-8").split()}


@pytest.mark.parametrize("names", MONTHS.values(), ids=list(MONTHS))
def test_months_have_their_number_and_are_written_anew_in_their_language(names):
    words = names.split()
    for number, name in enumerate(words, 1):
        assert foreign_month(name) == foreign_month(name.upper()) == foreign_month(folded(name)) == number
    first = next(
        name for name in words if name in foreign_month_names() and name[0] in "jegs" and len(name) > 4
    )
    for number, name in enumerate(words, 1):
        assert foreign_name(number, first.capitalize()) in (name.capitalize(), "Okt", "Sep")
        assert foreign_name(number, first.upper()) == foreign_name(number, first.capitalize()).upper()
        if names is not MONTHS["German"]:
            assert foreign_name(number, first) == foreign_name(number, first.capitalize()).lower()


def test_months_written_small_are_not_taken_for_german():
    """German writes nouns with a capital: *mai* is French, *januar* Danish."""
    assert foreign_name(2, "mai") == "février" and foreign_name(2, "Mai") == "Februar"
    assert foreign_name(3, "januar") == "marts" and foreign_name(3, "Januar") == "März"


def test_months_without_their_accents_are_written_so():
    assert foreign_name(8, "fevrier") == "aout" and foreign_name(8, "février") == "août"
    assert foreign_name(3, "janvier") == "mars" and foreign_name(12, "FEVRIER") == "DECEMBRE"
    assert foreign_name(12, "Janvier") == "Décembre"


def test_no_month_of_english_is_foreign_and_longer_ones_go_first():
    names = foreign_month_names()
    assert list(names) == sorted(names, key=lambda name: (-len(name), name))
    assert {"januar", "janv", "févr", "fevr", "set", "maj"} <= set(names)
    assert not {"jan", "may", "august", "april", "sept", "out", "november", "december"} & set(names)


def test_no_word_of_english_is_foreign_and_those_of_others_are():
    english = shipped("vocabulary.txt", "technical_words.txt", "english_words.txt", "plain_words.txt")
    foreign = shipped("foreign_words.txt") - english
    assert not [word for word in english if is_foreign(word.capitalize())]
    assert not [
        word for word in foreign if len(word) > 3 and word == folded(word).lower() and not is_foreign(word)
    ]
    assert not [word for word in foreign if len(word) <= 3 and is_foreign(word.capitalize())]
    for word in ("und", "mit", "avec", "het"):
        assert is_foreign(word) and not is_foreign(word.capitalize())


def test_words_that_are_shipped_stay():
    """Allow-lists are what they say: each of their words stays, whatever its case, unless it is a name as well."""
    names = shipped("name_words.txt", "names_too.txt")
    clinical = shipped("vocabulary.txt", "technical_words.txt", "foreign_words.txt", "plain_words.txt")
    clinical |= shipped("drug_words.txt", "diagnosis_words.txt", "term_words.txt")
    clinical |= other_script_words()
    clinical -= shipped("names_too.txt")
    assert clinical == clinical_words()
    assert not [word for word in clinical if word == folded(word).lower() and not may_stay(word.capitalize())]
    assert not [word for word in everyday_words() - names if not may_stay(word.capitalize())]
    assert not [word for word in names - clinical if may_stay(word.capitalize())]
    assert not [word for word in (names & everyday_words()) - clinical if not may_stay(word)]
    lists = ("german_words", "western_words", "other_words")
    small = shipped(*(f"{name}_written_small.txt" for name in lists))
    only_names = names - clinical - everyday_words() - small - ENGLISH_WRITTEN_SMALL
    assert not [word for word in only_names if may_stay(word)]
    assert not [word for word in small - names if not may_stay(word)]
    others = shipped(*(f"{name}.txt" for name in lists)) - names
    assert not [word for word in others if not may_stay(word) or not may_stay(word.capitalize(), abroad=True)]


@pytest.mark.parametrize(
    ("word", "stays"),
    [
        # British spelling of a known word, of seven letters on or exactly six.
        ("Haematoma", True), ("Oedema", True), ("Colour", True), ("Centre", True), ("Litre", True), ("Fibre", True),
        # A plural; a made word of eight letters on; a short one; one of few letters without a vowel.
        ("Lobes", True), ("Xqvtomy", False), ("Qzxvtomy", True), ("Qzz", True), ("Qzzx", True), ("Qzzxvb", True),
        ("Qzzxvbn", False),
        ("Qaz", False), ("QAZ", True), ("qaz", True), ("Sat", True), ("Qazu", False), ("Zolvart", False),
        # Two words in one by capitals; prefixes.
        ("KneeAxial", True), ("KneeZolvart", False), ("Retrosternal", True), ("Zolvarknee", False), ("Perizolvart", False),
        ("Postzolva", False), ("Subcapital", True),
    ],
)  # fmt: skip
def test_a_word_with_a_capital_stays_for_what_it_is_made_of(word, stays):
    assert may_stay(word) is stays


@pytest.mark.parametrize(
    ("word", "beside", "alone"), [("Qazu", True, False), ("QAZ", True, True), ("Qazul", False, False)]
)
def test_a_code_of_four_letters_stays_beside_digits(word, beside, alone):
    assert (may_stay(word, beside_digits=True), may_stay(word)) == (beside, alone)


@pytest.mark.parametrize(
    ("word", "medical"),
    [
        ("qzxvtomy", True), ("xqvtomy", False), ("qzxvosis", True), ("qzvosis", False), ("qzvxumab", True), ("qzvxuma", False),
        ("qzxvtomyx", False), ("", False),
    ],
)  # fmt: skip
def test_a_word_of_eight_letters_sounds_medical_by_its_ending(word, medical):
    assert sounds_medical(word) is medical


@pytest.mark.parametrize(
    ("word", "compound"),
    [
        ("leberherdende", False), ("lungenoberlappen", True), ("lungenoberlapp", False), ("kniegelenkspalt", True),
        ("kniegelenk", False),
        ("wirbelsaulenverletzung", True), ("herzherzherzherz", True), ("herzwandverdickungen", True),
        ("herzxwandverdickung", False),
        ("kniegelenkband", True), ("weichteilbild", True), ("leberkapseln", False), ("untersuchungen", False),
    ],
)  # fmt: skip
def test_a_compound_is_long_and_made_of_pieces_alone(word, compound):
    assert is_compound(word) is compound


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Quackenbush^Xiomara", {"Quackenbush", "Xiomara", "Quackenbush Xiomara"}),
        ("Quackenbush^X", {"Quackenbush", "Quackenbush X"}), ("Wu^Li", {"Wu", "Li", "Wu Li", "Li Wu"}), ("Wu^L", {"Wu"}),
        ("Quackenbush^123", {"Quackenbush", "Quackenbush 123"}),
        ("Quackenbush^1234", {"Quackenbush", "1234", "Quackenbush 1234"}),
        ("CT^Head", set()), ("Bea^M", {"Bea"}), ("Yamada^Tarou=山田^太郎", {"Yamada", "Tarou", "山田", "太郎", "Yamada Tarou"}),
        ("", set()), ("Q", set()), ("123", set()), ("1234", {"1234"}),
    ],
)  # fmt: skip
def test_the_parts_of_a_name_are_searched_for_and_its_whole(name, parts):
    assert name_parts([name]) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Stone^Quackenbush", {"Stone", "STONE"}), ("CT^HEAD", set()), ("Head^CT", set()), ("Quackenbush^Xiomara", set()),
        ("Stone^X", set()), ("Quackenbush^Head", {"Head", "HEAD"}),
    ],
)  # fmt: skip
def test_plain_parts_of_a_name_are_searched_for_as_names_are_written(name, parts):
    plain = shipped("plain_words.txt")
    assert plain_parts([name]) == {part for part in parts if part.lower() in plain}


@pytest.mark.parametrize(
    ("phrase", "parts"),
    [
        ("PT1234567", {"PT1234567"}), ("PT1", set()), ("PT12", {"PT12"}), ("head", set()), ("1234", {"1234"}), ("123", set()),
        ("Larkspur Quillby", {"Larkspur Quillby", "Larkspur", "Quillby"}), ("77123\\88123", {"77123", "88123"}),
        ("RAD-17384-0405", {"RAD-17384-0405", "17384"}), ("  PT12  ", {"PT12"}),
        ("chest of Quillby", {"Quillby"}), ("Quillby 12", {"Quillby"}), ("Quillby 1234", {"Quillby 1234", "Quillby"}),
    ],
)  # fmt: skip
def test_an_identifier_is_searched_for_whole_and_by_its_telling_words(phrase, parts):
    assert phrase_parts([phrase]) == parts


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Quackenbush^Xiomara", "name"), ("Quackenbush=x", "name"), ("Xiomara Quackenbush", "name"), ("20140312", "date"),
        ("2014-03-12", "date"), ("2014.03.12 10:15", "date"), ("20141312", "phrase"), ("PT1234", "phrase"),
        ("one two three four five", "phrase"), ("chest axial", "phrase"), ("A^B: see below; and more of it here", "phrase"),
        ("Quackenbush^Head^Axial^Chest", "phrase"), ("Quackenbush^Xiomara^Zolvart^Qazul^Head^Axial", "name"),
        ("Quackenbush^Xiomara^Zolvart^Head^Axial^Chest", "name"), ("Quackenbush^Xiomara^Head^Axial^Chest^Knee", "phrase"),
        ("Chest^Axial^Knee", "name"), ("A^B^C^D^E^F^G", "phrase"),
    ],
)  # fmt: skip
def test_values_are_sorted_by_how_they_are_written(value, kind):
    names, phrases, dates = sorted_known([f" {value}\0"])
    assert {"name": names, "phrase": phrases, "date": dates}[kind] and len(names) + len(phrases) + len(
        dates
    ) == 1


@pytest.mark.parametrize(
    ("value", "raw", "found"),
    [
        ("Quackenbush", b"xxquackenbushxx", True), ("Quackenbush", b"QUACKENBUSH", True), ("Quackenbush", b"quackenbus", False),
        ("Quackenbush", "Quackenbush".encode("utf-16-le"), True), ("Quackenbush", "Quackenbush".encode("utf-16-be"), True),
        ("Abdul", b"\1 abdul,", True), ("Abdul", b"xabdulx", False), ("Abdul", b"abdul", False), ("Abdul", b"abdul.", True),
        ("Abdula", b"xabdulax", True), ("Abel", b"\0abel\0\0", True), ("Abe", b"\0\0abe\0\0\0", False),
    ],
)  # fmt: skip
def test_a_known_value_is_found_in_bytes_as_its_length_allows(value, raw, found):
    assert compile_known(frozenset({value}), frozenset()).in_bytes(raw) is found


def test_a_word_beside_a_name_is_its_partner_where_names_have_it():
    for name in sorted(shipped("name_neighbours.txt"))[:300]:
        assert may_be_partner(name.capitalize()) and not may_be_partner(name)
        assert may_be_partner(name.upper()) is (len(name) > 3)
    assert not may_be_partner("CT") and not may_be_partner("Zolvart")


@pytest.mark.parametrize(
    ("word", "stays"),
    [
        ("KNEEAXIAL", True),
        ("AXIALKNEE", True),
        ("KNEEXAXIAL", False),
        ("ZOLVARTKNEE", False),
        ("ABCAXIALQ", False),
    ],
)
def test_a_code_may_be_two_words_in_one(word, stays):
    assert is_code_word(word) is stays


def test_symbols_of_genes_stay_in_capitals_only_and_are_nobodys_name():
    runs = gene_runs()
    assert {"mycn", "nras", "pdgfra"} <= runs and not {"adar", "themis", "mars", "smith"} & runs
    assert may_stay("PDGFRA") and not may_stay("Pdgfra") and not may_stay("pdgfra") and not may_stay("ADAR")


@pytest.mark.parametrize(("word", "alone"), [("verdickung", True), ("schulter", False), ("herz", False)])
def test_a_long_piece_of_compounds_is_a_word_unless_somebody_is_called_so(word, alone):
    assert is_compound(word) is alone
