"""Texts and tables of another script that nothing says how to read: read wrong, no name in them would be found."""

import io

import pytest

from deid.engine import RefusedError
from deid.engine.formats.documents.cleaning import clean_document
from deid.engine.formats.tables.rows import rows_of
from deid.engine.formats.wording import wording_of
from deid.engine.identity import Identity

CYRILLIC = "Пациентка Вознесенская Ярослава, 12 мм в левом лёгком"
GREEK, JAPANESE, KOREAN = (
    "Ασθενής Παπαδόπουλος, όζος 12 mm",
    "患者 山下健一 様、左下葉に結節",
    "환자 남궁영철, 결절",
)
SCRIPTS = [
    *((CYRILLIC, coding) for coding in ("cp1251", "koi8-r", "iso8859-5")), (GREEK, "cp1253"),
    (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (KOREAN, "cp949"),
]  # fmt: skip
KNOWN = ["Вознесенская^Ярослава"]


def cleaned(content, mime="text/plain"):
    wording = wording_of(Identity(bytes(32)), "s", KNOWN)
    return clean_document(content, mime, text_cleaner=wording).decode()


@pytest.mark.parametrize(("text", "coding"), SCRIPTS)
def test_a_text_in_a_coding_that_cannot_be_told_is_refused(text, coding):
    with pytest.raises(RefusedError, match="save it in UTF-8") as refused:
        cleaned(text.encode(coding))
    assert refused.value.code == "bad_document"


@pytest.mark.parametrize(("text", "coding"), SCRIPTS)
def test_a_table_in_a_coding_that_cannot_be_told_is_refused(text, coding):
    with pytest.raises(RefusedError, match="in UTF-8"):
        list(rows_of(io.BytesIO(f"patient_id;finding\nP77;{text}\n".encode(coding)), ".csv")[1])


@pytest.mark.parametrize(
    "text",
    ["Größe der Läsion 12 mm, Übelkeit", "Nodule à gauche, créé l’été: œdème", "Nódulo: señal débil, ¿tórax?",
     "påträngande läge"],
)  # fmt: skip
def test_a_text_of_western_europe_is_read(text):
    assert "12" not in text or "12 mm" in cleaned(text.encode("cp1252"))
    _, rows = rows_of(io.BytesIO(f"patient_id;finding\nP77;{text}\n".encode("cp1252")), ".csv")
    assert list(rows) == [["P77", text]]


@pytest.mark.parametrize("mime", ["application/rtf", "text/rtf", " Text/RTF "])
def test_rtf_is_read_by_the_code_page_that_it_names(mime):
    letters = "".join(f"\\'{byte:02x}" for byte in CYRILLIC.encode("cp1251"))
    named = "{\\rtf1\\ansi\\ansicpg1251 " + letters + "}"
    text = cleaned(named.encode(), mime)
    assert "Вознесенская" not in text and "Ярослава" not in text and "12 мм в левом" in text
    with pytest.raises(RefusedError, match="save it in UTF-8") as refused:
        cleaned(named.replace("\\ansicpg1251", "").encode(), mime)
    assert refused.value.code == "bad_document"


@pytest.mark.parametrize(
    ("content", "mime", "code"), [(b" \n", "text/plain", "bad_document"), (b"x", "text/html", "unsupported")]
)
def test_what_holds_no_words_or_is_of_no_known_type_is_refused(content, mime, code):
    with pytest.raises(RefusedError) as refused:
        cleaned(content, mime)
    assert refused.value.code == code
