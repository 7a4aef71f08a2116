"""What wards, surgeries and reading rooms write: messages, beds, house numbers, days without a year, owners and animals."""

import pytest

from deid.engine.text.cleaning import TextCleaner

CLEANER = TextCleaner([], -100)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("PV1|1|I|3W^312^A", ""), ("PV1||O|RAD^^^HOSP||||1234^STONE^MAY\nOBX|1|TX|IMP||no mass", "OBX|1|TX|IMP||no mass"),
        ("PID|1||^^^HOSP^MR OBX|1|TX|IMP||no mass", "OBX|1|TX|IMP||no mass"), ("ORC|NW|12345|67890||SC", ""),
        ("OBR|1|A123|B456|71250^CT CHEST^CPT", "OBR|1|||71250^CT CHEST^CPT"), ("STONE^MAY^^^MRS", ""),
        ("8812^STONE^MAY", ""),
    ],
)  # fmt: skip
def test_people_of_messages_go_and_what_was_ordered_or_seen_stays(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize(
    "text", ["HEAD^CT^^^MR", "71250^CT CHEST^CPT", "Head^Routine", "T1|T2|PD", "15^HEAD^NECK"]
)
def test_protocols_and_codes_with_carets_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Station Edelweiss 866-B", "Station"), ("Juniper Ward 738-B", "Ward"), ("Nightingale Ward, supine", "Ward, supine"),
        ("Bed 723-B supine", "supine"), ("supine on Ward: Juniper 4", "supine on Ward"), ("Zimmer 12-C", ""),
    ],
)  # fmt: skip
def test_wards_called_by_a_word_go_with_their_beds(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Magnolia Unit 699-C", "Unit"), ("4 North Tower 699-C, supine", "supine"), ("ICU 12-A", "ICU"),
        ("Works at Tidewater Freight Inc. Fell", "Works at Fell"), ("student at Oak Hill. injured", "student at injured"),
        ("employer Tidewater Freight Inc requests CT", "employer requests CT"),
        ("XR HAND 3 VIEWS LEFT St Brannoc's Hospital", "XR HAND 3 VIEWS LEFT"),
    ],
)  # fmt: skip
def test_units_beds_and_employers_go(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize("text", ["ER 2-D echo", "works for Radiology", "GE Medical Systems Inc"])
def test_makers_and_departments_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Radiographer Thaddeus May, AP", "Radiographer, AP"), ("Radiographer Thaddeus Lung, AP", "Radiographer, AP"),
        ("Radiologist Hodgkin", "Radiologist"), ("Radiologist: Meckel", "Radiologist"), ("Dr. Ada Crohn reviewed", "reviewed"),
        ("Seen by Brezhnyova and Field. small", "Seen by and small"), ("call dr kowalczyk w/ results", "call dr w/ results"),
        ("Hund, Shadow Brezhnyova", ""), ("Dog Biscuit Brezhnyova, lame", "Dog, lame"),
        ('Pt "Shadow" Abernathy, feline', "Pt, feline"), ("MRI knee AMS RN Kenichi", "MRI knee AMS RN"),
    ],
)  # fmt: skip
def test_second_names_beside_what_went_go(text, left):
    assert CLEANER.clean(text) == left


def test_the_rest_of_a_name_goes_where_the_subject_has_the_other_part():
    cleaner = TextCleaner(["Thaddeus"], -100)
    assert cleaner.clean("Radiographer Thaddeus May, AP") == "Radiographer, AP"
    assert cleaner.clean("Dr. Thaddeus Meckel reviewed") == "reviewed"


@pytest.mark.parametrize(
    "text",
    [
        "Radiologist Hodgkin lymphoma", "Dog Labrador Retriever, lame", "Cat Domestic Shorthair", "Horse Lateral Stifle",
        "Dr. Brezhnyova Crohn disease",
    ],
)  # fmt: skip
def test_diseases_and_breeds_stay_there(text):
    assert CLEANER.clean(text) == text.removeprefix("Dr. Brezhnyova ")


