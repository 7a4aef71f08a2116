"""Text of trials: how their subjects are called, in every country's language, and what of medicine stays there."""

import pytest

from deid.engine.acting.words import _cleaned
from deid.engine.text.charsets import decode, terms_of
from deid.engine.text.cleaning import UIDS_REMOVED, TextCleaner
from deid.engine.text.dates import THOROUGH
from deid.engine.text.flat import folded
from deid.engine.text.known import NOTHING_KNOWN, compile_known
from deid.engine.text.made_elsewhere import is_made, is_made_small
from deid.engine.text.numbers_elsewhere import without_numbers_elsewhere
from deid.engine.text.scripts import known_terms

CLEANER = TextCleaner([], -100)
SUBJECT = TextCleaner(["DE4218-736", "Quillby^Zora", "19541203"], -100, births=["19541203"])


@pytest.mark.parametrize("terms", [(), ("ISO_IR 6",), ("ISO_IR 100",), ("ISO_IR 144",), ("ISO 2022 IR 101",)])
@pytest.mark.parametrize("text", ["Prothèse de hanche", "左肺结节", "Žďár"])
def test_utf_8_is_read_as_such_whatever_the_file_says(terms, text):
    assert decode(text.encode(), terms) == text


@pytest.mark.parametrize(
    ("raw", "terms"),
    [
        (b"Z\xfcrich", ("ISO_IR 100",)), ("Тихая".encode("iso8859-5"), ("ISO_IR 144",)),
        ("เกม".encode("tis-620"), ("ISO_IR 166",)),
        (b"\xc3\xa9", ("ISO_IR 13",)), (b"\xc3\xa9", ("ISO_IR 100", "ISO 2022 IR 87")), (b"plain", ()),
    ],
)  # fmt: skip
def test_what_is_no_utf_8_or_may_be_something_else_is_read_as_the_file_says(raw, terms):
    assert terms_of(raw, terms) == terms


def test_cleaned_utf_8_is_written_as_it_came():
    raw = "Dr. Quillby: prothèse".encode()
    cleaned = _cleaned(raw, ("ISO_IR 100",), NOTHING_KNOWN, UIDS_REMOVED, THOROUGH)
    assert cleaned is not None and cleaned.decode().strip() == "prothèse"


@pytest.mark.parametrize("name", ["陈^文博", "최^성호"])
def test_a_name_read_in_a_wrong_character_set_takes_no_letters_out_of_words(name):
    known = compile_known(frozenset([name.encode().decode("latin-1")]), frozenset())
    for text in ("SAE: contrast reaction", "microhaemorrhage, ARIA-E", "CT chest"):
        assert known.removed_from(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ZXQ 1954 AXIAL T2", "AXIAL T2"), ("Z-Q/1954 AXIAL T2", "AXIAL T2"), ("Z.Q., *1954 AXIAL T2", "AXIAL T2"),
        ("ZQ (1954) T2", "T2"), ("ZXQ 1955 AXIAL T2", "ZXQ 1955 AXIAL T2"), ("MR 1954, T2", "MR 1954, T2"),
        ("ZQ 1954 ms, T2", "ZQ 1954 ms, T2"),
        # The number with its last group padded otherwise, or glued to what follows.
        ("E4218/0736_T1_MPRAGE", "T1_MPRAGE"), ("subj 4218-736 T1", "T1"), ("4218_00736 T1", "4218_00736 T1"),
    ],
)  # fmt: skip
def test_a_subject_is_found_by_initials_with_the_year_of_birth_and_by_regrouped_numbers(text, left):
    assert SUBJECT.clean(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("vom 17. kvìtna 2020, Leber", "vom, Leber"), ("CT 2021Äê4ÔÂ1ÈÕ", "CT È"), ("seen 3 Zolvért 2019", "seen"),
        ("11 Á¡ÃÒ¤Á 2558", ""), ("11 มกราคม 2558 ปอด", "ปอด"),
        ("17. května 2020, CT", "07. února 2020, CT"), ("2021年4月1日 CT", "2020年12月22日 CT"),
        ("5 µm, 2.019 µL", "5 µm, 2.019 µL"),
    ],
)  # fmt: skip
def test_days_in_a_month_that_nobody_can_read_go_and_others_move(text, left):
    assert CLEANER.clean(text).rstrip("É ÕÔÂ") == left


