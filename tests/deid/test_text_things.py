"""Names of things that no list has stay where what stands around them tells; what is left of a name beside them goes."""

import pytest

from deid.engine.text.cleaning import UIDS_REMOVED, cleaned_text
from deid.engine.text.dates import THOROUGH
from deid.engine.text.eponyms import eponym_at
from deid.engine.text.known import NOTHING_KNOWN
from deid.engine.text.things import thing_at
from deid.engine.text.words import may_stay


def clean(text: str) -> str:
    return cleaned_text(text, NOTHING_KNOWN, UIDS_REMOVED, THOROUGH)


@pytest.mark.parametrize(
    "text",
    [
        "F-18 Quorvista PET", "68Ga-Wendolux PET/CT", "Given slowly Tavrelor 40 mg iv", "allergic to Brennafix, knee pain",
        "Medications: Ostrivel, aspirin", "lesion with Ostrivel-induced change", "liver after Ostrivel therapy",
        "Using Quorvista as contrast", "status post Vexlor Prime stent", "chest with a Vexlor catheter", "Vexlor stent in place",
        "lung QWERAT mutation", "the QWERAT trial", "MAGNETOM Vida 3T", "brain SOMATOM Quorvist", "Exported from Zorvalab",
        "Krumwald angle of 20 degrees", "Krumwald view of the hip", "Krumwald type IV", "consistent with Krumwald classification",
        "Follow-up of disease, QORSS 3.5, relapsing", "relapsing disease (QALSI 4)", "QORSS >= 3 at entry",
        "seen at visit, QALSI 17/30",
        "The QORSS was 4 at entry", "enrolled in QWERTAR, active arm", "QWERTB1-mutated cancer", "QWERAT carrier",
        "mutation of QWERAT",
        "Uptake of Quorvista in the liver", "A Vexlor stent is seen", "S/p Vexlor implantation", "scan on a Vexlor at 3T",
        "conmeds: Ostrivel, aspirin", "positive Krumwald test", "using the Krumwald method",
        "Prothèse Vexlor en place sans signe", "Stent Vexlor permeable en la arteria",
        "Implantation einer Vexlor Prothese rechts",
        "Therapie mit Ostrivel seit 2019", "sous Ostrivel depuis trois ans", "terapia con Ostrivel da tre anni",
        "multipl skleroz, Ostrivel tedavisi altında", "терапия Ostrivel с эффектом", "nach Gabe von Ostrivel 10 ml",
        "MYCN amplified, ATRX loss", "Verdickung der Muskulatur, Erkrankung",
    ],
)  # fmt: skip
def test_a_thing_stays_where_its_neighbours_tell(text):
    assert not may_stay("Krumwald") and not may_stay("Ostrivel") and not may_stay("Vexlor")
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("left discussed with Krumwald catheter", "left discussed with catheter"), ("Krumwald 40 mg given", "40 mg given"),
        ("images of Krumwald, head", "images of, head"), ("Krumwald stent follow-up", "stent follow-up"),
        ("injected Anna Krumwald 5 mg", "injected 5 mg"), ("chest Krumwald catheter", "chest catheter"),
        ("read by Krumwald classification", "read by classification"), ("allergic to Krumwald, Anna", "allergic to"),
        ("KRUMWALD 1.0", "1.0"), ("chest KRUMWALD 1.0", "chest 1.0"), ("chest, KRUMWALD 1.0 mm", "chest, 1.0 mm"),
        ("KRUMWALD 54", "54"),
        ("KRUMWALD positive", "positive"), ("Krumwald test", "test"), ("knee Krumwald view", "knee view"),
        ("Krumwald type 2 diabetes", "type 2 diabetes"), ("stent Krumwald", "stent"),
        ("images of Krumwald stent", "images of stent"),
        ("Therapie Frau Krumwald", "Therapie"), ("Stent Krumwald Zorvald en place", "Stent en place"),
    ],
)  # fmt: skip
def test_a_person_is_no_thing_beside_what_things_have(text, left):
    assert clean(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("krumwald_rush_27185786", ""), ("chest_Krumwald_48213", "chest"), ("24345786;Krumwald;Grinder;knee", "knee"),
        ("Small effusion.\nDictated: MO/oudwald", "Small effusion.\nDictated"),
        ("small effusion. KR/rosedale", "small effusion."),
        ("Garrik Sower was informed. Normal study.", "was informed. Normal study."), ("liver Krumwald Qun", "liver"),
        ("Results given to Walker by phone.", "Results given to by phone."),
        ("Paddy is a 45 year old man.", "is a 45 year old man."),
        ("Compared with images of Grinder Krumwald.", "Compared with images of ."), ("data of Sower", "data of"),
        ("Results given to Sower by phone.", "Results given to by phone."), ("images of Sower. Normal.", "images of Normal."),
        ("Thorax lisetta krumwald", "Thorax"), ("The Knee of jagdisho_krumwald in this folder",
        "The Knee of _ in this folder"), ("stage IVA Krumwald", "stage IVA"), ("shane gosling", ""),
        ("IVA KRUMWALD CHEST", "CHEST"), ("brain Xie", "brain"), ("brain Shaikh, Krumwald", "brain"),
    ],
)  # fmt: skip
def test_what_was_left_of_a_name_goes(text, left):
    assert clean(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Fracture type I. He fell from a horse", "BRAVO +C", "stage IVA lung", "Acquired on GE Healthcare",
        "given Zevalin 10 mCi",
        "Escherichia coli",
        "Soemmering's ring, left eye", "Bordetella pertussis", "Trisomy 18", "monoclinic", "Dog, lame", "Stan po resekcji",
        "OpenJPH Ver 0.7",
    ],
)  # fmt: skip
def test_words_of_medicine_and_sentences_stay(text):
    assert clean(text) == text


def test_contrast_is_no_initial():
    assert clean("BRAVO +C Krumwald") == "BRAVO +C"


def test_only_the_beginning_of_a_thing_is_one():
    text = "liver with a Vexlor catheter"
    assert thing_at(text, text.index("Vexlor")) and not thing_at(text, 0)
    assert eponym_at("Krumwald angle", 0) and not eponym_at("Krumwald knee", 0)
