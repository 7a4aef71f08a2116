"""What a PDF shows: text set in a font that comes along, or letter by letter, cannot be read in the bytes (ISO 32000-1 9.4.3)."""

import io
import logging

from pdfminer.high_level import extract_text

from deid.engine.verification.haystacks import Haystack
from deid.engine.verification.unpacking import unpacked

# pdfminer says in its log what it stumbles over, in the words of the file.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL + 1)
MARK, OWN_LETTERS, SET_APART = b"%PDF-", b"/FontFile", b"TJ"


def printed_kinds(document: bytes, haystack: Haystack) -> set[str]:
    """Return the kinds of needles in the text that a PDF shows; `unreadable` where nobody can say.

    Nothing is done for what is no PDF, or one whose words stand in its bytes.
    """
    if not document.startswith(MARK) or not _hides_words(document):
        return set()
    try:
        text: str = extract_text(io.BytesIO(document))
    except Exception:  # it raises whatever its parsers do
        return {"unreadable"}
    return haystack.kinds_in(text.encode("utf-8", "replace"), words=True)


def _hides_words(document: bytes) -> bool:
    return OWN_LETTERS in document or any(SET_APART in part for part in (document, *unpacked(document)))
