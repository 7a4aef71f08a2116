"""What sentences of a stranger showed: numbers grouped anew, names in pairs, further spellings of dates, words that were lost."""

import pytest

from deid.engine.text.cleaning import TextCleaner, TextManner, cleaned_text
from deid.engine.text.dates import SURE, DateManner
from deid.engine.text.known import NOTHING_KNOWN, compile_known
from deid.engine.text.telling import sorted_known

PATIENT = [
    "FOOT^MICHAEL",
    "Nemec^Radka",
    "Szczepanski-Nowak^Bea",
    "Head^Will",
    "27321280",
    "S07-363-2061",
    "MRN643672",
    "842521/36",
    "19281123",
]
CLEANER = TextCleaner(PATIENT, 100)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Cardiac cine SSFP 27_32_12_80", "Cardiac cine SSFP"),
        ("Cardiac cine 84/25/21/36", "Cardiac cine"),
        ("lung S07/363/206/1", "lung"),
        ("lung MRN.643.672", "lung"),
        ("lung 2732 1280", "lung"),
        ("lung 2732.1280 mm", "lung 2732.1280 mm"),
    ],
)
def test_a_number_of_the_patient_goes_however_it_is_grouped(text, cleaned):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Recon 2: lung 321280", "Recon 2: lung"),
        ("Recon 2: lung 643672", "Recon 2: lung"),
        ("Recon 2: lung 632061", "Recon 2: lung"),
        ("Recon 2: lung 1321280.5", "Recon 2: lung 1321280.5"),
        ("Recon 2: lung 321281", "Recon 2: lung 321281"),
    ],
)
def test_the_last_digits_of_a_number_go_from_technical_attributes_too(text, cleaned):
    known = compile_known(*sorted_known(PATIENT))
    assert cleaned_text(text, known, TextManner(str, DateManner(100)), SURE) == cleaned


def test_a_month_and_a_year_between_a_stroke_move_in_technical_attributes_too():
    assert cleaned_text("x Mar/1933", NOTHING_KNOWN, TextManner(str, DateManner(100)), SURE) == "x Jun/1933"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("pt michael foot seen", "pt seen"),
        ("lung, M. FOOT", "lung"),
        ("gre_field_mapping michael foot", "gre_field_mapping"),
        ("HEAD WILL CT THORAX 3.0 B31f", "CT THORAX 3.0 B31f"),
        ("t2_tse_tra_320_will head", "t2_tse_tra_320"),
        ("Mammo MLO rnemec", "Mammo MLO"),
        ("Mammo MLO bszczepanskinowak", "Mammo MLO b"),
        ("Mammo MLO nemecr", "Mammo MLO"),
        ("M. FOOT, lung", "lung"),
        ("left foot and head", "left foot and head"),
        ("prior NEMEC scan", "prior scan"),
        ("liver NEMEC scan", "liver scan"),
    ],
)
def test_a_surname_that_is_a_word_goes_beside_the_given_name_and_its_initial(text, cleaned):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("seen 19.II.1948 again", "seen 29.V.1948 again"),
        ("seen 1. 11. 1977 again", "seen 9. 02. 1978 again"),
        ("seen 28-3-'65 again", "seen 06-7-'65 again"),
        ("Geb. 5. 4. 1965", "Geb."),
        ("DOB: 1935_05_18, cough", "DOB:, cough"),
    ],
)
def test_further_spellings_of_dates_move_and_births_go(text, cleaned):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize("text", ["lung 23 Nov 28 M", "lung 23/11/28 M", "lung 23-11-'28 M"])
def test_a_birth_goes_whose_year_has_two_digits_of_another_century(text):
    manner = TextManner(str, DateManner(100, hidden=frozenset({"19281123"})))
    assert cleaned_text(text, NOTHING_KNOWN, manner) == "lung M"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Discussed with Dr. Joy Field at the board", "Discussed with at the board"),
        ("validé par le Pr Best, suite", "validé par le, suite"),
        ("Daughter Neil Best holds power", "Daughter holds power"),
        ("PI Helen Marrow; CRA Reed Strong; visit 3", "PI; CRA; visit 3"),
        ("with Mocanu and Norman Back from surgery", "with and from surgery"),
        ("CD to Dr. Helen Marrow, cough", "CD to, cough"),
        ("reported by Smith Hand CT", "reported by Hand CT"),
        ("CT with Brain and Neck", "CT with Brain and Neck"),
        ("nurse anna hipp gave 5mg", "nurse gave 5mg"),
        ("nurse héctor ontiveros gave 5mg", "nurse gave 5mg"),
        ("18F-PSMA 1007 Zweistein", "18F-PSMA 1007"),
        ("QA by D. Brain, SNR adequate", "QA by, SNR adequate"),
        ("Approved M.Hand", "Approved"),
        ("D. Brain scan", "D. Brain scan"),
        ("Technologist May noted an artefact", "Technologist noted an artefact"),
        ("thanks Dag for the scan", "thanks for the scan"),
        ("Mom Vân and dad Art here", "Mom and dad here"),
        ("Hart et al. protocol v2", "et al. protocol v2"),
        ("Stable Disease. mtamminen overrode the dose", "Stable Disease. overrode the dose"),
        ("he overrode the dose", "he overrode the dose"),
        ("nurse then gave 5mg", "nurse then gave 5mg"),
        ("GP: Best", "GP"),
        ("region: Hand", "region: Hand"),
        ("Dr. Anna Smith: Head and Neck", "and Neck"),
        ("mujer de 94a", "mujer de 90a"),
        ("Paciente de 101 anos", "Paciente de 90 anos"),
        ("current 95 A", "current 95 A"),
        ("knee Y6M 1N3 pain", "knee pain"),
        ("contact (516 345 435)", "contact"),
    ],
)
def test_people_ages_and_numbers_that_a_word_announces_go(text, cleaned):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "Zustand nach Thorakotomie links",
        "Befund besprochen, kein Frakturnachweis.",
        "in Serie 5 Bewegung, Nebenniere unauffällig",
        "55 year old man on his way, my patient",
        "Hoehn and Yahr stage 2, Foley in place",
        "Bland embolisation",
        "Child-Pugh B. Gez.",
        "MRI bovenbuik",
        "18F-PSMA 1007 PET",
        "PA: Hand, Donor: Heart",
        "lesione epatica di 12 mm",
    ],
)
def test_words_of_reports_stay(text):
    assert CLEANER.clean(text) == text
