"""The search for known values: where a value begins and ends, how long it must be, and what it is not."""

import pytest

from deid.engine.formats.wording import wording_of
from deid.engine.identity import Identity
from deid.engine.text.cleaning import UIDS_REMOVED, TextCleaner, TextManner, cleaned_text, without_uid
from deid.engine.text.dates import KNOWN_ONLY, DateManner
from deid.engine.text.known import NOTHING_KNOWN, Known, compile_known
from deid.engine.text.telling import sorted_known


def people() -> Known:
    return compile_known(
        frozenset({"Walker^Li", "Ng^Bea"}), frozenset({"PT-1234567", "Room 9", "St. Ottilie Infirmary"})
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Walker, knee", "_, knee"), ("WALKER knee", "_ knee"), ("sleepwalker knee", "sleepwalker knee"),
        ("Zwalker knee", "Z_ knee"), ("walkers knee", "walkers knee"), ("Walkerz knee", "_z knee"),
        ("Walker's knee", "_ knee"), ("Walker’s knee", "_ knee"), ("Walkershop", "_shop"),
        ("w a l k e r knee", "_ knee"), ("wa lk er knee", "wa lk er knee"),
        ("Ng knee", "_ knee"), ("ng knee", "ng knee"), ("Nging knee", "Nging knee"), ("Ng2 knee", "Ng2 knee"),
        ("Bea knee", "_ knee"), ("Beam knee", "Beam knee"), ("pt1234567", "_"), ("PT 1234567.", "_."), ("12345678", "_8"),
        ("Room 9", "Room 9"), ("at St Ottilie-Infirmary", "at _"), ("St. Ottilie  Infirmary knee", "_ knee"),
        ("Walker Li knee", "_ knee"), ("WalkerLi knee", "_ knee"), ("Li_Walker", "___"), ("Walkerwalker", "__"),
    ],
)  # fmt: skip
def test_a_known_value_goes_where_it_stands_and_nowhere_else(text, left):
    assert people().removed_from(text, "_") == left
    assert people().touches(text) or left == text


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("HEAD^PHANTOM", "head and phantom, headphantom", "head and phantom, headphantom"),
        ("1234^Walker^12", "1234 and 12, walker", "_ and 12, _"), ("19610203", "19610203 knee", "_ knee"),
        ("Doe^J", "J Doe, DoeJ, J knee", "J _, _, J knee"), ("Stone^J", "stonej, JStone, J. STONE", "_, _"),
        ("Bea^M", "beam, Bea M", "beam, _ M"),
        ("", "knee", "knee"), ("^^", "knee", "knee"),
        ("Doe^R2", "R2 knee, r2", "R2 knee, r2"), ("Łi^Doe", "łi knee", "_ knee"), ("Ng", "Ng2 NG Ng", "Ng2 NG _"),
    ],
)  # fmt: skip
def test_the_parts_of_a_name_that_say_something_go(name, text, left):
    assert compile_known(frozenset({name}), frozenset()).removed_from(text, "_") == left


