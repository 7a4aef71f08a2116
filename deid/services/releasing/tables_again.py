"""A released table as the second reader reads it again: what must not stand in it, whom its rows tell, days that did not move."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from deid.engine import Identity
from deid.engine.verification.files import verify_table
from deid.engine.verification.needles import Needle
from deid.engine.verification.rows import verify_rows
from deid.engine.verification.search import Hit
from deid.engine.verification.table_days import verify_days
from deid.keys import collection_key
from deid.services.knowing import aliases_of, known_values_by_key, names_that_are_no_words
from deid.services.looking import cleaning_pool
from portal.models import ClinicalTable, ColumnRole

SHORTEST = 4
HIDDEN_ROLES = (ColumnRole.IDENTIFIER, ColumnRole.DROP)


class TableAgain:
    """A released table beside its source; *ending* is that of the source's kind."""

    def __init__(self, table: ClinicalTable, source: Path, ending: str, released: Path, key: bytes) -> None:
        self.table, self.source, self.ending, self.released = table, source, ending, released
        self.identity = Identity(key)
        self.known = known_values_by_key(table.collection)
        self.leaving = [column for column in table.columns.all() if column.role != ColumnRole.DROP]

    def hits(self) -> Iterator[Hit]:
        """Yield what is wrong; kinds and places only, never a value."""
        with self.released.open(encoding="utf-8-sig", newline="") as file:
            headings = next(csv.reader(file), [])
        if len(headings) != len(self.leaving):
            yield Hit("table", "columns differ")
            return
        yield from verify_table(self.released, table_needles(self.table, self.source, self.ending))
        yield from self._rows(headings)
        yield from self._days()

    def _rows(self, headings: list[str]) -> list[Hit]:
        """Return where rows tell what is known of their subjects, whom they call by the pseudonyms of this grant."""
        return verify_rows(
            self.released,
            subject=headings[self._subject],
            texts=[headings[place] for place in self._places(ColumnRole.FREE_TEXT)],
            known={self.identity.pseudonym(key): values for key, values in self.known.items()},
            names=names_that_are_no_words(self.known.values()),
        )

    def _days(self) -> list[Hit]:
        """Return the rows with a day that did not move."""
        told = self.released.with_suffix(".told")
        cleaning_pool().run(
            "write_rows_told",
            str(self.source),
            str(told),
            collection_key(self.table.collection).hex(),
            ending=self.ending,
            subject=self.leaving[self._subject].name,
            names=[column.name for column in self.leaving],
            people=self.known,
            aliases=aliases_of(self.table.collection),
        )
        try:
            with told.open(encoding="utf-8", newline="") as file:
                return verify_days(
                    ((self.identity.pseudonym(key), row) for key, *row in csv.reader(file)),
                    self.released,
                    subject=self._subject,
                    dates=self._places(ColumnRole.DATE),
                    texts=self._places(ColumnRole.FREE_TEXT),
                    codes=self._places(ColumnRole.CODE),
                    numbers=self._places(ColumnRole.VALUE),
                )
        finally:
            told.unlink()

    @property
    def _subject(self) -> int:
        return self._places(ColumnRole.IDENTIFIER)[0]

    def _places(self, role: str) -> list[int]:
        """Return where in the release the columns of a *role* stand, from 0."""
        return [place for place, column in enumerate(self.leaving) if column.role == role]


def table_needles(table: ClinicalTable, source: Path, ending: str) -> list[Needle]:
    """Return what must not be found in the released table: every subject's identifier, and whatever is not released."""
    roles = {column.name: column.role for column in table.columns.all()}
    values: dict[str, list[str]] = cleaning_pool().run(
        "column_values", str(source), ending=ending, names=list(roles)
    )
    # What stands in released columns by right proves nothing where it is found.
    kept = {ColumnRole.CODE, ColumnRole.VALUE}
    common = {value for name, found in values.items() if roles[name] in kept for value in found}
    hidden = [found for name, found in values.items() if roles[name] in HIDDEN_ROLES]
    return [
        Needle("identifier", f"column {place}", (value,))
        for place, found in enumerate(hidden, 1)
        for value in found
        if len(value) >= SHORTEST and value not in common
    ]
