"""Clean a document of any known type: text in, text out, in a file of its own that is made anew.

Importing this module loads what PDF needs.
"""

from collections.abc import Callable

from deid.engine.errors import TooLargeError, UnreadableError, UnsupportedError
from deid.engine.formats.documents import cda
from deid.engine.formats.documents.models import MTL, OBJ, STL, cleaned_model
from deid.engine.formats.documents.pdf import clean_pdf
from deid.engine.formats.documents.texts import decoded, text_of_rtf

LARGEST = 128 << 20
PDF, RTF, PLAIN = "application/pdf", "application/rtf", "text/plain"
XML = frozenset(("text/xml", "application/xml", "text/xml; charset=utf-8", "application/hl7-v3+xml"))
MODELS = {STL: STL, OBJ: OBJ, MTL: MTL, "model/x.stl-binary": STL, "application/sla": STL}


def mime_of(content: bytes) -> str:
    """Return what a document is by its first bytes; what is nothing else is plain text."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"{\\rtf"):
        return RTF
    return "text/xml" if head.startswith(b"<") else PLAIN


def identifying_values(content: bytes, mime: str) -> list[str]:
    """Return the values with which a document itself says whose it is; raises `RefusedError`."""
    return cda.identifying_values(content) if mime.lower() in XML else []


def clean_document(content: bytes, mime: str, *, text_cleaner: Callable[[str], str]) -> bytes:
    """Return the document with its text cleaned; RTF comes back as plain text in UTF-8.

    PDF: text page by page, set anew; images, attachments, scripts and properties are left out. CDA: sections
    and codes. STL, OBJ, MTL: coordinates. Raises `RefusedError` (`unsupported` for other types, `encrypted`,
    `bad_document`, `too_large`).
    """
    if len(content) > LARGEST:
        raise TooLargeError("The document is larger than can be handled.", code="too_large")
    kind = mime.lower().strip()
    if kind == PDF:
        return clean_pdf(content, text_cleaner)
    if kind in XML:
        return cda.clean_cda(content, text_cleaner)
    if kind in MODELS:
        return cleaned_model(content, MODELS[kind], lambda _name: b"material")
    if kind in (RTF, "text/rtf"):
        return text_cleaner(text_of_rtf(content)).encode()
    if kind == PLAIN:
        return _cleaned_text(content, text_cleaner)
    raise UnsupportedError("A document of this type cannot be de-identified.")


def _cleaned_text(content: bytes, text_cleaner: Callable[[str], str]) -> bytes:
    text = decoded(content)
    if not text.strip():
        raise UnreadableError("The document is empty.", code="bad_document")
    return (text_cleaner(text).rstrip() + "\n").encode()
