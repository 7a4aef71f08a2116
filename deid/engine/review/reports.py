"""The words of a report before and after cleaning, for the eyes of those who may see the source; nothing of it is kept."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset

from deid.engine.facts.dicom import TEXT_VALUE
from deid.engine.formats.bounded import read_all
from deid.engine.formats.documents.cda import parsed_cda
from deid.engine.formats.documents.cleaning import (
    LARGEST,
    PDF,
    RTF,
    XML,
    clean_document,
    identifying_values,
    mime_of,
)
from deid.engine.formats.documents.pdf import read_pages
from deid.engine.formats.documents.texts import decoded, text_of_rtf
from deid.engine.formats.wording import wording_of
from deid.engine.identity import Identity
from deid.engine.instances import clean_dicom
from deid.engine.profiles.profile import Profile

LONGEST = 20_000
_WORD = re.compile(r"\s*\S+")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that are `kept`, `gone`, or `put` in the place of others."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says, passage by passage; `is_cut` where it says more than is shown."""

    passages: tuple[Passage, ...]
    is_cut: bool


def explain_report(
    path: Path | str,
    *,
    profile: Profile | None,
    identity: Identity,
    subject_key: str,
    known_values: Sequence[str] = (),
) -> Report:
    """Return the words of the report at *path* as they are and as they leave, of at most 20,000 characters.

    With a *profile* it is a DICOM file: a structured report (PS3.3 A.35) or an encapsulated document (C.24); without, a
    document of its own. Raises `RefusedError` for what cannot be cleaned.
    """
    if profile is None:
        with Path(path).open("rb") as file:
            content = read_all(file, LARGEST)
        mime = mime_of(content)
        known = [*known_values, *identifying_values(content, mime)]
        cleaned = clean_document(content, mime, text_cleaner=wording_of(identity, subject_key, known))
        before, after = words_of(content), words_of(cleaned)
    else:
        out = BytesIO()
        with Path(path).open("rb") as source:
            clean_dicom(
                source,
                out,
                profile=profile,
                identity=identity,
                subject_key=subject_key,
                known_values_of_subject=known_values,
            )
        before, after = _spoken(dcmread(path, force=True)), _spoken(dcmread(BytesIO(out.getvalue())))
    is_cut = max(len(before), len(after)) > LONGEST
    return Report(tuple(_passages(before[:LONGEST], after[:LONGEST])), is_cut)


def words_of(content: bytes) -> str:
    """Return the words of a PDF, clinical document, RTF or plain text; raises `RefusedError`."""
    mime = mime_of(content)
    if mime == PDF:
        return "\n\n".join("\n".join(line.text for line in page.lines) for page in read_pages(content))
    if mime in XML:
        return "\n".join(filter(None, map(str.strip, parsed_cda(content).itertext())))
    return text_of_rtf(content) if mime == RTF else decoded(content)


def _spoken(dataset: Dataset) -> str:
    """Return what a document inside a DICOM file says, or the text values of a structured report."""
    document = dataset.get("EncapsulatedDocument")
    if document:
        length = dataset.get("EncapsulatedDocumentLength") or len(document)
        return words_of(document[:length].rstrip(b"\0"))
    values = (element.value for element in dataset.iterall() if element.tag == TEXT_VALUE)
    return "\n".join(str(value) for value in values if value)


def _passages(before: str, after: str) -> Iterator[Passage]:
    """Yield the passages of two texts, word by word."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    bare = [word.strip() for word in old], [word.strip() for word in new]
    for kind, a, b, c, d in SequenceMatcher(None, bare[0], bare[1], autojunk=False).get_opcodes():
        if kind == "equal":
            yield Passage("kept", "".join(old[a:b]))
        else:
            parts = (("gone", old[a:b]), ("put", new[c:d]))
            yield from (Passage(how, "".join(words)) for how, words in parts if words)
