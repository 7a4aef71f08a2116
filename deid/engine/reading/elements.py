"""What the reader hands out: elements that know where their value lies, without having looked at it."""

from dataclasses import dataclass
from mmap import MADV_DONTNEED, PAGESIZE, mmap

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


@dataclass(slots=True)
class DataSet:
    """A file read to the end: its meta information, its elements and what they point into."""

    buffer: Buffer
    transfer_syntax: str
    meta: dict[int, bytes]
    elements: list[Element]
    meta_length: int = 0
