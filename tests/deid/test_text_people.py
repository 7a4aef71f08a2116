"""People whom no attribute names, by how they are written and what stands beside them; whoever has no name in a text is left."""

import pytest

from deid.engine.text.cleaning import TextCleaner


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sedation by Mark, uneventful", "Sedation by, uneventful"),
        ("The mark is over the nodule", "The mark is over the nodule"),
        ("Mark the lesion before surgery", "Mark the lesion before surgery"),
        ("Discussed with Max on the ward", "Discussed with on the ward"),
        ("Surgeon X. Stern, right hip", "Surgeon, right hip"),
        ("T. Spine and L. Kidney normal", "T. Spine and L. Kidney normal"),
        ("seen dr Stern and dott. Wachowiak, knee pain", "seen and, knee pain"),
    ],
)
def test_a_name_that_is_a_word_goes_where_a_title_an_initial_or_a_cue_tells(text, expected):
    assert TextCleaner([], 0).clean(text) == expected


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Control, podejrzenie trzonopatii, skierowany ponownie", ()),
        ("Versamenti pleurici e adenopatie sovraclaveari assenti", ()),
        ("Lesion reviewed by wachowiak, unchanged", ("wachowiak",)),
        ("lesion reviewed again, wachowiak informed", ("wachowiak",)),
        ("LESION REVIEWED AGAIN, WACHOWIAK INFORMED", ("WACHOWIAK",)),
        ("Lesion reviewed again, Wachowiak informed", ("Wachowiak",)),
    ],
)
def test_a_word_written_small_stays_among_words_that_have_capitals_but_not_behind_what_tells_of_people(
    text, lost
):
    cleaned = TextCleaner([], 0).clean(text)
    assert [word for word in text.replace(",", "").split() if word.strip(".") not in cleaned] == list(lost)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Paged at 773-4886, no answer", "Paged at, no answer"),
        ("Call back 248-0014", "Call back"),
        ("b values 400-1000, window 300-2000", "b values 400-1000, window 300-2000"),
        ("energies 200-1024 HU", "energies 200-1024 HU"),
    ],
)
def test_a_telephone_number_within_a_town_goes_and_a_range_stays(text, expected):
    assert TextCleaner([], 0).clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CT chest. Mark White asked for a copy.", "CT chest. asked for a copy."),
        ("Stern reviewed, no change", "reviewed, no change"),
        ("Images sent to Long and Young", "Images sent to and"),
        ("Findings d/w Brown, ref: White/Gray", "Findings d/w, ref"),
        ("Copy to White M, knee", "Copy to, knee"),
        ("Stern J. to be informed", "to be informed"),
        ("tech: stern; ref md: wachowiak", "tech:; ref md"),
        ("Long said that the pain is worse", "said that the pain is worse"),
        ("Mark Wachowiak and Sandeep Field, knee", "and, knee"),
        ("Bianca here again for her knee", "here again for her knee"),
        ("Willis seen again, Fischer to be informed", "seen again, to be informed"),
        ("technically limited, rose field notified by phone", "technically limited, notified by phone"),
        ("Carer Rose Field can be reached", "Carer can be reached"),
        ("Reader 1 (Zolvart) and reader 2 (Brown) disagree", "Reader 1 and reader 2 disagree"),
        ("Bed 14, Stern, postop ileus?", "Bed 14, postop ileus?"),
        ("Please send to PACS. Stern", "Please send to PACS."),
        ("Field, Zolvart", ""),
        ("T. Master agrees, J. Brown; lesion on back", "agrees, lesion on back"),
        ("De heer Massa komt met hematurie", "De komt met hematurie"),
        ("wie is Indy van der Linden? Naam zichtbaar", "wie is ? Naam zichtbaar"),
        ("Verwezen door Dries wegens fractuur van de lever", "Verwezen door wegens fractuur van de lever"),
        ("nema je bolest, uputio Colić", "nema je bolest, uputio"),
        ("Left ankle, Priya Oak MD ordering", "Left ankle, MD ordering"),
        ("Addendum 21/11/2002 (Stone): left", "Addendum 21/11/2002 : left"),
        ("seen dr Zolvart Kidney Quaxel, stable", "seen Kidney, stable"),
        ("tech: Long and Young, Green/White", "tech: and"),
        ("read by White M, knee", "read by, knee"),
        ("his wife Hope well, wife: Faith", "his wife well, wife"),
        ("Zolvart Long seen, O'Zolvart's knee", "seen, knee"),
        ("Dear Rich, knee pain", "Dear, knee pain"),
        ("Hi Rich, re-window please. Thanks, Ray", "Hi, re-window please. Thanks"),
        ("COPIES: J. WHITE. C. SPINE NORMAL", "COPIES: C. SPINE NORMAL"),
    ],
)
def test_a_person_whose_name_is_a_word_is_told_by_what_people_do(text, expected):
    assert TextCleaner([], 0).clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Circle of Willis complete, Stanford type B dissection, Ewing's sarcoma, Morton neuroma",
        "Head scanned first, then the neck. Wall noted to be thick. Stone noted in the ureter.",
        "White matter disease. Black blood sequence. Long T1, short TR. Ring enhancement",
        "Radiologist: read as normal. By hand injection. Seen with Ultrasound. Discussed with Surgery.",
        "Gene therapy trial, Max intensity projection, Ray sum image, Reader A",
        "High school athlete. Nursing home resident. Contact lens removed",
        "Seen by attending. Transcribed by speech recognition. Will require follow up, rich supply, head, neck, chest",
        "with White matter disease, tech: Long Axis, patient's knee, T2'abc, Crohn's disease, Dear Colleague, by Black blood",
        "12 Gentle Slope curves, 12 Left Slope curves",
        "Pan CT trauma, Hi Res Lung, Attention Deficit, Barretts Esophagus, Figure A, Theatre B",
        "On-call MD informed; series 3 (Long), images 20 (Axial)",
        "4 Chamber View, 2 Left Anterior Branch, 3 Short Axis View, 10 Cine Loop",
    ],
)
def test_words_of_radiology_that_are_names_stay_where_nothing_tells_of_people(text):
    assert TextCleaner([], 0).clean(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Student at Oakhurst High School, knee pain", "Student at, knee pain"),
        ("welder with Zolvart GmbH, cough", "welder with, cough"),
        ("alumno del Colegio Zolvart, dolor", "alumno del, dolor"),
        ("76133 Zolvart; liver cyst", "liver cyst"),
        ("moved to Zolvart 76133 in spring", "moved to in spring"),
        ("from 00-950 Zolvart, knee", "from, knee"),
        ("12 Zolvart Slope, 14 Rose Slope, knee", "knee"),
        ("Left Breast Zolvart Hospital films", "Left Breast films"),
        ("seen at Zolvart 2613, knee", "seen at, knee"),
        ("réalisé à Zolvart-les-Bains, genou", "réalisé à, genou"),
        ("Lives alone, Flat 58 9 Zolvart Slope, knee pain", "Lives alone, knee pain"),
        ("Beteg lakcím Zolvári utca 206., H-8427 Zolvár, térd", "Beteg lakcím térd"),
        ("zamieszkały plac Zolwarskiego 75/19, 95-187 Zolwarz, kolano", "kolano"),
    ],
)
def test_schools_firms_and_postal_codes_go_with_their_names(text, expected):
    assert TextCleaner([], 0).clean(text) == expected
