"""What people typed of a collection, all of it public, searched for the names and identifiers of the collection's subjects."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from deid.engine.verification.rows import spellings
from deid.services.knowing import known_values_by_key, names_that_are_no_words
from portal.models import ClinicalTable, Collection
from portal.slots import Confirmation

TOKEN_DIGITS = 32
SHORTEST_NAME, SHORTEST_NUMBER, SHORTEST_WIDE = 3, 5, 2
_WORD = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])")
FIELDS = {
    "title": "Title",
    "slug": "Short name",
    "summary": "Summary",
    "description": "Description",
    "citation_authors": "Authors",
    "acknowledgement": "Acknowledgement",
}
OF_TRIAL = {"title": "Title of the trial", "condition": "Condition of the trial"}


def fields_that_may_tell(collection: Collection) -> list[str]:
    """Return what is called or told in words that a subject's name or identifier has too; never the words themselves."""
    return [one.label for one in texts_to_confirm(collection)]


def texts_to_confirm(collection: Collection) -> list[Confirmation]:
    """Return the texts which may tell who a subject is, each with a token of its very words.

    Who wrote a publication may be called as a subject is, so a person has to judge.
    """
    known = _telling(collection)
    telling = [(field, text) for field, text in _typed(collection) if known and _tells(text, known)]
    return [Confirmation(field, _token(field, text)) for field, text in telling]


def _token(field: str, text: str) -> str:
    return hashlib.sha256(f"{field}\0{text}".encode()).hexdigest()[:TOKEN_DIGITS]


def _typed(collection: Collection) -> Iterator[tuple[str, str]]:
    """Yield each text that somebody typed, with what the field is called."""
    for name, label in FIELDS.items():
        yield label, getattr(collection, name)
    for name, label in OF_TRIAL.items():
        yield label, getattr(collection.trial, name)
    yield "Arms of the trial", " ".join(map(str, collection.trial.arms))
    for version in collection.versions.order_by("number"):
        yield f"Notes of version {version.number}", version.notes
    for place, table in enumerate(ClinicalTable.objects.filter(collection=collection).order_by("pk"), 1):
        yield f"Public name of table {place}", table.public_title
        for column in table.columns.all():
            yield f"Table {place}, what is said of column {column.position + 1}", column.description


def _telling(collection: Collection) -> set[str]:
    """Return the words of names and identifiers that are no ordinary ones, folded; keep them out of logs."""
    values = names_that_are_no_words(known_values_by_key(collection).values())
    words = {word for value in values for part in value.split("^") for word in (part, *_WORD.findall(part))}
    return {folded for word in words if _is_long(word) for folded in _folded(word)}


def _tells(text: str, known: set[str]) -> bool:
    words = {folded for word in _words(text) for folded in _folded(word)}
    return not known.isdisjoint(words) or any(word in text for word in known if _is_wide(word))


def _words(text: str) -> set[str]:
    """Return the words of a text as it is written, where capitals begin a new one, and what stands between spaces."""
    apart = _WORD.findall(_JOINED.sub(" ", text))
    pairs = (one + other for one, other in pairwise(apart))
    return {*_WORD.findall(text), *apart, *pairs, *text.split()}


def _folded(word: str) -> set[str]:
    return {"".join(filter(str.isalnum, form)).casefold() for form in spellings(word)} - {""}


def _is_wide(word: str) -> bool:
    return len(word) >= SHORTEST_WIDE and all(unicodedata.east_asian_width(one) in "WF" for one in word)


def _is_long(word: str) -> bool:
    least = SHORTEST_NUMBER if word.isdecimal() else SHORTEST_NAME
    return _is_wide(word) or len(word) >= least
