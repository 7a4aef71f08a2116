"""Pages of plain text, and how they are written down as a PDF.

Importing this module loads reportlab.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import font_source_sans_pro
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

# Every reader has it, with the letters of Western Europe; others are set in a font that comes along.
FONT, LETTERS = "Helvetica", "cp1252"
EMBEDDED = "SourceSansPro"
EMBEDDED_FILE = Path(font_source_sans_pro.__file__).parent / "files" / "SourceSansPro-Regular.ttf"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, the left end of its base line and its size, in points from the bottom left."""

    text: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page of some width and height in points."""

    width: float
    height: float
    lines: tuple[Line, ...]


def write_pages(pages: list[Page]) -> bytes:
    """Return a plain PDF of the pages: the same bytes every time, no metadata of a source.

    Pages are not compressed, so that a second reader sees what is on them.
    """
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True, pageCompression=False)
    for page in pages:
        canvas.setPageSize((page.width, page.height))
        for line in page.lines:
            _draw(canvas, page, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@lru_cache(maxsize=1)
def _embedded_letters() -> frozenset[str]:
    """Make the embedded font known and return what it can set; ASCII keeps its own codes on the page."""
    font = TTFont(EMBEDDED, EMBEDDED_FILE, asciiReadable=True)
    registerFont(font)
    return frozenset(map(chr, font.face.charToGlyph))


def _settable(text: str) -> tuple[str, str]:
    """Return a text and the font it is set in; a letter of neither font becomes a question mark."""
    try:
        text.encode(LETTERS)
    except UnicodeEncodeError:
        letters = _embedded_letters()
        return "".join(letter if letter in letters else "?" for letter in text), EMBEDDED
    return text, FONT


def _draw(canvas: Canvas, page: Page, line: Line) -> None:
    """Set one line, smaller where it would leave the page."""
    text, font = _settable(line.text)
    x, y = min(max(line.x, 0.0), page.width - 18.0), min(max(line.y, 4.0), page.height - 4.0)
    wide = stringWidth(text, font, line.size)
    size = line.size * min(1.0, (page.width - x) / wide) if wide else line.size
    canvas.setFont(font, max(size, 1.0))
    canvas.drawString(x, y, text)
