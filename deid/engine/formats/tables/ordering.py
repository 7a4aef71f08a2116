"""The order in which cleaned rows are written: as they came, or by pseudonym, which says nothing of the source."""

import csv
import io
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

# Rows are held in memory up to so many bytes, then on disk.
HELD = 16 << 20


def line_of(fields: Sequence[str], separator: str) -> bytes:
    """Return a line of separated fields."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n", delimiter=separator).writerow(fields)
    return line.getvalue().encode("utf-8")


class RowsKept:
    """Cleaned lines, kept aside until all are there: `in_order` gives them as they came, or subject by subject."""

    def __init__(self, *, by_subject: bool) -> None:
        self.subjects: dict[str, int] = {}
        self._by_subject = by_subject
        self._file = tempfile.SpooledTemporaryFile(HELD)  # noqa: SIM115 - closed with the block that is entered
        self._ends, self._whose = array("q", [0]), array("l")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._whose)

    def add(self, pseudonym: str, line: bytes) -> None:
        """Keep one line of a subject."""
        self._file.write(line)
        self._ends.append(self._ends[-1] + len(line))
        self._whose.append(self.subjects.setdefault(pseudonym, len(self.subjects)))

    def in_order(self) -> Iterator[bytes]:
        """Yield the lines; by subject is in the order of the pseudonyms, those of one as they were added."""
        ranks = {number: rank for rank, (_name, number) in enumerate(sorted(self.subjects.items()))}
        places: Sequence[int] = range(len(self))
        for place in (
            sorted(places, key=lambda place: ranks[self._whose[place]]) if self._by_subject else places
        ):
            self._file.seek(self._ends[place])
            yield self._file.read(self._ends[place + 1] - self._ends[place])
