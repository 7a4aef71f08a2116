"""Which words stay in cleaned text: clinical ones however rare, and no part of a name that is a word as well."""

import pytest

from deid.engine.tables.people import NOT_NEIGHBOURS
from deid.engine.text.charsets import decode, encode, parse_terms
from deid.engine.text.cleaning import (
    LONGEST_AT_ONCE,
    UIDS_REMOVED,
    TextCleaner,
    TextManner,
    cleaned_text,
    stretches,
)
from deid.engine.text.dates import KNOWN_ONLY, SURE, THOROUGH, DateManner, Hide
from deid.engine.text.eponyms import eponyms
from deid.engine.text.known import compile_known
from deid.engine.text.medical import is_compound, sounds_medical
from deid.engine.text.words import german_words, is_code_word, may_stay, name_neighbours, other_words

CLEANER = TextCleaner([], -100)


@pytest.mark.parametrize(
    "text",
    [
        "Scattered fibroglandular densities; BI-RADS 2. Coarse popcorn calcification.",
        "Status post cholecystojejunostomy with pneumobilia, recanalized paraumbilical vein",
        "T2 hyperintense lesion with restricted diffusion. White matter disease, Fazekas grade 2.",
        "Pembrolizumab plus pemetrexed; trastuzumab deruxtecan; osimertinib",
        "Osgood-Schlatter disease; Salter-Harris type II; Hill-Sachs deformity; Kellgren-Lawrence grade 3",
        "findings compatible with COVID-19 pneumonia, LVEF 55 %, 0.1 mmol/kg",
        "Degenerative Veränderungen der Lendenwirbelsäule mit Bandscheibenvorfall und Spinalkanalstenose",
        "Épanchement pleural bilatéral de faible abondance. Hernie discale avec conflit radiculaire.",
        "Bez zmian ogniskowych w wątrobie. Śledziona niepowiększona, węzły chłonne w normie",
        "Játra bez ložisek. Ledviny normální velikosti, závěr: nález v normě",
        "A máj normális méretű. Vélemény: kóros eltérés nem látható",
        "Normal storlek på levern. Lungorna utan infiltrat, inte förstorat",
        "Ingen tegn til brudd. Undersøkelsen er utført med kontrast på grunn av hodepine",
        "Keuhkoissa ei infiltraatteja. Sydän on normaalikokoinen",
        "Karaciğer boyutları normal. Sonuç: kırık yok",
        "Splina și rinichii au aspect normal. Fără lichid liber",
        "Jetra je normalne veličine, bez žarišnih promjena. Nema slobodne tekućine",
        "Patient klagt seit gestern, keine weiteren Angaben; Leber unauffällig",
        "demandé par le médecin, antécédent, trouble ventilatoire, contours réguliers",
        "no se observan defectos, enviado por dolor torácico, estudio realizado",
        "somministrazione di mezzo di contrasto, dolore toracico da due giorni",
        "stéatose modérée, cefalea intensa, noduli tiroidei, Niereninsuffizienz",
        "geen aanwijzingen voor afwijkingen, onderzoek verricht, sinds drie dagen",
        "Patient with Wallenberg syndrome; sphincter of Oddi, Guillain-Barré syndrome",
        "Sin evidencia de hemorragia intracraneal. Nódulo pulmonar en lóbulo superior derecho.",
    ],
)
def test_clinical_words_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("John Graves presented with pain", "presented with pain"),
        ("prior study of Linda Hill compared", "prior study of compared"),
        ("MARGARET WHITE HEAD W/O", "HEAD W/O"),
        ("Brown_Ashleigh thorax", "thorax"),
        ("BARRETT, BRITTANY follow up", "follow up"),
        ("Plath_Hans-Dieter thorax", "thorax"),
        ("CT chest for Ana Luiza Siqueira", "CT chest for"),
        (
            "Hill-Sachs deformity, White matter, Young adult",
            "Hill-Sachs deformity, White matter, Young adult",
        ),
        ("Ostrander chest long axis", "chest long axis"),
        ("his wife May reports seizures", "his wife reports seizures"),
        ("Daughter Crystal called", "Daughter called"),
        ("NOK Mark, palliative care", "NOK, palliative care"),
        ("Mother: Breast cancer", "Mother: Breast cancer"),
        ("scanned, tech Brown", "scanned, tech"),
        ("scanned by McGovern", "scanned by"),
        ("Transferred from North Zucasfurt, stroke", "Transferred from, stroke"),
        ("Sig.ra Rossi: frattura", "frattura"),
        ("Prior exam at Hôpital Port Zicoleside showed pneumonia", "Prior exam at showed pneumonia"),
        ("Ospedale West Max, torace", "torace"),
        ("CT axial ZRATT^HU", "CT axial"),
    ],
)
def test_a_word_beside_a_name_goes_where_it_may_be_part_of_it(text, cleaned):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize(
    "number",
    [
        "(817)205-6229",
        "(0118) 496 0638",
        "0118 496 0667",
        "(01632) 960838",
        "51 5079-2999",
        "001-742-521-8168",
        "Apt. 225",
    ],
)
def test_telephone_numbers_of_many_countries_go(number):
    assert CLEANER.clean(f"call {number}, left knee") == "call, left knee"


