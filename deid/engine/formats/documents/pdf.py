"""PDF: the text of each page is taken out, cleaned and set anew where it stood; nothing else of the file comes along.

Importing this module loads pdfminer and reportlab.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

from pdfminer.layout import LAParams, LTChar, LTContainer, LTImage, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from deid.engine.errors import RefusedError, TooLargeError, UnreadableError, UnsupportedError
from deid.engine.formats.documents.pdf_letters import Letters, text_of_line, text_of_turned
from deid.engine.formats.documents.pdf_pages import Line, Page, write_pages

# pdfminer says in its log what it stumbles over, in the words of the file.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL + 1)
MOST_PAGES = 2000
MOST_TEXT = 20_000_000
DEEPEST = 32
SMALLEST_PAGE, LARGEST_PAGE = 36.0, 14400.0
SMALLEST_TYPE, LARGEST_TYPE = 4.0, 72.0
IMAGE = "[image left out]"
# Stands between lines while a page is cleaned as a whole: no recogniser takes it along. Lines have it as "¦".
BAR = "|"
_UNREADABLE = re.compile(r"\(cid:\d+\)")
_CONTROLS = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f]")


def _document(content: bytes) -> PDFDocument:
    document = PDFDocument(PDFParser(io.BytesIO(content)))
    if document.encryption is not None:
        raise _locked()
    return document


def _locked() -> UnsupportedError:
    return UnsupportedError("The document is locked with a password; save it without one.", code="encrypted")


def read_pages(content: bytes) -> list[Page]:
    """Return the text of every page of a PDF; raises `RefusedError`."""
    if not content.lstrip().startswith(b"%PDF-"):
        raise UnreadableError("This is not a PDF document.", code="bad_document")
    try:
        return list(_pages(_document(content)))
    except RefusedError:
        raise
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise _locked() from error
    except MemoryError:
        raise
    except Exception as error:  # pdfminer raises whatever its parsers do
        raise UnreadableError("The document is damaged.", code="bad_document") from error


def _pages(document: PDFDocument) -> Iterator[Page]:
    manager = PDFResourceManager(caching=False)
    device = Letters(manager, laparams=LAParams(all_texts=True))
    interpreter, length, number = PDFPageInterpreter(manager, device), 0, 0
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        if number > MOST_PAGES:
            raise TooLargeError("The document has more pages than can be handled.", code="too_large")
        interpreter.process_page(page)
        layout = device.get_result()
        lines = (*_lines(layout, 0), *_turned(device))
        length += sum(len(line.text) for line in lines)
        if length > MOST_TEXT:
            raise TooLargeError("The document has more text than can be handled.", code="too_large")
        width, height = (
            min(max(side, SMALLEST_PAGE), LARGEST_PAGE) for side in (layout.width, layout.height)
        )
        yield Page(width, height, lines)
    if not number:
        raise UnreadableError("The document has no pages.", code="bad_document")


def _lines(container: Any, depth: int) -> Iterator[Line]:
    """Yield the lines of a page or box in reading order; an image says that it was left out."""
    if depth > DEEPEST:
        raise TooLargeError("The document is nested too deep.", code="too_deep")
    for item in container:
        if isinstance(item, LTTextLine):
            size = next((char.size for char in item if isinstance(char, LTChar)), item.height)
            if text := _plain(text_of_line(item)):
                yield Line(text, item.x0, item.y0, _type(size))
        elif isinstance(item, LTImage):
            yield Line(IMAGE, item.x0, item.y0, 8.0)
        elif isinstance(item, LTContainer):
            yield from _lines(item, depth + 1)


def _turned(device: Letters) -> Iterator[Line]:
    """Yield what stands on the page at an angle; it comes out upright."""
    for letters in device.turned_lines():
        if text := _plain(text_of_turned(letters)):
            yield Line(text, letters[0].x, letters[0].y, _type(letters[0].size))


def _plain(text: str) -> str:
    return _CONTROLS.sub(" ", _UNREADABLE.sub("", text)).replace(BAR, "¦").strip()


def _type(size: float) -> float:
    """Return the size in which letters of some height are set."""
    return min(max(size * 0.85, SMALLEST_TYPE), LARGEST_TYPE)


def cleaned_page(page: Page, text_cleaner: Callable[[str], str]) -> Page:
    """Return the page with its text cleaned as a whole, each line where it stood."""
    before = f"\n{BAR}\n".join(line.text for line in page.lines)
    after = text_cleaner(before + f"\n{BAR}\n")
    texts = [" ".join(text.split()) for text in after.split(BAR)]
    if len(texts) == len(page.lines) + 1:
        moved = [Line(t, old.x, old.y, old.size) for t, old in zip(texts, page.lines, strict=False)]
    else:
        # Something across lines was removed: no line can be told from the next, so they flow from the top.
        flowing = after.replace(BAR, "").splitlines()
        moved = [Line(t, 36.0, page.height - 48.0 - 11.0 * n, 9.0) for n, t in enumerate(flowing)]
    return Page(page.width, page.height, tuple(line for line in moved if line.text))


def clean_pdf(content: bytes, text_cleaner: Callable[[str], str]) -> bytes:
    """Return a new PDF with the cleaned text of *content*, page by page.

    Images, forms, attachments, scripts, links, bookmarks and properties are gone; letters that are neither Latin nor
    Greek nor Cyrillic come out as question marks. Raises `RefusedError` (`encrypted`, `bad_document`, `too_large`).
    """
    return write_pages([cleaned_page(page, text_cleaner) for page in read_pages(content)])
