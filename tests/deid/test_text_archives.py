"""What texts of an archive showed: titles in names, doctors before numbers, sides before names, private days and UIDs."""

import pytest
from pydicom.dataset import Dataset

from deid.engine.text.cleaning import TextCleaner
from tests.deid.conftest import as_bytes
from tests.deid.test_hiding_places import ct, left

__all__ = ["ct"]


@pytest.mark.parametrize("name", ["Stern^Miriam^^Dr.", "Stern^Miriam^^Prof^MD", "Stern^Miriam^^^III"])
def test_a_title_in_a_known_name_still_tells_of_the_people_in_text(name):
    cleaned = TextCleaner([name], 100).clean("Stage III. Dr. Gold saw her. Prof. PARK agreed.")
    assert cleaned.startswith("Stage III.") and "Gold" not in cleaned and "PARK" not in cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Results called to Stern at 5 pm.", "Results called to at 5 pm."),
        ("Findings phoned to STERN at 5 pm.", "Findings phoned to at 5 pm."),
        ("Paged GOLD, no answer.", "Paged, no answer."),
        ("Reviewed with LONG axis view.", "Reviewed with LONG axis view."),
        ("Contrast by HAND.", "Contrast by HAND."),
    ],
)
def test_who_is_told_goes_in_capitals_too(text, cleaned):
    assert TextCleaner([], 100).clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("XR KNEE 3 VIEWS LEFT Dr Lindqvist", "XR KNEE 3 VIEWS LEFT"),
        ("LUNG 1.25 RECON Dr Iyer", "LUNG 1.25 RECON"),
        ("Trigger at 150 HU. Dr. Moreau notified.", "Trigger at 150 HU. notified."),
        ("Topogram 0.6 T20f Dr Moreau", "Topogram 0.6 T20f"),
        ("12 Lake View Dr Springfield", ""),
        ("15 Elm Dr Springfield", ""),
        ("Lives at 12 Willow Dr. Known asthma", "Lives at Known asthma"),
    ],
)
def test_a_doctor_behind_a_number_is_no_drive(text, cleaned):
    assert TextCleaner([], 100).clean(text) == cleaned


@pytest.mark.parametrize("code", ["95818", "SN3 4RT"])
def test_the_sentence_behind_a_postal_code_stays(code):
    cleaned = TextCleaner([], 100).clean(
        f"Lives at 58 Leawood Street, Sacramento {code}. 65 year old smoker."
    )
    assert cleaned == "Lives at 65 year old smoker."


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [("Lung_L Adeyemi", "Lung_L"), ("Parotid_R Whitlock", "Parotid_R"), ("R. Whitlock", "")],
)
def test_the_side_of_an_organ_is_no_initial(text, cleaned):
    assert TextCleaner([], 100).clean(text) == cleaned


@pytest.mark.parametrize("known", [[], ["Khatri^Bob"]])
def test_both_parts_of_what_is_written_as_a_name_go(known):
    cleaned = TextCleaner(known, 100).clean("Seen: Khatri^Anil today")
    assert "Khatri" not in cleaned and "Anil" not in cleaned
    assert TextCleaner(known, 100).clean("HEAD^ROUTINE") == "HEAD^ROUTINE"


def test_a_surname_of_two_letters_goes_in_capitals_but_no_unit_or_tube():
    assert TextCleaner(["Xu^Wei"], 100).clean("XU IR nephrostomy exchange") == "IR nephrostomy exchange"
    for text, name in (("Bolus tracking at 150 HU", "Hu^Wei"), ("NG tube in place", "Ng^Wei")):
        assert TextCleaner([name], 100).clean(text) == TextCleaner([], 100).clean(text)


@pytest.mark.parametrize(
    "words",
    [
        "Bell palsy", "Chance fracture", "Osler-Weber-Rendu", "Duchenne dystrophy", "Bethesda III nodule", "Frank hematuria",
        "Boston Scientific ICD", "Biotronik pacemaker", "Endurant stent graft", "Cooper ligaments",
    ],
)  # fmt: skip
def test_diseases_and_devices_stay_beside_a_hospital_that_goes(words):
    cleaned = TextCleaner(["Tallinder Veterans Hospital"], 100).clean(
        f"Transferred from Tallinder Veterans Hospital, {words}."
    )
    assert cleaned == f"Transferred from, {words}."


def test_an_internet_address_goes_however_small_its_numbers():
    assert "80.58.4.5" not in TextCleaner([], 100).clean("Images sent to 80.58.4.5")
    assert TextCleaner([], 100).clean("Version 80.58.4.5") == "Version 80.58.4.5"


def test_a_doctor_goes_from_the_name_of_a_device(ct, clean):
    ct.Manufacturer, ct.ManufacturerModelName = "Acme DR 7500", "EPIQ 7C Dr. Hofstadter"
    after, content, _ = clean(as_bytes(ct))
    assert not left(content, "Hofstadter")
    assert (after.Manufacturer, after.ManufacturerModelName) == ("Acme DR 7500", "EPIQ 7C")


def test_who_is_written_where_a_maker_stands_goes(ct, clean):
    ct.Manufacturer, ct.ManufacturerModelName, ct.SoftwareVersions = (
        "Ada Oyewunmi",
        "Philips Ostravox",
        "Oyewunmi, Ada",
    )
    after, content, _ = clean(as_bytes(ct))
    assert not left(content, "Oyewunmi") and after.ManufacturerModelName == "Philips Ostravox"


def test_private_moments_move_and_private_uids_are_mapped(ct, clean):
    """As the list of private attributes says: standardised uptake values need when a scan began (PS3.15 E.3.10)."""
    ct.StudyDate = "20140304"
    block = ct.private_block(0x0009, "GEMS_PETD_01", create=True)
    block.add_new(0x0D, "DT", "20140304101530")
    block.add_new(0x13, "UI", ct.StudyInstanceUID)
    after, content, _ = clean(as_bytes(ct))
    kept: Dataset = after.private_block(0x0009, "GEMS_PETD_01")
    assert kept[0x0D].value == f"{after.StudyDate}101530" != "20140304101530"
    assert kept[0x13].value == after.StudyInstanceUID != ct.StudyInstanceUID
    assert not left(content, "20140304")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("SAG T1 FLAIR for Una Lindqvist", "SAG T1 FLAIR for"),
        ("Results called to Iris Lindqvist today.", "Results called to today."),
        ("Una masa en el lóbulo derecho", "Una masa en el lóbulo derecho"),
        ("Iris and lens normal. Star artefact.", "Iris and lens normal. Star artefact."),
    ],
)
def test_a_given_name_that_is_a_word_goes_beside_its_surname(text, cleaned):
    assert TextCleaner([], 100).clean(text) == cleaned


@pytest.mark.parametrize(
    "place", ["Bluestone Imaging Associates", "Valley Radiology Associates", "Ridgeline Medical Partners"]
)
def test_partners_and_associates_are_an_organisation(place):
    cleaned = TextCleaner([], 100).clean(f"Transferred from {place}, Leigh syndrome.")
    assert cleaned == "Transferred from, Leigh syndrome."
