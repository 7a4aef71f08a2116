"""What names somebody only by the words before it goes from text; the words stay, and so do numbers of medicine behind them."""

import pytest

from deid.engine.text.cleaning import TextCleaner

CLEANER = TextCleaner([], -100)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Insurance 303K55810264; allergic", "Insurance; allergic"),
        ("member id 77-A4410-Z: MR knee", "member id: MR knee"),
        ("sponsor site 418: RECIST 1.1", "sponsor site: RECIST 1.1"),
        ("trial centre no. 7, week 12", "trial centre no., week 12"),
        ("MRI at site GB-2041", "MRI at site"),
        ("DL# K220-7781-0934 CT head", "DL# CT head"),
        ("Locker #AB.90.7716", "Locker #"),
        ("order ORQ.0077123 done", "done"),
        ("compare NB-2018-4417", "compare"),
        ("seen 71HB440912 before", "seen before"),
        ("zip 73301-0043", "zip"),
        ("PLZ 01067", "PLZ"),
        ("postcode D02 X285", "postcode"),
        ("GPS 48.2082, 16.3738", "GPS"),
        ("Instagram: mabel.q.7", ""),
        ("tech initials qfw; no contrast", "tech initials; no contrast"),
        ("ninety-two year old", "90 year old"),
    ],
)
def test_what_words_tell_goes(text, cleaned):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "biopsy site 12",
        "site 100 mm from carina",
        "Site 2: 412 HU",
        "Image #10234",
        "Series # 12345",
        "lot #44871",
        "group 3 of 12345",
        "center 1024",
        "injection site 350 mg",
        "initial MRI",
        "ninety degrees flip",
        "ninety-five percent",
        "zip 7",
        "latitude 3.1",
        "CT-2019-05",
    ],
)
def test_what_medicine_counts_stays(text):
    assert CLEANER.clean(text) == text
