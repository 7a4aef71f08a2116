"""Text in other scripts than Latin and in Vietnamese: the words of medicine stay, names and dates do not."""

import pytest

from deid.engine.text.cleaning import TextCleaner

CLEANER = TextCleaner([], -100)


@pytest.mark.parametrize(
    "text",
    [
        "КТ органов грудной клетки без контраста", "Очаг в S6 правого легкого до 8 мм",
        "МРТ головного мозга с контрастом, ФАЗА 2",
        "Увеличение лимфатических узлов средостения, выпот не выявлен", "Αξονική τομογραφία θώρακος χωρίς σκιαγραφικό",
        "μαγνητική εγκεφάλου, ευρήματα φυσιολογικά", "تصوير الصدر بالأشعة المقطعية", "الرنين المغناطيسي للدماغ",
        "CT חזה ללא חומר ניגוד",
        "הריאות תקינות", "Chụp cắt lớp vi tính ngực không tiêm thuốc", "흉부 CT 조영증강", "우측 폐 결절",
        "右肺下葉に8mmの結節を認める",
        "胸部単純 冠状断", "左肺上叶见结节影,大小约8mm", "FLAIR 横断",
    ],
)  # fmt: skip
def test_words_of_medicine_stay_in_every_script(text):
    assert CLEANER.clean(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Пациент Иванов Петр Сергеевич, 1961 г.р.", "Пациент"), ("Лечащий врач Петренко", "Лечащий врач"),
        ("Врач: Смирнова А.В.", "Врач"), ("Грудинов О.", ""),
        ("Ιωάννης Παπαδόπουλος, άνδρας 54 ετών", "άνδρας 54 ετών"),
        ("المريض محمد علي, تصوير الدماغ", "المريض, تصوير الدماغ"), ("החולה יוסי כהן, CT ראש", "החולה, CT ראש"),
        ("張偉 胸部平扫", "胸部平扫"), ("患者田中太郎 右肺結節", "患者 右肺結節"), ("山田花子様 頭部MRI", "頭部MRI"),
        ("医師佐藤健", "医師"),
        ("환자 김철수 우측 폐 결절", "환자 우측 폐 결절"),
        ("Bệnh nhân Trần Thị Hoa, chụp phổi thẳng", "Bệnh nhân, chụp phổi thẳng"),
        ("Bệnh nhân Nguyễn Văn An, 54 tuổi", "Bệnh nhân, 54 tuổi"),
    ],
)  # fmt: skip
def test_names_go_in_every_script(text, left):
    assert CLEANER.clean(text).rstrip(" .:") == left


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2012年3月14日 胸部", "2011年12月05日 胸部"), ("2012년 3월 14일", "2011년 12월 05일"),
        ("平成24年3月14日", ""), ("令和元年", ""),
        ("3月14日 胸部", "胸部"), ("12. března 2014", "02. prosince 2013"),
        ("2014. március 12. CT", "2013. december 02. CT"),
        ("12 Mart 2014", "02 Aralık 2013"), ("12 марта 2014", "02 декабря 2013"),
        ("12 Μαρτίου 2014", "02 Δεκεμβρίου 2013"),
        ("12 martie 2014", "02 decembrie 2013"), ("12. maaliskuuta 2014", "02. joulukuuta 2013"),
        ("12. ožujka 2014", "02. prosinca 2013"),
    ],
)  # fmt: skip
def test_dates_move_in_every_script(text, moved):
    assert CLEANER.clean(text) == moved


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Kontrolle am 3.4. geplant", "Kontrolle geplant"),
        ("Untersuchung vom 14.03. liegt vor", "Untersuchung liegt vor"),
        ("no change to study of 14/3 here", "no change to here"), ("scan from 3/4 reviewed", "reviewed"),
        ("stable in 3/4 of lesions", "stable in 3/4 of lesions"), ("slice 3.4.", "slice 3.4"), ("born Feb '61", "born"),
        ("scan Mar '14", "scan Nov '13"),
    ],
)  # fmt: skip
def test_days_without_a_year_go_where_a_word_tells_of_one(text, left):
    assert CLEANER.clean(text).rstrip(" .") == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (r"see \\srv01\share\DOE_JOHN\ct", "see"), (r"C:\data\DOE_JOHN\x.dcm", ""), ("/home/jdoe/data/scan1", ""),
        ("smb://nas/doe", ""),
        ("URL http://pacs.hosp.org/view?id=88", "URL"), ("reported by jdoe3", "reported by"),
        (r"User: ADMIN\rwilson", "User"),
        ("performed by msmith2, repeat", "performed by, repeat"), ("logged in as kl04", "logged in as"),
        ("T1/T2 ratio 1/2", "T1/T2 ratio 1/2"), ("performed by t2", "performed by t2"),
        ("mg/ml, L4/L5", "mg/ml, L4/L5"),
    ],
)  # fmt: skip
def test_paths_links_and_logins_go(text, left):
    assert CLEANER.clean(text).rstrip(" :") == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Transferred from Methodist for further workup", "Transferred from for further workup"),
        ("Outside CT from Providence reviewed", "Outside CT from reviewed"),
        ("compare with study from St. Elsewhere", "compare with study from"), ("seen at Sacred Heart", "seen at"),
        ("lead from St. Jude Medical", "lead from St. Jude Medical"),
        ("changes from Baseline", "changes from Baseline"),
        ("General anaesthesia from General ward", "General anaesthesia from General ward"),
    ],
)  # fmt: skip
def test_hospitals_of_one_ordinary_word_go_behind_where_somebody_came_from(text, left):
    assert CLEANER.clean(text).rstrip() == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Почки без камней, уже здоров", "Почки без камней, уже здоров"), ("Почки, зорвалов сегодня", "Почки, сегодня"),
        ("Ήπαρ και όχι άλλο", "Ήπαρ και όχι άλλο"), ("患者名 佐藤健 左側脳室 新たな病変", "患者名 左側脳室 新たな病変"),
        ("双侧侧脑室旁新发病灶，较前增大", "双侧侧脑室旁新发病灶，较前增大"),
    ],
)  # fmt: skip
def test_ordinary_words_of_other_scripts_stay_and_names_written_small_go(text, left):
    assert CLEANER.clean(text) == left