@pytest.mark.parametrize(
    "text",
    [
        "Stroke Ward",
        "Burns Ward",
        "Labour Ward",
        "Ward round",
        "Ward Clerk",
        "Ward 7",
        "Station 3",
        "Viewing Station GE",
    ],
)
def test_kinds_and_numbers_of_wards_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("call x7864 w/ results", "call w/ results"), ("call 4521 w/ results", "call w/ results"), ("results to 4521",
        "results to"),
        ("cb 4521", "cb"), ("callback ext 3321 please", "callback please"), ("+44 20 7360 4995 3/19/19", "12/09/18"),
    ],
)  # fmt: skip
def test_numbers_within_the_house_go(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Call 3000 mL contrast",
        "scan repeated x2",
        "512 x512",
        "ph 7.35",
        "dial 1500 rpm",
        "cb 12",
        "seen on x3 views",
    ],
)
def test_amounts_behind_the_same_words_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("injured 9/12, wrist pain", "injured, wrist pain"), ("LMP 3/14", "LMP"), ("DOI: 7/4", "DOI:"),
        ("rpt PH 12/13", "rpt PH"),
        ("no bleed (Brezhnyova 5/8)", "no bleed"), ("Brezhnyova/WN/8/10 CT ABDOMEN", "CT ABDOMEN"),
        ("14MAY2019", "03FEB2019"), ("14-May-2019", "03-Feb-2019"), ("May 14, 2019", "February 03, 2019"),
    ],
)  # fmt: skip
def test_days_without_a_year_go_behind_what_has_a_day(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "fall 2/2 syncope",
        "seen 2/3 of the way",
        "strength 5/5",
        "Brain 7/3",
        "pain 8/10",
        "compared to 1/2 dose",
        "L 4/5",
    ],
)
def test_fractions_and_levels_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Owner Hand VD pelvis", "Owner VD pelvis"), ("owner Park declined sedation", "owner declined sedation"),
        ("Besitzer: Stein", "Besitzer"), ("Tierarzt: Vogel", "Tierarzt"), ("ref. dentist Marrow", "ref. dentist"),
        ("Horse Max, lame", "Horse, lame"), ("Dog Max, Labrador", "Dog, Labrador"), ("Locum Stone. no effusion",
        "Locum no effusion"),
        ("TECH: Hip", "TECH"), ("Seen by Marrow and Park. no effusion", "Seen by and no effusion"),
        ("Dr. Yolanda Hashimoto reviewed", "reviewed"), ("tech smith pt moved", "tech pt moved"),
        ("tech ter horst pt moved", "tech pt moved"), ("pls call dr de la cruz", "pls call dr"),
    ],
)  # fmt: skip
def test_owners_animals_and_colleagues_called_by_words_go(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("MR BRAIN W WO GAD Royal Tarvish Infirmary", "MR BRAIN W WO GAD"), ("SSN 118-11-6095 r/o appy", "r/o appy"),
        ("Modic type I. Dr Brezhnyova", "Modic type I."), ("Dr. Brezhnyova Hashimoto thyroiditis", "Hashimoto thyroiditis"),
        ("Dr. Brezhnyova Colles fracture", "Colles fracture"),
    ],
)  # fmt: skip
def test_medicine_beside_what_goes_stays(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Dog Pelvis VD", "Cat, Abdomen", "owner Reports limping", "Owner: Declined sedation", "dr de novo lesion",
        "rt hand pt moved",
        "tech limited study", "approved Head and Neck", "checked Hand and Wrist", "CECT abdomen", "3D TOF MOTSA",
        "Labrador, TPLO",
        "Tooth 36 bitewing",
    ],
)  # fmt: skip
def test_findings_behind_words_that_tell_of_people_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("dyspnea 7/4", "dyspnea"), ("7/4: pt moved", "pt moved"), ("dyspnea 7/5", "dyspnea 7/5"), ("pain 7/4", "pain 7/4"),
        ("L4/7 disc", "L4/7 disc"),
    ],
)  # fmt: skip
def test_a_day_and_month_alone_go_where_they_are_those_of_a_known_date(text, left):
    assert TextCleaner(["20190704"], -100).clean(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("6 MV photons. MD: Long", "6 MV photons. MD"), ("Ordered by Wood PA-C", "Ordered by PA-C"),
        ("Resident Brezhnyova, attending Swan", "Resident, attending"), ("Brezhnyova, R/O PE", "R/O PE"),
        ("from Szpital Wojewodzki Krasnobrod. diffuse steatosis", "from diffuse steatosis"),
        ("Endodontist Swan: tooth 46", "Endodontist : tooth 46"),
    ],
)  # fmt: skip
def test_colleagues_by_office_go_and_what_follows_stays(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize(
    "text", ["Radiologist Short report", "Pathologist Report: benign", "attending Head CT"]
)
def test_offices_before_other_words_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        'Patient called "Code Stroke" at bedside', 'patient "Refuses" contrast', "Paediatric Ward review", "reach 5000 counts",
        "at x1000 magnification", "General Electric Inc", "Fellow eye normal",
    ],
)  # fmt: skip
def test_quotations_wards_and_amounts_that_name_nobody_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Klinikum Puškarić. Diffusion restricted.", "Diffusion restricted."),
        ("Hospital de Sant Pau. Fracture of the hip.", "Fracture of the hip."),
        ("Klinikum Dr. Quackenbush. Fracture", "Fracture"),
        ("Hôpital St. Quirin. Fracture", "Fracture"),
    ],
)
def test_the_name_of_a_hospital_ends_with_its_sentence(text, left):
    assert TextCleaner((), None).clean(text) == left