def test_a_short_word_of_another_script_in_a_name_is_searched_for_by_itself():
    known = compile_known(frozenset(["больница им. Золварт", "王^建力"]), frozenset())
    assert known.removed_from("на фоне химиотерапии") == "на фоне химиотерапии"
    assert known.removed_from("им. Золварт", "#") == "#. #" and known.removed_from("胸部建力量") == "胸部 量"


def test_initials_need_the_year_of_a_birth():
    assert CLEANER.clean("ZXQ 1954 AXIAL") == "ZXQ 1954 AXIAL"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("検査日 H30.1.7 頭部", "検査日   頭部"), ("撮影 R元/12/1", "撮影  "), ("version R2.1.10", "version R2.1.10"),
        ("造影、電話03-3815-5411、頭部", "造影、電話 、頭部"), ("住院号: 00482713", "住院号:  "),
        ("СНИЛС 112-233-445 95, контраст", "СНИЛС  , контраст"),
        ("주민등록번호 540315-2748271", "주민등록번호  "), ("טל' 04-854-2793 מוח", "טל'   מוח"),
        ("ΑΜΚΑ: 15035402741", "ΑΜΚΑ:  "),
        ("เลข 5-5001-00117-36-2 ปอด", "เลข   ปอด"),
        ("セル03-3815-5411", "セル "), ("тел. 12", "тел. 12"), ("胸部 5-10-2 mm", "胸部 5-10-2 mm"),
    ],
)  # fmt: skip
def test_numbers_behind_labels_of_other_scripts_and_days_of_eras_go(text, left):
    assert without_numbers_elsewhere(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("fax 0761 / 270-34812; 120 slices", "120 slices"), ("Zora Finkelstein, liver", "liver"),
        ("Finkelstein test positive", "Finkelstein test positive"), ("known Parkinson", "known Parkinson"),
        ("Zora Finkelstein 5326125535", ""), ("Monitor: ªtefãniþã", "Monitor"), ("Pro MRI, ×åðåïàíîâ", "Pro MRI"),
        ("Bekannte Läsion, größere", "Bekannte Läsion, größere"),
    ],
)  # fmt: skip
def test_telephones_with_wide_marks_and_namesakes_behind_a_given_name_go(text, left):
    assert CLEANER.clean(text) == left


def test_what_a_firm_is_stays_in_the_name_of_another():
    known = compile_known(frozenset(["Zolvart Pharma AG"]), frozenset())
    assert known.removed_from("Agfa-Gevaert AG") == "Agfa-Gevaert AG"
    assert compile_known(frozenset(["AG^Zora"]), frozenset()).removed_from("for AG here", "#") == "for # here"


