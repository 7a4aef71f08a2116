"""Encapsulated pixel data (PS3.5 A.4) as frames of fragments, without decoding or copying more than a frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deid.engine.reading.elements import Buffer, Element

ITEM = 0xFFFEE000
IMAGE_MARKS = (b"\xff\xd8", b"\xff\x4f", b"\0\0\0\x0c")


@dataclass(frozen=True, slots=True)
class Frame:
    """One compressed frame: where each of its fragments lies in the buffer, as (start, end)."""

    fragments: tuple[tuple[int, int], ...]

    def content(self, buffer: Buffer) -> bytes:
        """Return the bytes of the frame."""
        return b"".join(buffer[start:end] for start, end in self.fragments)

    def places(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield where the stretch from *start* to *end* of the frame lies in the buffer."""
        passed = 0
        for first, last in self.fragments:
            size = last - first
            begin, stop = max(start - passed, 0), min(end - passed, size)
            if begin < stop:
                yield first + begin, first + stop
            passed += size


def items_of(buffer: Buffer, pixels: Element) -> list[tuple[int, int]]:
    """Return where the value of each item lies, that of the basic offset table first."""
    items, place, end = [], pixels.start, pixels.start + pixels.length
    while place + 8 <= end:
        tag = int.from_bytes(buffer[place : place + 2], "little") << 16 | int.from_bytes(
            buffer[place + 2 : place + 4], "little"
        )
        length = int.from_bytes(buffer[place + 4 : place + 8], "little")
        if tag != ITEM:
            break
        items.append((place + 8, place + 8 + length))
        place += 8 + length
    return items


def frames_of(buffer: Buffer, fragments: Sequence[tuple[int, int]], count: int) -> list[Frame]:
    """Return the frames that *fragments* make up: one, one each, or each from where an image begins to the next.

    Empty where they cannot be told apart.
    """
    if count == 1:
        return [Frame(tuple(fragments))]
    if len(fragments) == count:
        return [Frame((fragment,)) for fragment in fragments]
    begins = [
        n for n, (start, _end) in enumerate(fragments) if buffer[start : start + 4].startswith(IMAGE_MARKS)
    ]
    if len(begins) != count or begins[0]:
        return []
    ends = [*begins[1:], len(fragments)]
    return [Frame(tuple(fragments[first:last])) for first, last in zip(begins, ends, strict=True)]