@pytest.mark.parametrize(
    ("phrase", "text", "left"),
    [
        ("Chest Hazelgrove 12", "chest at Hazelgrove", "chest at _"), ("Hazel 7", "hazel 7, Hazel", "_ 7, _"),
        ("knee", "knee", "knee"), ("A12", "A12", "A12"), ("AB12", "ab12 AB-12 AB1-2", "_ _ AB1-2"),
            ("Grimw", "grimw Grimw", "_ _"),
        ("biopsy of Featherington", "biopsy, Featherington", "biopsy, _"), ("Grim Hazelgrove", "Grim at Hazelgrove", "Grim at _"),
        ("Contrast Hazelgrove", "contrast, hazelgrove", "contrast, _"), ("PT-1234567", "1234567", "_"),
    ],
)  # fmt: skip
def test_the_telling_words_of_an_identifier_go(phrase, text, left):
    assert compile_known(frozenset(), frozenset({phrase})).removed_from(text, "_") == left


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("ΠΑΠΑΔΗΣ^ΜΑΡΙΑ", "Ασθενής ΠΑΠΑΔΗΣ εδώ, Παπαδης", "Ασθενής _ εδώ, _"),
        ("Παπαδόπουλος^Μαρία", "ασθενής ΠΑΠΑΔΟΠΟΥΛΟΣ ΜΑΡΙΑ, όζος", "ασθενής _, όζος"),
        ("Иванёва^Анна", "ИВАНЁВА, Иванева, узел", "_, _, узел"),
        ("İNANÇ^Işıl", "hasta inanç, IŞIL, isil, Inanc", "hasta _, _"),
        ("Weißmüller^Jörg", "WEISSMÜLLER Weissmueller Weißmüller weissmuller Joerg", "_ _ _ _ _"),
        ("WEISSMUELLER^JOERG", "Weißmüller, Jörg", "_"),
        ("MULLER^JORG", "Müller, Mu\u0308ller, Mulle\u0308r\u0301 Jörg", "_, _, _"),
        ("Wałęsa^Lech", "WALESA, Walęsa, Wałęsa", "_, _, _"),
        ("NUNEZ^JOSE", "Núñez, José", "_"),
        ("Okonkwo^Thad", "O K O N K W O, O.K.O.N.K.W.O, OK ON KWO", "_, _, OK ON KWO"),
        ("Müller^Eva", "Mulle knee, Mueller-Hinton agar", "Mulle knee, _-Hinton agar"),
    ],
)
def test_a_known_name_goes_in_every_case_and_spelling_of_its_letters(name, text, left):
    known = compile_known(frozenset({name}), frozenset())
    assert known.touches(text) and known.removed_from(text, "_") == left


@pytest.mark.parametrize(
    ("name", "text"),
    [("Szabó^Róza", "SzabÃ³ knee"), ("Kovács^Éva", "KovÃ¡cs knee"), ("KOVÁCS^ÉVA", "KOVÃ\x81CS knee")],
)
def test_a_known_name_goes_where_another_character_set_was_read(name, text):
    known = compile_known(frozenset({name}), frozenset())
    assert known.removed_from(text, "_") == "_ knee"


@pytest.mark.parametrize("text", ["knee of the patient", "", "W a l k", "NG", "Müll", "1 234 56"])
def test_a_text_without_known_values_is_not_touched(text):
    assert not people().touches(text)


@pytest.mark.parametrize(
    ("raw", "hidden"),
    [
        (b"walker", True), (b"xxwalkerxx", True), (b"w\0a\0l\0k\0e\0r\0", True), (b"\0w\0a\0l\0k\0e\0r", True), (b"walke", False),
        (b"\1bea\1\1\1", False), (b"pt-1234567", True), (b"ottilie", True), (b"\1\1infirmary", False), (b"", False),
    ],
)  # fmt: skip
def test_a_known_value_is_found_in_bytes_of_one_or_two_for_a_character(raw, hidden):
    assert bool(people().in_bytes(raw)) is hidden


@pytest.mark.parametrize(
    ("raw", "hidden"), [(b"\1rosny\1", True), (b"\1rosnya", False), (b"xrosny\1", False), (b"\1rosny", True)]
)
def test_a_value_of_five_letters_stands_by_itself_in_bytes(raw, hidden):
    assert compile_known(frozenset({"Rosny^X"}), frozenset()).in_bytes(raw) is hidden


def test_values_of_any_kind_are_sorted_into_names_phrases_and_days():
    names, phrases, days = sorted_known(
        [
            "Walker^Bea",
            "Bea Walker",
            "1961-02-03",
            "19610203",
            "PT-1234567",
            "12 Hazelgrove Road",
            "chest of Walker",
            "a b c d e",
            "",
        ]
    )
    assert names == {"Walker^Bea", "Bea Walker", ""} - {""} | ({""} & names)
    assert phrases >= {"PT-1234567", "12 Hazelgrove Road", "chest of Walker", "a b c d e"}
    assert days == {"19610203"}


def test_a_known_day_decides_what_an_ambiguous_date_means():
    assert TextCleaner(["2014-04-03"], 10).clean("seen 03/04/2014") == "seen 13/04/2014"
    assert TextCleaner(["2014-03-04"], 10).clean("seen 03/04/2014") == "seen 03/14/2014"
    assert TextCleaner([], 10).clean("seen 03/04/2014") == "seen"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("seen 03.04.2014", "seen 13.04.2014"),
        ("seen 03/04/2014 and 22/04/2014", "seen 13/04/2014 and 02/05/2014"),
        ("seen 03/04/2014 and 04/22/2014", "seen 03/14/2014 and 05/02/2014"),
        ("seen 03/04/2014, 04/22/2014 and 22/04/2014", "seen, 05/02/2014 and 02/05/2014"),
        ("DOB 22/12/1981, seen 03/04/2014", "DOB, seen 13/04/2014"),
    ],
)
def test_points_and_the_other_dates_of_a_text_say_which_number_is_the_day(text, after):
    assert TextCleaner([], 10).clean(text) == after


