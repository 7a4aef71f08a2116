"""Rows and headings of a released table: what is known of a row's own subject, and headings that are called after anybody."""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from deid.engine.verification.haystacks import compile_needles, condensed, condensed_forms
from deid.engine.verification.needles import Needle, needles_of_values
from deid.engine.verification.search import Hit

SHORTEST = 3
# Released rows stand together by their subjects.
SUBJECTS_REMEMBERED = 64
_PARTS = re.compile(r"[\W_]+")
_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe", "Æ": "Ae"}
)


def called_after(headings: Sequence[str], values: Iterable[str]) -> list[int]:
    """Return the places, from 0, of the headings that hold a name among *values*, however either is spelled and put together."""
    # A search for thousands of names is slow to compile, and of nearly all of them no heading has a part.
    letters = {form for heading in headings for form in _letters(heading)}
    near = [value for value in values if any(map(partial(_stands_in, letters), _telling(value)))]
    names = compile_needles(one for one in needles_of_values(near) if one.kind == "name")
    return [
        place
        for place, heading in enumerate(headings)
        if any(names.kinds_in(form.encode("utf-8"), words=True) for form in spellings(heading))
    ]


def spellings(text: str) -> set[str]:
    """Return *text* as it is, without accents, and with letters such as those of German spelled out."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return {text, plain, unicodedata.normalize("NFC", text).translate(_SPELLED_OUT)}


def _letters(text: str) -> set[str]:
    """Return the spellings of *text* as small letters and digits."""
    return {"".join(filter(str.isalnum, form.casefold())) for form in spellings(text)}


def _telling(value: str) -> list[str]:
    """Return the parts of a name that are long enough to look for, or all where none is."""
    parts = [part for part in _PARTS.split(value) if part]
    return [part for part in parts if len(part) >= SHORTEST or not part.isascii()] or parts


def _stands_in(letters: set[str], part: str) -> bool:
    return any(form and form in one for form in _letters(part) for one in letters)


def verify_rows(
    released_path: Path | str,
    *,
    subject: str,
    texts: Collection[str],
    known: Mapping[str, Sequence[str]],
    names: Iterable[str] = (),
) -> list[Hit]:
    """Return the lines of a released table in which a column of *texts* tells a name or an identifier of its own subject.

    *known* has what is known of each subject by what the column *subject* calls it. A heading called after one of *names* is a
    hit too. Days are not searched for: a shifted one may be another one of the same person.
    """

    @lru_cache(maxsize=SUBJECTS_REMEMBERED)
    def told_of(pseudonym: str) -> _Told:
        return _Told(known[pseudonym])

    hits: list[Hit] = []
    with Path(released_path).open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        hits += [Hit(f"heading {place + 1}", "name") for place in called_after(rows.fieldnames or (), names)]
        for row in rows:
            told = "\n".join(row.get(name) or "" for name in texts)
            if told.strip() and row[subject] in known:
                found = told_of(row[subject]).kinds_in(told.encode("utf-8"))
                hits += [Hit(f"line {rows.line_num}", kind) for kind in sorted(found)]
    return hits


class _Told:
    """What is known of one subject: its search is compiled only for a text in which it may find something."""

    def __init__(self, values: Sequence[str]) -> None:
        self._needles: list[Needle] = [one for one in needles_of_values(values) if one.kind != "date"]
        self._forms = condensed_forms(self._needles)

    def kinds_in(self, text: bytes) -> set[str]:
        """Return the kinds of what is found in *text*."""
        plain = condensed(text)
        if not any(form in plain for form in self._forms):
            return set()
        return compile_needles(self._needles).kinds_in(text, words=True)
