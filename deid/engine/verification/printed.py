"""What a PDF shows: text set in a font that comes along has codes of its own and cannot be read in the bytes."""

import io
import logging

from pdfminer.high_level import extract_text

from deid.engine.verification.haystacks import Haystack

# pdfminer says in its log what it stumbles over, in the words of the file.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL + 1)
MARK, OWN_LETTERS = b"%PDF-", b"/FontFile"


def printed_kinds(document: bytes, haystack: Haystack) -> set[str]:
    """Return the kinds of needles in the text that a PDF shows; `unreadable` where nobody can say.

    Nothing is done for what is no PDF, or one whose letters stand in its bytes.
    """
    if not document.startswith(MARK) or OWN_LETTERS not in document:
        return set()
    try:
        text: str = extract_text(io.BytesIO(document))
    except Exception:  # it raises whatever its parsers do
        return {"unreadable"}
    return haystack.kinds_in(text.encode("utf-8", "replace"), words=True)
