"""What the reader hands out: elements that know where their value lies, without having looked at it."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from mmap import MADV_DONTNEED, PAGESIZE, mmap
from typing import Any

Buffer = bytes | mmap


def let_go(buffer: Buffer, start: int, size: int) -> None:
    """Have the pages of a mapped file that were looked at forgotten, so that memory stays flat."""
    if isinstance(buffer, mmap):
        buffer.madvise(MADV_DONTNEED, start - start % PAGESIZE, size)


@dataclass(slots=True)
class Element:
    """One data element: `start` and `length` say where its value lies in the buffer.

    `head` says where an element begins whose tag, VR and length may be copied as they are (-1: write
    them anew).
    `items` holds the data sets of a sequence and is `None` otherwise. `undefined` marks a value written with
    undefined length; for encapsulated pixel data `length` then covers the fragments and the closing
    delimiter.
    """

    tag: int
    vr: str
    start: int
    length: int
    items: "list[list[Element]] | None" = None
    undefined: bool = False
    head: int = -1


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """Neighbouring elements that instances of a series have in common, byte for byte.

    They are of one group and, if private, of one *block* (group and block as one number, else 0). *places* says by tag where
    in *written* each begins and ends; *learned* is what they were found to say, by what decides on that.
    """

    written: bytes
    places: Mapping[int, tuple[int, int]]
    block: int
    learned: dict[Hashable, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """A run where it stands in a file; *read* makes elements of what stands between two places."""

    run: Run
    start: int
    read: Callable[[int, int], list[Element]]

    def elements(self) -> list[Element]:
        """Return the elements, read anew."""
        return self.read(self.start, self.start + len(self.run.written))

    def element(self, tag: int) -> Element:
        """Return the one of a *tag*, read anew."""
        begin, end = self.run.places[tag]
        return self.read(self.start + begin, self.start + end)[0]


Part = list[Element] | Placed


@dataclass(slots=True)
class DataSet:
    """A file read to the end: its meta information, its elements and what they point into.

    They come in *parts*, in order: mostly one list, or lists between runs that are the same in the instances before.
    """

    buffer: Buffer
    transfer_syntax: str
    meta: dict[int, bytes]
    parts: Sequence[Part]
    meta_length: int = 0

    @property
    def elements(self) -> list[Element]:
        """All elements at the top."""
        if len(self.parts) == 1 and isinstance(self.parts[0], list):
            return self.parts[0]
        return [one for part in self.parts for one in (part.elements() if isinstance(part, Placed) else part)]
