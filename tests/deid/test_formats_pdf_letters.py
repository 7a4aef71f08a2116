"""PDF pages whose letters stand at an angle or far apart: what they say is cleaned as everywhere else."""

import io

import pytest
from pdfminer.high_level import extract_pages, extract_text
from reportlab.pdfgen.canvas import Canvas

from deid.engine.formats.documents.pdf import clean_pdf, read_pages
from deid.engine.formats.documents.pdf_pages import Line, Page, write_pages
from deid.engine.formats.wording import wording_of
from deid.engine.identity import Identity

KNOWN = ["Quackenbush^Ada", "MRN77123"]


def drawn(draw):
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setFont("Helvetica", 11)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def cleaned(draw):
    wording = wording_of(Identity(b"k" * 32), "one", KNOWN)
    return " ".join(extract_text(io.BytesIO(clean_pdf(drawn(draw), wording))).split())


def identity_in(text):
    """Return which names and numbers a text holds, forwards or backwards, whatever stands between their letters."""
    flat = "".join(filter(str.isalnum, text.lower()))
    return [word for word in ("quackenbush", "77123") if word in flat or word[::-1] in flat]


@pytest.mark.parametrize("degrees", [90, 180, 270, 45, -12])
def test_text_at_an_angle_is_read_along_its_own_line(degrees):
    def draw(canvas):
        canvas.translate(300, 400)
        canvas.rotate(degrees)
        canvas.drawString(0, 20, "Nodule of 8 mm in the lung")
        canvas.drawString(0, 0, "Patient Ada Quackenbush MRN77123")

    text = cleaned(draw)
    assert identity_in(text) == []
    assert "Nodule of 8 mm in the lung" in text


def test_turned_letters_that_stand_a_little_apart_are_one_word():
    def draw(canvas):
        canvas.translate(300, 400)
        canvas.rotate(90)
        spaced = canvas.beginText(0, 0)
        spaced.setCharSpace(1.5)
        spaced.textOut("Nodule of 8 mm in the lung")
        canvas.drawText(spaced)

    assert cleaned(draw) == "Nodule of 8 mm in the lung"


def test_a_letter_that_stands_alone_at_an_angle_is_read():
    def draw(canvas):
        canvas.drawString(60, 700, "nodule")
        canvas.translate(300, 400)
        canvas.rotate(90)
        canvas.drawString(0, 0, "R")

    assert sorted(cleaned(draw).split()) == ["R", "nodule"]


def test_mirrored_text_is_read():
    def draw(canvas):
        canvas.translate(400, 400)
        canvas.scale(-1, 1)
        canvas.drawString(0, 0, "Seen: Quackenbush, nodule 8 mm")

    text = cleaned(draw)
    assert identity_in(text) == []
    assert "nodule 8 mm" in text


@pytest.mark.parametrize("step", [7, 9, 12])
def test_letters_set_one_by_one_are_put_together_to_words(step):
    def draw(canvas):
        for place, letter in enumerate("Patient Quackenbush nodule 8 mm"):
            canvas.drawString(60 + step * place, 700, letter)

    text = cleaned(draw)
    assert identity_in(text) == []
    assert "nodule" in text


@pytest.mark.parametrize(
    ("step", "text"),
    [(12, "knee"), (9, "knee"), (7, "Patient with nodule 8 mm"), (9, "Patient Quackenbush nodule 8 mm")],
)
def test_letters_set_one_by_one_are_read_from_the_first_to_the_last(step, text):
    def draw(canvas):
        for place, letter in enumerate(text):
            canvas.drawString(60 + step * place, 700, letter)

    (page,) = read_pages(drawn(draw))
    assert [line.text for line in page.lines] == [text]


def test_columns_of_a_page_that_is_drawn_at_a_smaller_scale_stay_apart():
    def draw(canvas):
        canvas.scale(0.24, 0.24)
        canvas.setFont("Helvetica", 44)
        canvas.drawString(300, 2800, "left knee")
        canvas.drawString(1500, 2800, "right knee")

    (page,) = read_pages(drawn(draw))
    assert [(line.text, round(line.x)) for line in page.lines] == [("left knee", 72), ("right knee", 360)]


@pytest.mark.parametrize(
    "words",
    [
        "i l t i mammilla filling still little illicit",
        "still little filling till illicit mammilla",
        "ill lit ill fit tilt mammilla",
    ],
)
def test_wide_letters_of_a_line_whose_words_are_set_one_by_one_stay_in_their_words(words):
    at = 60

    def draw(canvas):
        nonlocal at
        for word in words.split():
            canvas.drawString(at, 700, word)
            at += canvas.stringWidth(word, "Helvetica", 11) + 4

    assert cleaned(draw) == words


def test_italics_and_plain_lines_stay_where_they_stood():
    def draw(canvas):
        canvas.setFont("Helvetica-Oblique", 11)
        canvas.drawString(60, 700, "No pleural effusion. T 1 a N 0 M 0")

    assert cleaned(draw) == "No pleural effusion. T 1 a N 0 M 0"


def test_a_line_whose_blanks_are_written_is_not_spaced_anew():
    words = "i l t i l still mammilla"
    assert cleaned(lambda canvas: canvas.drawString(60, 700, words)) == words


def test_a_bar_of_the_text_is_none_between_its_lines():
    def draw(canvas):
        canvas.drawString(60, 700, "left | right lung, nodule")

    assert cleaned(draw) == "left ¦ right lung, nodule"


@pytest.mark.parametrize(
    ("x", "y", "text"),
    [(10, 50, "nodule of 8 mm in the lung " * 5), (500, 50, "knee"), (-30, 50, "knee"), (10, -20, "knee"), (10, 900, "knee")],
)  # fmt: skip
def test_what_would_leave_a_page_is_set_within_it(x, y, text):
    page = Page(200.0, 100.0, (Line(text, x, y, 12.0),))
    (layout,) = extract_pages(io.BytesIO(write_pages([page])))
    (box,) = layout
    assert " ".join(box.get_text().split()) == text.strip()
    assert 0 <= box.x0 < box.x1 <= 200.1 and 0 <= box.y0 < box.y1 <= 110


def test_what_fits_a_page_is_set_where_it_stood_and_as_large():
    page = Page(200.0, 100.0, (Line("knee", 90.0, 40.0, 12.0),))
    (layout,) = extract_pages(io.BytesIO(write_pages([page])))
    (box,) = layout
    assert round(box.x0) == 90 and 36 < box.y0 < 41 and 10 < box.height < 14


def test_a_name_broken_over_two_lines_of_a_page_is_found():
    def draw(canvas):
        canvas.drawString(60, 700, "A nodule of 8 mm was shown to Mrs Quacken-")
        canvas.drawString(60, 686, "bush, who was told to come again.")

    text = cleaned(draw)
    assert "bush" not in text and "Quacken" not in text and "nodule of 8 mm" in text
