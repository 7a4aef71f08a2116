"""Documents inside DICOM instances (PS3.3 C.24.2): the document is cleaned, its length and type are told anew.

What reads PDF and XML is loaded when the first such instance is met.
"""

import importlib
import struct
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from deid.engine.acting.context import Context
from deid.engine.errors import UnsupportedError
from deid.engine.reading.elements import Element
from deid.engine.text.cleaning import cleaned_text
from deid.engine.text.known import compile_known
from deid.engine.text.telling import sorted_known
from deid.engine.writing.elements import Writer
from deid.engine.writing.statement import BURNED_IN

DOCUMENT, MIME_TYPE, DOCUMENT_LENGTH = 0x00420011, 0x00420012, 0x00420015
TYPES = {
    "application/pdf": "application/pdf",
    "text/xml": "text/XML",
    "application/xml": "text/XML",
    "model/stl": "model/stl",
    "application/sla": "application/sla",
    "model/obj": "model/obj",
    "model/mtl": "model/mtl",
}


@cache
def _documents() -> Any:
    return importlib.import_module("deid.engine.formats.documents.cleaning")


def _content(context: Context, by_tag: Mapping[int, Element]) -> bytes:
    """Return the document without what only fills it up to an even length."""
    content = bytes(context.raw(by_tag[DOCUMENT]))
    stated = by_tag.get(DOCUMENT_LENGTH)
    if stated is not None and stated.length == 4:
        order = "<" if not context.encoding.big else ">"
        (length,) = struct.unpack(order + "I", context.raw(stated))
        if length <= len(content):
            return content[:length]
    return content[:-1] if content.endswith(b"\0") else content


def _text_cleaner(context: Context, stated: list[str]) -> Callable[[str], str]:
    """Return what cleans text by all that the instance and the document itself say of the subject."""
    names, phrases, _dates = sorted_known(stated)
    known = compile_known(names, phrases)
    return lambda text: cleaned_text(known.removed_from(text), context.known, context.manner)


def document_pieces(context: Context, by_tag: Mapping[int, Element], writer: Writer) -> dict[int, bytes]:
    """Return document, type and length of an instance that encapsulates one, and that nothing in it identifies the patient any
    more where the source says that something does (Burned In Annotation, PS3.3 C.24.2).

    Raises `RefusedError`, with the code `encapsulated_document` where the document is of no known type.
    """
    told = by_tag.get(MIME_TYPE)
    mime = bytes(context.raw(told)).decode("latin-1").strip(" \0").lower() if told else ""
    if mime not in TYPES:
        raise UnsupportedError(
            "The file encapsulates a document of a type that cannot be de-identified.",
            code="encapsulated_document",
        )
    content, documents = _content(context, by_tag), _documents()
    cleaner = _text_cleaner(context, documents.identifying_values(content, mime))
    made: bytes = documents.clean_document(content, mime, text_cleaner=cleaner)
    order = ">" if writer.encoding.big else "<"
    context.count("C")
    said = {BURNED_IN: writer.text(BURNED_IN, "CS", "NO")} if BURNED_IN in by_tag else {}
    return said | {
        DOCUMENT: writer.element(DOCUMENT, "OB", made + bytes(len(made) % 2)),
        MIME_TYPE: writer.text(MIME_TYPE, "LO", TYPES[mime]),
        DOCUMENT_LENGTH: writer.element(DOCUMENT_LENGTH, "UL", struct.pack(order + "I", len(made))),
    }
