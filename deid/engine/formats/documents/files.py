"""Reports that are files of a subject: PDF, clinical documents, RTF and plain text."""

from collections.abc import Sequence
from typing import BinaryIO

from deid.engine.formats.bounded import read_all
from deid.engine.formats.documents.cleaning import LARGEST, clean_document, identifying_values, mime_of
from deid.engine.formats.wording import wording_of
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.writing.stream import HashingTarget


def clean_document_file(
    source: BinaryIO,
    target: BinaryIO,
    *,
    identity: Identity,
    subject_key: str,
    known_values: Sequence[str] = (),
) -> Cleaned:
    """Write the cleaned report *source* to *target*, with the pseudonym's clock and the *known_values* removed."""
    content = read_all(source, LARGEST)
    mime = mime_of(content)
    known = [*known_values, *identifying_values(content, mime)]
    out = HashingTarget(target)
    out.write(clean_document(content, mime, text_cleaner=wording_of(identity, subject_key, known)))
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, {"C": 1})
