"""Read an instance by those before it of the same series: what stands there byte for byte needs no second reading.

The slices of a series have nearly all of their header in common. What was read twice and differed is read in each instance;
between that lie runs of elements, which are recognised by their bytes alone. An instance in which one byte of a run is another
is read whole, as is whatever has more elements, or fewer.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deid.engine.errors import UnreadableError
from deid.engine.reading.elements import Buffer, Element, Part, Placed, Run
from deid.engine.reading.parser import Parser

SERIES_UID, CHARACTER_SET = 0x0020000E, 0x00080005
# What runs are not made of: groups in which cleaning states something of its own, replaces or removes (the subject, the cleaning
# itself, pixels, documents, graphics), values that are copied from their file, and what decides on elements behind it.
APART = frozenset({0x0010, 0x0012, 0x0028, 0x0042, 0x7FE0, *range(0x5000, 0x5100), *range(0x6000, 0x6100)})
LONGEST, LARGEST_HEADER = 4096, 1 << 16
# So many instances one after another that are not like those before, and a series is read as any other file.
MOST_MISSES = 8
Segment = Run | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """The short elements of an instance: which *series* it is of, and by tag how each is written."""

    series: bytes
    written: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What instances of a series have in common: runs, and between them the tags of elements that are read each time."""

    syntax: str
    segments: tuple[Segment, ...]

    def read(self, parser: Parser, position: int) -> list[Part] | None:
        """Return the parts of a data set that is like this, else nothing."""
        parts, buffer, end = list[Part](), parser.buffer, len(parser.buffer)
        for segment in self.segments:
            if isinstance(segment, Run):
                stop = position + len(segment.written)
                if buffer[position:stop] != segment.written:
                    return None
                parts.append(Placed(segment, position, parser.elements))
                position = stop
                continue
            elements = list[Element]()
            for tag in segment:
                if position + 8 > end:
                    return None
                element, position = parser.element(position, end)
                if element is None or element.tag != tag:
                    return None
                elements.append(element)
            parts.append(elements)
        return parts if position == end else None


class Tags(Mapping[int, Element]):
    """The elements of a data set in parts by tag; those of runs are read when they are asked for."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._where: dict[int, Element | Placed] = {}
        for part in parts:
            self._where |= (
                dict.fromkeys(part.run.places, part)
                if isinstance(part, Placed)
                else {one.tag: one for one in part}
            )

    def __getitem__(self, tag: int) -> Element:
        found = self._where[tag]
        return found.element(tag) if isinstance(found, Placed) else found

    def __contains__(self, tag: object) -> bool:
        return tag in self._where

    def __iter__(self) -> Iterator[int]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)


class Likeness:
    """Knows the last instances that were read, and reads the next one by them."""

    def __init__(self) -> None:
        self._pattern: Pattern | None = None
        self._header: Header | None = None
        self._changing: frozenset[int] = frozenset()
        self._misses = 0

    def parts(self, parser: Parser, position: int, syntax: str) -> list[Part] | None:
        """Return the parts of a data set that is like the last ones of its series, else nothing."""
        pattern = self._pattern
        if pattern is None or pattern.syntax != syntax:
            return None
        try:
            parts = pattern.read(parser, position)
        except (UnreadableError, struct.error):
            return None
        if parts is not None:
            self._misses = 0
        return parts

    def note(self, buffer: Buffer, position: int, syntax: str, elements: list[Element]) -> None:
        """Note an instance that was read whole, so that the next ones may be read by it."""
        series = next((one for one in elements if one.tag == SERIES_UID), None)
        uid = buffer[series.start : series.start + series.length] if series else b""
        before, self._pattern = self._header, None
        same = before is not None and before.series == uid and uid
        self._misses = self._misses + 1 if same else 0
        if self._misses > MOST_MISSES:
            return
        if before is None or not same:
            self._header, self._changing = Header(uid, {}), frozenset()
            return
        written = {
            one.tag: buffer[begin : one.start + one.length]
            if one.start + one.length - begin <= LONGEST
            else b""
            for begin, one in _begun(elements, position)
        }
        self._header = Header(uid, written)
        if before.written.keys() == written.keys() and len(written) == len(elements):
            self._changing |= {tag for tag, raw in written.items() if before.written[tag] != raw}
            self._pattern = _pattern(syntax, written, self._changing)


def _begun(elements: list[Element], position: int) -> Iterator[tuple[int, Element]]:
    """Yield elements, each with the place where it begins: it is where the one before it ends."""
    for one in elements:
        yield position, one
        position = one.start + one.length


def _block(tag: int) -> int:
    """Return the private block of an element as one number, 0 for one of the Standard's."""
    return tag >> 16 << 16 | (tag & 0xFFFF) >> 8 if tag >> 16 & 1 else 0


def _stands_alone(tag: int, written: bytes) -> bool:
    """Say whether an element is read each time whatever it says: *written* is empty for a long one."""
    private_head = tag >> 16 & 1 and tag & 0xFFFF <= 0xFF
    return not written or tag >> 16 in APART or tag == CHARACTER_SET or bool(private_head) or not tag & 0xFFFF


def _pattern(syntax: str, written: Mapping[int, bytes], changing: frozenset[int]) -> Pattern | None:
    """Return the pattern of a header in which some elements change; nothing where it is not in order, or too large."""
    tags = list(written)
    if tags != sorted(tags) or sum(map(len, written.values())) > LARGEST_HEADER:
        return None
    segments, alone, run = list[Segment](), list[int](), list[int]()

    def close() -> None:
        if run:
            segments.append(_run(run, written))
            run.clear()

    for tag in tags:
        if tag in changing or _stands_alone(tag, written[tag]):
            close()
            alone.append(tag)
            continue
        if alone:
            segments.append(tuple(alone))
            alone.clear()
        if run and (run[0] >> 16, _block(run[0])) != (tag >> 16, _block(tag)):
            close()
        run.append(tag)
    close()
    if alone:
        segments.append(tuple(alone))
    return Pattern(syntax, tuple(segments))


def _run(tags: list[int], written: Mapping[int, bytes]) -> Run:
    """Return neighbouring elements as one."""
    places, place = dict[int, tuple[int, int]](), 0
    for tag in tags:
        places[tag] = place, place + len(written[tag])
        place += len(written[tag])
    return Run(b"".join(written[tag] for tag in tags), places, _block(tags[0]))
