"""Numbers, addresses and places in networks that name somebody go from text; those of medicine stay."""

import pytest

from deid.engine.text.cleaning import UIDS_REMOVED, TextCleaner, cleaned_text
from deid.engine.text.dates import SURE
from deid.engine.text.known import NOTHING_KNOWN

CLEANER = TextCleaner([], -100)


@pytest.mark.parametrize(
    "text",
    [
        "10.86.225.97",
        "192.168.16.23",
        "84.112.19.201",
        "pacs01.ward.nhs.uk",
        "ris.st-ottilie.local",
        "fe-12.hospital.com/patient/7",
        "SSN QQ 16 78 10 C",
        "QQ 16 78 10 C",
        "1 80 14 17 795 865",
        "RSSMRA85T10A562S",
        "DE89 3704 0044 0532 0130 00",
        "4111 1111 1111 1111",
        "Insurance AOK 062570017",
        "plate K-DR 1116",
        "licence plate 7ABC123",
        "Kennzeichen: HH-AB 1234",
        "tél 05 89 49 56 59",
        "tel. 50 27 96 31",
        "(93)/509-0110",
        "06-4/011 8933",
        "45/366-1996",
        "08-39 84 52",
        "01 34 74 39 15",
        "0597 390 12 26",
        "500-708-0636x08377",
        "LS8 2NX",
        "983246/8203",
        "5343-7974-96",
        "car reg YB-S 8975",
        "badge 86920663",
        "telefone 964 617 335",
        "+61.8.7143.4831",
        "NHC 63967312",
        "ext. 04471",
        "Durchwahl: 4471",
    ],
)
def test_a_number_of_somebody_goes(text):
    assert CLEANER.clean(f"left knee {text} stable") == "left knee stable"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Lives at 5866 Zwu Drives Suite 658, 56072 Harveyfort. COPD", "Lives at COPD"),
        ("Patient wohnt Zessack-Straße 26-83, 66907 Zerdau. Leber und Milz", "Patient wohnt Leber und Milz"),
        ("wohnhaft aleja Zonopnickiej 31/23, 58-032 Nowa Zól. Leber", "wohnhaft Leber"),
        ("wohnt Zéla utca 105., H-5651 Zaros. Leber", "wohnt Leber"),
        (
            "Home address: 4576 Zargi Crossroad, West Zuge 22675. Ultrasound negative",
            "Home address Ultrasound negative",
        ),
        ("contact 0252 410 892. Trauma", "contact Trauma"),
        ("lives with Mother since 2014", "lives with Mother since 2014"),
        ("8476 Zandrew Mission Apt. 887; knee", "knee"),
        ("lives at 12 Zhill Road, chemotherapy", "lives at chemotherapy"),
        ("lives at 12 Zhill Drives, Chest pain", "lives at Chest pain"),
        ("lives in Zhill, seen 3 times", "lives in, seen 3 times"),
        ("lives alone, seen for 3 falls", "lives alone, seen for 3 falls"),
        ("call 50 27 96 31 with results", "call with results"),
    ],
)
def test_an_address_goes_with_its_clause_and_nothing_else(text, cleaned):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "software 5.1.7.2, 1.2.3.4",
        "bone plate 12 mm, plate C5-C6",
        "case 3 of 12",
        "TE 90 ms, TR 4000 ms, matrix 256 256 192",
        "no lesion.no change",
        "L5 1ST metatarsal",
        "Pt lane 6 mm nodule",
        "120 kVp 250 mAs 450 mGy",
        "size 3.4 x 2.1 cm in segment 7",
    ],
)
def test_a_number_of_medicine_stays(text):
    assert CLEANER.clean(text) == text


def test_a_number_of_somebody_goes_from_technical_attributes_too():
    for text in ("10.86.225.97", "SSN QQ 16 78 10 C", "tel. 50 27 96 31", "ris.st-ottilie.local"):
        assert cleaned_text(f"coil {text}", NOTHING_KNOWN, UIDS_REMOVED, SURE) == "coil"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("called on 555 0142 today", "called on today"),
        ("Pt reachable under 0171 / 234 56 78", "Pt reachable under"),
        ("dial 6173892 if late, 5 mm nodule", "dial if late, 5 mm nodule"),
        ("Call 5 mm lesion stable, reached 120 bpm", "Call 5 mm lesion stable, reached 120 bpm"),
        ("125000 mm3 of liver, 123456 voxels", "125000 mm3 of liver, 123456 voxels"),
    ],
)
def test_a_number_that_somebody_is_called_on_goes(text, expected):
    assert CLEANER.clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5551234", ""),
        ("020 7946 0958\\B30f", "\\B30f"),
        ("(089) 123-4567", ""),
        ("123456", "123456"),
        ("1.2.3456.789", "1.2.3456.789"),
        ("B30f 5551234", "B30f 5551234"),
        ("FC-680369", ""),
        ("1799-12-31", "1799-12-31"),
    ],
)
def test_a_technical_value_that_is_nothing_but_a_long_number_goes(text, expected):
    assert cleaned_text(text, NOTHING_KNOWN, UIDS_REMOVED, SURE) == expected
