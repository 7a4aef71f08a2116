"""What files beside DICOM images say of whose they are; runs in a child."""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deid.engine.formats.bounded import read_all
from deid.engine.formats.kinds import Kind

LARGEST = 16 << 20
STATING = frozenset({Kind.HDF5, Kind.SIDECAR, Kind.DOCUMENT})
_LABELLED = re.compile(
    r"\b(?:mrn|(?:patient|subject|participant)[ _-]?(?:id|no|number)|pat[.-]{0,2} ?nr)\b[.:#=)\s]{1,4}"
    r"(?=[\w.-]{4})([\w.-]*\d[\w-]*)",
    re.IGNORECASE,
)


def patients_stated(kind: str, path: str) -> list[str]:
    """Return the different Patient IDs that a file of a *kind* states, for memory only; raises `RefusedError`."""
    what = Kind(kind)
    if what is Kind.HDF5:
        found = importlib.import_module("deid.engine.facts.hdf5").patients_of(path)
    else:
        with Path(path).open("rb") as source:
            content = read_all(source, LARGEST)
        found = _of_sidecar(content) if what is Kind.SIDECAR else _of_document(content)
    return list(dict.fromkeys(text.strip() for text in found if text.strip()))


def _of_sidecar(content: bytes) -> list[str]:
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):  # its cleaning says why
        return []
    found = said.get("PatientID") if isinstance(said, dict) else None
    return [found] if isinstance(found, str) else []


def _of_document(content: bytes) -> list[str]:
    """Return what a document's header states, else what stands behind words such as `Patient ID:` in its text."""
    cleaning: Any = importlib.import_module("deid.engine.formats.documents.cleaning")
    mime = cleaning.mime_of(content)
    if mime in cleaning.XML:
        return list(importlib.import_module("deid.engine.formats.documents.cda").patients_of(content))
    return [found[1] for text in _texts(content, mime, cleaning) for found in _LABELLED.finditer(text)]


def _texts(content: bytes, mime: str, cleaning: Any) -> Iterator[str]:
    texts: Any = importlib.import_module("deid.engine.formats.documents.texts")
    if mime == cleaning.PDF:
        pages = importlib.import_module("deid.engine.formats.documents.pdf").read_pages(content)
        yield from ("\n".join(line.text for line in page.lines) for page in pages)
    else:
        yield texts.text_of_rtf(content) if mime == cleaning.RTF else texts.decoded(content)
