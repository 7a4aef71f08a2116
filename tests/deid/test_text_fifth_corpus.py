"""What an acceptance on other texts found: numbers that stayed, measurements that were eaten, words that were lost."""

import pytest

from deid.engine.text.cleaning import TextCleaner

CLEANER = TextCleaner([], -100)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Chest CT 4/23/18 compared", "Chest CT 1/13/18 compared"), ("Comparison CT 12/25/18", "Comparison CT 09/16/18"),
        ("Pat. pnr 19401224-8457, huvudvärk", "Pat., huvudvärk"), ("hetu 131052-308T", ""),
        ("född 1974-07-17", "född"), ("*17.07.1974", "*"),
        ("MRN 295.365.291 is", "is"), ("MRN: 295.365.291 (merged)", "(merged)"), ("Hosp# 12-34-56", ""), ("MR# 04-41-82", ""),
        ("Medicare 1EG4-TE5-MK73", "Medicare"), ("claim WC-2019-44817 lumbar strain", "lumbar strain"),
        ("Bx #SP-19-01233", ""),
        ("Randomization number R4471", ""), ("Trial subject 145-5749, Cycle 2", ", Cycle 2"), ("Subj# S-113-0042", ""),
        ("GTV_kowalski", "GTV"), ("Approved asmith 2019-06-04", "Approved 2019-02-24"), ("Lung_L agallag2", "Lung_L"),
        ("RP/bvenkat9 motion", "RP/ motion"), ("internist, sein 72803", "internist"), ("ext 4-2217 left", "left"),
        ("Attending: Long, Resident: Young", "Attending:, Resident"), ("seen Q2 2018", "seen"),
    ],
)  # fmt: skip
def test_what_stayed_goes(text, left):
    assert CLEANER.clean(text).strip(" ,") == left.strip(" ,")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Acc# MR276695-1 3 mm nodule", "3 mm nodule"), ("phone 617-555-0148. 5.2 cm lesion", "phone 5.2 cm lesion"),
        ("order 4711 5 mm slices", "5 mm slices"),
        ("Ospedale Niguarda\nFegato di dimensioni normali", "Fegato di dimensioni normali"),
        ("St. Vincentius-Krankenhaus\nRegelrechte Darstellung", "St.\nRegelrechte Darstellung"),
        ("HER2-\nseen by Quackenbush", "HER2-\nseen by"), ("Comparison:\nby Quackenbush", "Comparison:\nby"),
    ],
)  # fmt: skip
def test_what_stands_beside_a_number_or_name_is_not_eaten(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Revolution CT\n5.2 mL/s", "Siemens CT 64 slice", "Thorax CT 2018 unchanged", "3 Chest CT 2018",
        "TL4 LN 7: 32 mm, PD",
        "LN 2 positive", "Lateral ST 2 mm depression", "Inga hållpunkter för metastaser",
        "Kein Hinweis auf Metastasen", "Stan po resekcji",
        "Brugada syndrome", "Koedam grade 1", "Kaplan-Meier analysis", "Hoehn & Yahr 2", "Rutherford 3",
        "donanemab and levetiracetam",
        "Ependymoma grade 2", "Craniopharyngioma", "SUVR 1.34, Centiloid 41", "Dmax 107%, Dmean 12.1 Gy",
        "participant 12 of 40",
        "Screening 2 visit", "LIMA to LAD patent", "Symbia Intevo SPECT/CT", "isavuconazole, tisagenlecleucel",
    ],
)  # fmt: skip
def test_what_was_lost_stays(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    "text", ["Quackenbush aneurysm 4 mm", "Quackenbush lymphoma follow-up", "Quackenbush regression"]
)
def test_before_what_anybody_may_have_may_stand_a_name(text):
    assert "Quackenbush" not in CLEANER.clean(text)


def test_an_eponym_in_capitals_before_small_words_is_somebody():
    assert CLEANER.clean("RASMUSSEN aneurysm") == "aneurysm"
    assert (
        CLEANER.clean("Rasmussen aneurysm") == "Rasmussen aneurysm"
        and CLEANER.clean("CROHN DISEASE") == "CROHN DISEASE"
    )


@pytest.mark.parametrize("name", ["Das^Anita", "Le^Minh", "De^Li"])
def test_a_surname_that_is_a_small_word_is_one(name):
    surname = next(part for part in ("Das", "Le", "De") if part in name)
    assert surname not in TextCleaner([name], -100).clean(f"seen {surname} today")


def test_small_words_of_a_surname_are_no_names_by_themselves():
    cleaned = TextCleaner(["van der Berg^Mark"], -100).clean("MRI van de knie, seen van der Berg")
    assert cleaned.startswith("MRI van de knie") and "Berg" not in cleaned