@pytest.mark.parametrize(
    "text",
    [
        "Enfermedad de Chagas", "Maladie de Basedow, goitre diffus", "Morbo di Parkinson",
        "Ziekte van Graves", "Zespół Sjögrena",
        "Parkinsonova nemoc", "Crohnova choroba", "Crohnin tauti", "Sjögrenin oireyhtymä",
        "Choroba Leśniowskiego-Crohna", "Parkinson-kór",
        "Colles-törés", "Langerhans-Inseln", "Болезнь Бехтерева", "מחלת קרוהן", "داء كرون", "Bệnh Crohn",
        "克罗恩病", "パーキンソン病",
        "Sharp/van der Heijde score 24", "Sokolow-Lyon index", "Brugada type 1", "Masson trichrome", "9-hole peg test",
    ],
)  # fmt: skip
def test_what_is_called_after_somebody_stays_in_every_language(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Enfermedad: Zolvart", "Enfermedad"), ("Zespół Zolvart", ""), ("Dr. van der Zolvart, score", "Dr., score"),
        ("Frattura Fischer", "Frattura"), ("Болезнь Иванова", "Болезнь"),
    ],
)  # fmt: skip
def test_other_names_beside_the_words_for_diseases_go(text, left):
    assert CLEANER.clean(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Пациентка, узурация суставной поверхности", "Пациентка, кохлеарная имплантация", "Пацієнтка, звапнення клапана",
        "Ασθενής, υποδερμάτιος ερεθισμός", "Viêm rễ thần kinh, chèn ép tủy", "조영증강 신장절제술", "肝門部胆管癌切除術後",
        "膝关节腔积液",
        "ผู้ป่วย: เอกซเรย์ทรวงอก ไม่พบกระดูกหัก", "Endoproteza stawu biodrowego", "Srovnáno s vyšetřením",
        "T1-viktad efter kontrast", "contraste bien tolerado",
    ],
)  # fmt: skip
def test_words_of_medicine_stay_that_no_list_has_or_that_begin_a_sentence(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Врач иванов, КТ", "Врач, КТ"), ("Больная, лікар петренко", "Больная, лікар"),
        ("Пациент светлана, Печень", "Пациент, Печень"),
        ("นายสมชาย เจริญสุข", ""), ("王建国肝癌", "肝癌"), ("김종암 환자", "환자"), ("Bệnh nhân Đặng Thị Hồng", "Bệnh nhân"),
        ("Джон-стефан Петров", ""),
    ],
)  # fmt: skip
def test_names_written_small_behind_what_tells_of_people_and_names_of_asia_go_whole(text, left):
    assert CLEANER.clean(text).strip(" -") == left


def test_nothing_is_left_of_a_thai_name_though_its_vowels_are_no_letters():
    assert known_terms("ประเสริฐ", "#") == "#" and CLEANER.clean("ผู้ป่วย: ประเสริฐ ศรีสุวรรณ") == "ผู้ป่วย"


@pytest.mark.parametrize(
    ("word", "made"),
    [
        ("ангиография", True), ("Ангиография", True), ("Лимфома", True), ("взвешенное", False), ("Евгений", False),
        ("Маргарита", False), ("Ильинична", False), ("αγγειογραφία", True), ("Βερόνικα", False),
        ("קרדיולוגיה", True), ("혈관조영술", True),
        ("김조영", False),
    ],
)  # fmt: skip
def test_words_are_medical_by_their_endings_in_other_scripts(word, made):
    assert is_made(word, folded(word.lower())) is made


@pytest.mark.parametrize(
    ("word", "made"),
    [("взвешенное", True), ("сравнение", True), ("Сравнение", False), ("узел", False), ("έλεγχος", False)],
)
def test_other_endings_tell_of_medicine_only_where_a_word_is_written_small(word, made):
    assert is_made_small(word, folded(word.lower())) is made


@pytest.mark.parametrize(
    "text", ["slice 5 µm", "10 µg/kg", "5 μm", "β-blocker, γ-GT", "TGF-β1, α-synuclein", "МРТ с контрастом"]
)
def test_letters_of_other_scripts_that_are_signs_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize("text", ["BMI 24 kg/m²", "5 cm³", "10⁹/L", "½ dose", "H₂O"])
def test_raised_digits_stay(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"), [("²Å", ""), ("Qazu²", "²"), ("³Â½¨¹ú, CT", "¨ú, CT"), ("call ⁴⁵⁶⁷⁸⁹⁰", "call")]
)
def test_a_raised_digit_makes_no_code_of_the_letters_beside_it_and_many_are_a_number(text, left):
    assert CLEANER.clean(text) == left
