"""How much of a PDF is read, how its pages and letters are measured, and that a new one says nothing of when it was made."""

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from deid.engine import RefusedError
from deid.engine.formats.documents import pdf
from deid.engine.formats.documents.pdf import clean_pdf, read_pages


def drawn(*pages, size=(300, 200)):
    """Return a PDF of which each page is drawn by a function."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def says(text, size=12, at=(20, 100)):
    def draw(canvas):
        canvas.setFont("Helvetica", size)
        canvas.drawString(*at, text)

    return draw


def code_of(content):
    try:
        read_pages(content)
    except RefusedError as refusal:
        return refusal.code
    return ""


def test_a_document_has_so_many_pages_and_no_more(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    assert code_of(drawn(says("one"), says("two"))) == ""
    assert code_of(drawn(says("one"), says("two"), says("three"))) == "too_large"


def test_a_document_has_so_much_text_and_no_more(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_TEXT", 8)
    assert code_of(drawn(says("four"), says("lung"))) == ""
    assert code_of(drawn(says("four"), says("lungs"))) == "too_large"


def nested(depth):
    def draw(canvas):
        for level in range(depth):
            canvas.beginForm(f"form{level}")
            says("knee")(canvas) if not level else canvas.doForm(f"form{level - 1}")
            canvas.endForm()
        canvas.doForm(f"form{depth - 1}")

    return drawn(draw)


def test_what_is_drawn_within_something_drawn_is_read_to_a_depth(monkeypatch):
    monkeypatch.setattr(pdf, "DEEPEST", 4)
    found = {depth: code_of(nested(depth)) for depth in range(1, 8)}
    deepest = max(depth for depth, code in found.items() if not code)
    assert 2 <= deepest <= 4 and found == {depth: "too_deep" if depth > deepest else "" for depth in found}
    assert [line.text for line in read_pages(nested(deepest))[0].lines] == ["knee"]


def test_pages_and_letters_keep_their_sizes_within_what_can_be_read():
    (page,) = read_pages(drawn(says("knee")))
    assert (page.width, page.height) == (300, 200) and page.lines[0].size == pytest.approx(10.2, abs=1)
    (small,) = read_pages(drawn(says("knee", 1, (5, 5)), size=(20, 20000)))
    assert (small.width, small.height) == (36, 14400) and small.lines[0].size == 4
    (large,) = read_pages(drawn(says("knee", 120)))
    assert large.lines[0].size == 72


def lettered(shown, *meanings):
    """Return a PDF with the bytes *shown*, whose font says which letters some of them mean (ISO 32000-1 9.10.3)."""
    says = b"".join(b"<%02x> <%04x>\n" % (code, letter) for code, letter in meanings)
    mapping = b"begincmap\n%d beginbfchar\n%sendbfchar\nendcmap" % (len(meanings), says)
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\nBT /F 12 Tf 20 100 Td (%s) Tj ET\nendstream" % (len(shown) + 32, shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(mapping), mapping),
    )  # fmt: skip
    objects = b"".join(b"%d 0 obj%s\nendobj\n" % (number, part) for number, part in enumerate(parts, 1))
    return b"%PDF-1.4\n" + objects + b"trailer<</Root 1 0 R>>\n"


@pytest.mark.parametrize(
    ("shown", "meanings", "text"),
    [
        (b"knXee", [], "knXee"), (b"knXee", [(88, 0x7)], "kn ee"), (b"knXee", [(88, 0x85)], "kn ee"), (b"kn\001ee", [], "knee"),
        (b"knXee", [(88, 0x3B1)], "knαee"), (b"X knee", [(88, 0x1F)], "knee"), (b"kn|ee", [], "kn¦ee"),
    ],
)  # fmt: skip
def test_a_line_says_its_letters_without_control_characters(shown, meanings, text):
    (page,) = read_pages(lettered(shown, *meanings))
    assert [line.text for line in page.lines] == [text]


def test_what_is_no_pdf_or_has_no_page_is_refused():
    empty = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    )
    assert (
        code_of(empty + b"trailer<</Root 1 0 R>>\n")
        == code_of(b"knee")
        == code_of(b"%PDF-1.4\n")
        == "bad_document"
    )
    assert code_of(b"\n" + drawn(says("knee"))) == ""


def test_a_new_document_does_not_say_when_or_by_what_it_was_made():
    content = clean_pdf(drawn(says("knee")), lambda text: text)
    dates = {content[at : at + 16] for at in range(len(content)) if content.startswith(b"(D:", at)}
    assert {date[3:11] for date in dates} == {b"20000101"}
