"""Directories of TIFF and BigTIFF: read with every length checked, written in the source's byte order."""

import struct
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnreadableError
from deid.engine.formats.images.png import bad_image

# Bytes of one value of each field type (TIFF 6.0, section 2; BigTIFF adds 16 to 18).
WIDTHS = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
UNSIGNED = {1: "B", 3: "H", 4: "I", 16: "Q"}
MOST_ENTRIES = 4096
LONG, LONG8, UNDEFINED = 4, 16, 7
JPEG_TABLES = 347


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a directory and where its values lie."""

    tag: int
    kind: int
    count: int
    place: int

    @property
    def size(self) -> int:
        """How many bytes the values take."""
        return WIDTHS[self.kind] * self.count


@dataclass(frozen=True, slots=True)
class Directory:
    """The fields of one page by tag."""

    reader: "TiffReader"
    entries: Mapping[int, Entry]

    def numbers(self, tag: int) -> list[int]:
        """Return the unsigned numbers of a field, none where it is missing or of another type."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in UNSIGNED:
            return []
        return list(
            struct.unpack(f"{self.reader.order}{entry.count}{UNSIGNED[entry.kind]}", self.reader.raw(entry))
        )

    def number(self, tag: int, otherwise: int) -> int:
        """Return the first number of a field."""
        return next(iter(self.numbers(tag)), otherwise)


class TiffReader:
    """Reads directories of a seekable file of *size* bytes and writes them as that file has them.

    A directory with a tag of *once* that stands in it twice is refused; of any other the first counts.
    """

    def __init__(self, source: BinaryIO, size: int, once: Set[int] = frozenset()) -> None:
        self._source, self.size, self._once = source, size, once
        head = self.bytes_at(0, 4)
        self.order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
        version = int.from_bytes(head[2:], "little" if self.order == "<" else "big")
        if not self.order or version not in (42, 43):
            raise bad_image("This is not a TIFF image.")
        self.big = version == 43
        self._word, self._long, self.header_size = ("Q", "Q", 16) if self.big else ("H", "I", 8)

    def bytes_at(self, place: int, count: int) -> bytes:
        """Return *count* bytes at *place*; raises `UnreadableError` where the file has none."""
        if place < 0 or place + count > self.size:
            raise UnreadableError("The image ends before it should.", code="truncated")
        self._source.seek(place)
        return self._source.read(count)

    def raw(self, entry: Entry) -> bytes:
        """Return the bytes of an entry's values."""
        return self.bytes_at(entry.place, entry.size)

    def _unpack(self, form: str, place: int) -> tuple[int, ...]:
        return struct.unpack(self.order + form, self.bytes_at(place, struct.calcsize(self.order + form)))

    def directories(self, most: int) -> Iterator[Directory]:
        """Yield each page's directory; refuse a chain that comes back to itself or never ends."""
        (place,), seen = (
            self._unpack(self._long, self.header_size - struct.calcsize("<" + self._long)),
            set[int](),
        )
        while place:
            if place in seen or len(seen) >= most:
                raise TooLargeError("The pages of the image lead in a circle.", code="image_too_large")
            seen.add(place)
            entries, place = self._directory(place)
            yield Directory(self, entries)

    def _directory(self, place: int) -> tuple[dict[int, Entry], int]:
        (count,) = self._unpack(self._word, place)
        if not 0 < count <= MOST_ENTRIES:
            raise bad_image()
        place += struct.calcsize("<" + self._word)
        entries: dict[int, Entry] = {}
        for _ in range(count):
            entry = self._entry(place)
            if entry is not None:
                if entry.tag in entries and entry.tag in self._once:
                    raise bad_image()
                entries.setdefault(entry.tag, entry)
            place += 20 if self.big else 12
        return entries, self._unpack(self._long, place)[0]

    def _entry(self, place: int) -> Entry | None:
        tag, kind, count = self._unpack("HH" + self._long, place)
        if kind not in WIDTHS:
            return None
        inside = place + (12 if self.big else 8)
        if WIDTHS[kind] * count <= (8 if self.big else 4):
            return Entry(tag, kind, count, inside)
        entry = Entry(tag, kind, count, self._unpack(self._long, inside)[0])
        if entry.place + entry.size > self.size:
            raise UnreadableError("The image ends before it should.", code="truncated")
        return entry

    def header(self, first: int) -> bytes:
        """Return the file header that points at the first directory."""
        mark = b"II" if self.order == "<" else b"MM"
        if self.big:
            return mark + struct.pack(self.order + "HHHQ", 43, 8, 0, first)
        return mark + struct.pack(self.order + "HI", 42, first)

    def directory_size(self, entries: Sequence[Entry], strips: int, tables: int) -> int:
        """Return how many bytes a directory with its values takes."""
        width = struct.calcsize("<" + self._long)
        inline = 8 if self.big else 4
        sizes = [entry.size for entry in entries] + [strips * width] * 2 + ([tables] if tables else [])
        frame = struct.calcsize("<" + self._word) + (20 if self.big else 12) * len(sizes) + width
        return frame + frame % 2 + sum(size + size % 2 for size in sizes if size > inline)

    def directory(
        self,
        entries: Sequence[Entry],
        places: tuple[int, int],
        offsets: Sequence[int],
        counts: Sequence[int],
        tables: bytes,
        start: int,
        following: int,
    ) -> bytes:
        """Return a directory and its values as they stand at *start*, naming where the *following* one is."""
        width, kind = ("Q", LONG8) if self.big else ("I", LONG)
        fields = [(entry.tag, entry.kind, entry.count, self.raw(entry)) for entry in entries]
        for tag, numbers in zip(places, (offsets, counts), strict=True):
            fields.append(
                (tag, kind, len(numbers), struct.pack(f"{self.order}{len(numbers)}{width}", *numbers))
            )
        if tables:
            fields.append((JPEG_TABLES, UNDEFINED, len(tables), tables))
        fields.sort()
        inline, step = (8, 20) if self.big else (4, 12)
        frame = struct.calcsize("<" + self._word) + step * len(fields) + inline
        place, head, values = (
            start + frame + frame % 2,
            [struct.pack(self.order + self._word, len(fields))],
            [b""],
        )
        for tag, form, count, raw in fields:
            head.append(struct.pack(self.order + "HH" + self._long, tag, form, count))
            if len(raw) <= inline:
                head.append(raw.ljust(inline, b"\0"))
                continue
            head.append(struct.pack(self.order + self._long, place))
            values.append(raw + bytes(len(raw) % 2))
            place += len(raw) + len(raw) % 2
        head.append(struct.pack(self.order + self._long, following))
        return b"".join((*head, bytes(frame % 2), *values))