@pytest.mark.parametrize(
    "name", ["moraitis", "gallenstein", "lawrence", "considine", "jeremias", "quackenbush", "clements"]
)
def test_names_do_not_sound_medical(name):
    assert not sounds_medical(name) and not is_compound(name)


def test_ordinary_words_of_other_languages_are_nobodys_surname():
    common = {
        "muller",
        "schmidt",
        "fischer",
        "dupont",
        "moreau",
        "garcia",
        "rossi",
        "esposito",
        "jansen",
        "silva",
        "huber",
    }
    assert not common & (german_words() | other_words())
    assert "seit" not in german_words() and "klagt" in german_words()


@pytest.mark.parametrize(("word", "stays"), [("segreto", True), ("Segreto", False), ("SEGRETO", False)])
def test_a_word_that_is_a_name_elsewhere_stays_only_where_it_is_written_small(word, stays):
    assert CLEANER.clean(f"dolore {word}") == (f"dolore {word}" if stays else "dolore")


def test_names_beside_names_are_no_words_of_radiology():
    assert not name_neighbours() & NOT_NEIGHBOURS
    assert {"graves", "hill", "white", "brown", "ana"} < name_neighbours()


def test_eponyms_are_sorted_and_of_several_words():
    assert list(eponyms()) == sorted(set(eponyms())) and all(" " in phrase for phrase in eponyms())


@pytest.mark.parametrize(
    ("raw", "terms", "text"),
    [
        (b"caf\xe9", ("ISO_IR 100",), "café"),
        (b"\xff\xfe knee", ("ISO_IR 192",), "ÿþ knee"),
        ("Ünal".encode(), ("ISO_IR 192",), "Ünal"),
        (b"\x1b$B;3ED\x1b(B", ("ISO 2022 IR 6", "ISO 2022 IR 87"), "山田"),
    ],
)
def test_text_is_read_in_its_character_set_or_byte_by_byte(raw, terms, text):
    assert decode(raw, terms) == text


def test_what_a_character_set_cannot_say_becomes_a_question_mark():
    assert encode("Ünal α", ("ISO_IR 100",)) == b"\xdcnal ?"
    assert encode("Ünal", ("ISO_IR 100",)) == b"\xdcnal"


@pytest.mark.parametrize(
    ("raw", "terms"),
    [
        (b"ISO_IR 100\0", ("ISO_IR 100",)), (b"\\ISO 2022 IR 87 ", ("", "ISO 2022 IR 87")), (b"", ()),
        (b"ISO_IR 999", ()), (b"ISO_IR 100\\Smith", ()),
    ],
)  # fmt: skip
def test_only_known_character_sets_are_named(raw, terms):
    assert parse_terms(raw) == terms


@pytest.mark.parametrize("joint", ["\n", ". ", " "])
def test_long_text_is_cut_behind_a_line_a_sentence_or_a_word(joint):
    text = joint.join(["knee"] * 900)
    pieces = list(stretches(text))
    assert "".join(pieces) == text and len(pieces) > 1
    assert all(len(piece) <= LONGEST_AT_ONCE for piece in pieces)
    assert all(piece.endswith(joint[:1]) for piece in pieces[:-1])


def test_a_line_ends_a_stretch_before_a_sentence_does_and_that_before_a_word():
    half = "knee " * 220
    first = next(iter(stretches(f"{half}\n{'hip ' * 100}. {'leg ' * 500}")))
    assert first.endswith("\n")
    first = next(iter(stretches(f"{half}. {'hip ' * 500}")))
    assert first.endswith(".")


