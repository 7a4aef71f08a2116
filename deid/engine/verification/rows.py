"""Rows and headings of a released table: what is known of a row's own subject, and headings that are called after anybody."""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from deid.engine.verification.haystacks import Haystack, compile_needles
from deid.engine.verification.needles import needles_of_values
from deid.engine.verification.search import Hit


def called_after(headings: Sequence[str], values: Iterable[str]) -> list[int]:
    """Return the places, from 0, of the headings that hold a name among *values*, however it is put together."""
    names = compile_needles(one for one in needles_of_values(values) if one.kind == "name")
    return [
        place for place, heading in enumerate(headings) if names.kinds_in(heading.encode("utf-8"), words=True)
    ]


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

    @cache
    def haystack(pseudonym: str) -> Haystack:
        return compile_needles(one for one in needles_of_values(known[pseudonym]) if one.kind != "date")

    hits: list[Hit] = []
    with Path(released_path).open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        hits += [Hit(f"heading {place + 1}", "name") for place in called_after(rows.fieldnames or (), names)]
        for row in rows:
            told = "\n".join(row.get(name) or "" for name in texts)
            if told.strip() and row[subject] in known:
                found = haystack(row[subject]).kinds_in(told.encode("utf-8"), words=True)
                hits += [Hit(f"line {rows.line_num}", kind) for kind in sorted(found)]
    return hits