def test_a_birth_date_that_is_known_is_never_told_not_even_moved():
    clean = wording_of(Identity(b"k" * 32), "s", ["19520716"])
    assert clean("Name\t1952-07-16\nlesion 16/07/1952") == "Name\nlesion"


@pytest.mark.parametrize("end", ["-\n", "-\n  ", "\u00ad\n", "- \r\n"])
def test_a_name_that_goes_on_in_the_next_line_is_found(end):
    text = f"Patient Quacken{end}bush with a nodule"
    assert TextCleaner(["Quackenbush^Ada"], 10).clean(text) == "Patient with a nodule"


def test_kept_dates_stay_but_for_those_that_are_never_told():
    manner = TextManner(without_uid, DateManner(None, kept=True, hidden=frozenset({"19610203"})))
    assert cleaned_text("seen 2014-03-12, 1961-02-03", NOTHING_KNOWN, manner) == "seen 2014-03-12"


@pytest.mark.parametrize(
    "text", ["born on the 3 Feb 1961", "DOB: 1961-02-03", "date of birth 03.02.1961", "geb. 03.02.1961"]
)
def test_a_birth_date_is_not_told_whatever_it_is(text):
    left = TextCleaner([], 10).clean(f"{text}, knee")
    assert "1961" not in left and left.endswith("knee")
    assert "2014" in TextCleaner([], 10).clean(
        f"born in the country, lives here, was seen on 2014-03-12 {'x' * 0}"
    )


def test_uids_that_nobody_maps_go():
    assert cleaned_text("see 1.2.840.99999.1.2.3 knee", NOTHING_KNOWN, UIDS_REMOVED) == "see knee"


@pytest.mark.parametrize(
    ("names", "text", "left"),
    [
        ({"Foot^Kristin"}, "MRI for Foot; left foot", "MRI for; left foot"),
        ({"Foot^Kristin"}, "MRI for Foot, left foot", "MRI for, left foot"),
        ({"Foot^Kristin"}, "FOOT pain", "FOOT pain"),
        ({"FOOT^KRISTIN"}, "Pt FOOT 6 mm", "6 mm"),
        ({"MA^CARLOS"}, "female, Ma, 120 mA, 5 MA", "female, 120 mA, 5 MA"),
        ({"Dixon^Max"}, "Dixon: heparin, DIXON water", "heparin, DIXON water"),
        ({"Long^Mark"}, "brother of Mark, T1 long; Long is well", "brother of, T1 long; is well"),
        ({"HEAD^CT"}, "CT Head axial", "CT Head axial"),
        ({"Oh^Wu^A"}, "OH, WU AX T2", "AX T2"),
    ],
)
def test_a_name_that_is_a_plain_word_goes_where_it_is_written_as_a_name(names, text, left):
    known = compile_known(frozenset(names), frozenset())
    assert cleaned_text(text, known, UIDS_REMOVED, KNOWN_ONLY).strip() == left


def test_a_number_is_searched_for_whole_whatever_it_begins_with():
    known = compile_known(frozenset(), frozenset({"RAD-17384-0405"}))
    assert known.removed_from("RAD173840405 knee", "_") == "_ knee"


def test_a_sentence_that_goes_with_its_attribute_takes_no_clinical_words_from_others():
    told = ["CT CHEST W/O CONTRAST ZRAAV^PRSNN", "Radiologist = Zagy; impression: Grade II astrocytoma"]
    told += ["Verdacht auf Lungenembolie, Zuweiser Dr. Zardoso"]
    cleaner = TextCleaner(told, -10)
    for text in ("CT CHEST CONTRAST", "impression: Grade II astrocytoma", "Verdacht auf Lungenembolie"):
        assert cleaner.clean(text) == text
    assert cleaner.clean("seen by Zardoso, Zraav, Zagy") == "seen by"
