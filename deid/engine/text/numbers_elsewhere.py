"""Find numbers that name somebody by a label in another script than English has, and days of Japanese eras."""

import re

_NUMBERS = (
    r"снилс|инн|омс|дмс|полис(?: омс| дмс)?|паспорта?|ист(?:ория)?\.? болезни|и/б|мед(?:ицинская)?\.? карта|рнокпп|іпн|"
    r"медкартка|"
    r"αμκα|αφμ|αδτ|αρ\.? μητρώου|αρ\.? φακέλου|"
    r"ת\.? ?ז\.?|מספר זהות|תעודת זהות|מספר תיק|"
    r"رقم الهوية|الرقم القومي|الرقم الوطني|رقم الملف|رقم المريض|رقم الإقامة|"
    r"身份证(?:号码?)?|证件号码?|住院号|门诊号|病历号|病案号|检查号|影像号|登记号|医保号|社保号|受试者(?:编号|号)|筛选号|随机号|"
    r"患者(?:番号|id)|カルテ番号|保険証(?:番号)?|被保険者(?:番号)?|マイナンバー|個人番号|診察券番号|受付番号|症例番号|登録番号|"
    r"주민(?:등록)?번호|등록번호|환자번호|병록번호|차트번호|대상자번호|무작위번호|"
    r"เลขประจำตัว(?:ประชาชน|ผู้ป่วย)?|เลขบัตรประชาชน|"
    r"số hồ sơ|mã (?:bệnh nhân|bn|y tế)|số bhyt|cccd|cmnd"
)
_TELEPHONES = (
    r"тел(?:ефон)?|моб|факс|τηλ(?:έφωνο)?|κιν(?:ητό)?|φαξ|טל['׳]?|טלפון|נייד|פקס|هاتف|الهاتف|جوال|الجوال|فاكس|"
    r"(?:联系|手机)?电话|手机|传真|電話(?:番号)?|携帯(?:電話)?|ファックス|내선|전화(?:번호)?|휴대폰|팩스|โทร(?:ศัพท์)?|"
    r"đt|điện thoại|sđt"
)
# The words of the label stay, the number goes.
_LABELLED = re.compile(
    rf"(?P<label>(?:{_NUMBERS}|{_TELEPHONES})[.:：№#\s]{{0,4}})(?=[\d(+])(?=\W{{0,2}}(?:\d\W{{0,2}}){{4}})"
    r"[\d(+](?:[\d()/.\-]| (?=[\d(]))*\d(?:[ -]?[A-Za-z](?![^\W_]))?",
    re.IGNORECASE,
)
# A telephone or register number beside letters of a script that writes no spaces.
_GLUED = re.compile(
    r"(?<=[\u0e01-\u0e4e\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])0\d{1,3}-\d{2,4}-\d{3,4}(?!\d)"
)
# Numbers of Thai citizens.
_THAI = re.compile(r"(?<![\w.,-])\d-\d{4}-\d{5}-\d\d-\d(?![\w-])")
# A day with a month that nobody can read, in another character set than the file says or in a language that is not known.
_UNREAD_DAY = re.compile(
    r"(?<![\d.])\d{1,2}\.? ?[^\s\d]{0,9}[^\x00-\x7f][^\s\d]{0,9},? ?(?:19|20|25)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d[^\x00-\x7f]{1,3}\d{1,2}[^\x00-\x7f]{1,3}\d{1,2}(?!\d)"
)
# Days of an emperor's years by their first letter (JIS X 0301), in a text that is Japanese.
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_ERA_DAY = re.compile(
    r"(?<![A-Za-z\d])[MTSHR](?:元|\d{1,2})(?P<mark>[./\-])(?:1[0-2]|0?[1-9])(?P=mark)(?:3[01]|[12]\d|0?[1-9])(?!\d|\.\d)"
)


def without_numbers_elsewhere(text: str) -> str:
    """Return *text*, in which not all is ASCII, without such numbers and days."""
    text = _GLUED.sub(" ", _THAI.sub(" ", _LABELLED.sub(lambda found: f"{found['label']} ", text)))
    return _ERA_DAY.sub(" ", text) if _JAPANESE.search(text) else text


def without_unread_days(text: str) -> str:
    """Return *text*, from which all days that can be read are gone, without what is written as one."""
    return text if text.isascii() else _UNREAD_DAY.sub(" ", text)
