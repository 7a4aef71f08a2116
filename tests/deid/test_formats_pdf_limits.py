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


def test_a_new_document_does_not_say_when_or_by_what_it_was_made():
    content = clean_pdf(drawn(says("knee")), lambda text: text)
    dates = {content[at : at + 16] for at in range(len(content)) if content.startswith(b"(D:", at)}
    assert {date[3:11] for date in dates} == {b"20000101"}