def test_text_of_just_the_longest_is_one_stretch():
    assert len(list(stretches("kn ee" * (LONGEST_AT_ONCE // 5)))) == 1
    assert list(stretches("x" * 300 + " knee")) == ["  knee"]


@pytest.mark.parametrize(
    ("depth", "cleaned"),
    [(KNOWN_ONLY, "J. at 14:35 by Ostrander"), (SURE, "at 14:35 by"), (THOROUGH, "at by")],
)
def test_how_much_goes_is_a_matter_of_depth(depth, cleaned):
    known = compile_known(frozenset({"Quackenbush^Xiomara"}), frozenset())
    assert cleaned_text("J. Quackenbush at 14:35 by Ostrander", known, UIDS_REMOVED, depth) == cleaned


@pytest.mark.parametrize("mark", ["a\x00b", "\U000f0000", "see @"])
def test_what_could_be_mistaken_for_a_hidden_piece_is_taken_out(mark):
    cleaned = cleaned_text(
        f"knee {mark} Quackenbush 2014-03-12", compile_known(frozenset(), frozenset()), UIDS_REMOVED
    )
    assert "\x00" not in cleaned and "\U000f0000" not in cleaned and "Quackenbush" not in cleaned


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1st March 2014", "11th March 2014"), ("2nd March 2014", "12th March 2014"), ("3rd March 2014", "13th March 2014"),
        ("4th March 2014", "14th March 2014"), ("11th March 2014", "21st March 2014"), ("12th March 2014", "22nd March 2014"),
        ("13th March 2014", "23rd March 2014"), ("22nd March 2014", "1st April 2014"),
    ],
)  # fmt: skip
def test_ordinals_follow_the_day(before, after):
    assert TextCleaner([], 10).clean(f"seen {before}") == f"seen {after}"


def test_a_disease_that_carries_a_name_stays_beside_dates_that_move():
    text = "Wilson disease, seen 2014-03-12 and 2014-04-12 by Ostrander"
    assert TextCleaner([], 10).clean(text) == "Wilson disease, seen 2014-03-22 and 2014-04-22 by"


MANNER = TextManner(
    lambda _uid: "2.25.7", DateManner(10, known=frozenset({"20190302"}), hidden=frozenset({"20180405"}))
)


@pytest.mark.parametrize(
    ("text", "known_only", "sure", "thorough"),
    [
        ("see 1.2.3.4.5 here", "see 2.25.7 here", "see 2.25.7 here", "see 2.25.7 here"),
        ("see 1.2.3.4 here", "see 1.2.3.4 here", "see 1.2.3.4 here", "see 1.2.3.4 here"),
        ("2019-03-02, 2018-04-05, 2017-01-01", "2019-03-12, 2017-01-01", "2019-03-12, 2017-01-11", "2019-03-12, 2017-01-11"),
        ("03/02/19 04/05/18 01/02/17", "03/12/19 01/02/17", "03/12/19", "03/12/19"),
        ("Xoan knee 3", "Xoan knee 3", "knee 3", "knee 3"), ("3 knee Xoan", "3 knee Xoan", "3 knee", "3 knee"),
        ("Xoan3 knee", "Xoan3 knee", "Xoan3 knee", "Xoan3 knee"), ("x@y.org knee", "knee", "knee", "knee"),
    ],
)  # fmt: skip
def test_uids_and_dates_move_as_far_as_they_are_sure(text, known_only, sure, thorough):
    nobody = compile_known(frozenset(), frozenset())
    found = [cleaned_text(text, nobody, MANNER, depth) for depth in (KNOWN_ONLY, SURE, THOROUGH)]
    assert found == [known_only, sure, thorough]


def test_no_more_pieces_are_hidden_than_there_are_marks():
    hide = Hide()
    marks = [hide("2014") for _ in range(65540)]
    assert marks[65533] == "\U000ffffd" and not any(marks[65534:])
    assert hide.restored(marks[0] + marks[65533]) == "20142014"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("胸部", True),
        ("胸部腹部", True),
        ("胸部鈴木", False),
        ("kneechest", True),
        ("chestxyzz", False),
        ("xyzzchest", False),
    ],
)
def test_words_that_are_two_in_one_may_stay_in_codes(word, code):
    assert is_code_word(word) is code
    assert word.isascii() or may_stay(word) is code


@pytest.mark.parametrize(
    ("word", "stays", "beside_digits"),
    [
        ("bxdkjh", True, True), ("bxdkjhz", False, False), ("vost", False, True), ("voste", False, False), ("xol", True, True),
        ("postcontrast", True, True), ("KneeChest", True, True), ("HarXyzz", False, False), ("haemorrhagic", True, True),
        ("Quackenbush", False, False), ("leberzirrhose", True, True), ("herzlungens", True, True), ("herzlung", False, False),
    ],
)  # fmt: skip
def test_a_word_stays_for_what_it_is_or_how_short_it_is(word, stays, beside_digits):
    assert (may_stay(word), may_stay(word, beside_digits=True)) == (stays, beside_digits)


@pytest.mark.parametrize(
    ("word", "compound"),
    [
        ("leberzirrhose", True),
        ("leber", False),
        ("leberleber", False),
        ("leberszirrhosen", True),
        ("leberxzirrhose", False),
    ],
)
def test_a_compound_is_made_of_two_words_at_least(word, compound):
    assert is_compound(word) is compound


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("unremarkable Temor", "unremarkable"), ("Pavor, chest", "chest"),
        ("Temor y dolor con fiebre", "Temor y dolor con fiebre"), ("dolor y Temor con fiebre", "dolor y con fiebre"),
        ("Aufnahme ohne Auffälligkeiten", "Aufnahme ohne Auffälligkeiten"), ("temor, chest", "chest"),
        ("temor y fiebre, chest", "temor y fiebre, chest"),
    ],
)  # fmt: skip
def test_a_word_of_another_language_with_a_capital_stays_only_among_its_own_where_a_sentence_begins(
    text, cleaned
):
    assert CLEANER.clean(text) == cleaned


@pytest.mark.parametrize("name", ["david", "alice", "jose"])
def test_a_given_name_is_no_word_where_dictionaries_write_it_small(name):
    assert not may_stay(name) and not may_stay(name.capitalize(), abroad=True)
