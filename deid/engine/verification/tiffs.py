"""The pages of a TIFF 6.0 or BigTIFF file, found by the second reader's own walk: their coded pixels, and what is beside them."""

import mmap
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from deid.engine.verification.jpegs import jpeg_hits, jpeg_parts
from deid.engine.verification.search import Hit

TIFFS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# Width, height, bits, packing, photometric, samples, rows a strip, planes, predictor, palette, tile, sample format.
_GEOMETRY = (256, 257, 258, 259, 262, 277, 278, 284, 317, 320, 322, 323, 339)
_NUMBERS = {1: "B", 3: "H", 4: "I", 7: "B", 13: "I", 16: "Q", 18: "Q"}
_WIDTHS = {
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
# Tags of sizes, colours and coding; what is text, bytes of any kind or another directory is none of them.
_BARE = frozenset((*_GEOMETRY, 254, 255, 263, 266, 273, 274, 279, 280, 281, 282, 283, 292, 293, 296, 301, 318, 319, 324,
                   325, 338, 340, 341, 529, 530, 531, 532))  # fmt: skip
_LONG, _MOST_NUMBERS = frozenset((273, 279, 301, 320, 324, 325)), 16
_WORDS, _DIRECTORIES = (2, 7), (13, 18)
_SUBFILE, _OLD_SUBFILE, _PACKING, _TABLES = 254, 255, 259, 347
_PLAIN, _PACKED_JPEG, _DEFLATED, _MOST_PAGES = 1, 7, (8, 32946), 20_000
_PHOTOMETRIC, _SUBSAMPLED, _TILES, _APART = 262, 6, 324, 2
METADATA = "metadata"
Content = bytes | mmap.mmap


def same_tiff(before: Content, after: Content) -> bool:
    """Say whether each page of full size has its strips, in the same geometry; a shorter strip lost what was no pixel."""
    whole = [[page for page in pages(content) if not page.is_reduced] for content in (before, after)]
    return all(old is not None and new is not None and old.shows_as(new) for old, new in zip_longest(*whole))


def tiff_hits(content: Content) -> list[Hit]:
    """Return what a released TIFF holds beside its pages of full size: small pictures, tags with room for words, bytes that
    nothing points at, and what follows the pixels in a strip."""
    hits, spans = list[Hit](), [(0, 16 if _is_big(content) else 8)]
    for page in pages(content):
        spans += page.spans()
        hits += [Hit("page", METADATA)] if page.is_reduced else []
        hits += [Hit("tag", METADATA) for field in page.fields if not field.is_bare]
        hits += [
            hit for strip in page.packed_parts() for hit in _strip_hits(strip, page.first(_PACKING, _PLAIN))
        ]
    ends = sorted((*spans, (len(content), len(content))))
    reached = 0
    for start, stop in ends:
        if content[reached:start].strip(b"\0"):
            hits.append(Hit("bytes beside the pages", METADATA))
        reached = max(reached, stop)
    return hits


def _strip_hits(strip: bytes, packing: int) -> list[Hit]:
    if packing == _PACKED_JPEG:
        return jpeg_hits(strip)
    if packing not in _DEFLATED:
        return []
    engine = zlib.decompressobj()
    engine.decompress(strip)
    return [Hit("strip", METADATA)] if engine.unused_data else []


class Field(NamedTuple):
    """One entry of a directory: where its values lie, and its whole numbers."""

    tag: int
    kind: int
    place: int
    size: int
    numbers: Sequence[int]

    @property
    def is_bare(self) -> bool:
        """Whether the entry describes pixels and has no room for words."""
        if self.tag == _TABLES:
            return True
        few = self.tag in _LONG or self.size <= _MOST_NUMBERS * _WIDTHS.get(self.kind, 0)
        return self.tag in _BARE and few and self.kind not in (*_WORDS, *_DIRECTORIES)


class Page:
    """One directory of a TIFF file, and the file it points into."""

    def __init__(self, content: Content, fields: Sequence[Field], span: tuple[int, int]) -> None:
        self.fields, self._content, self._span = fields, content, span
        # Of two entries with one tag the first counts.
        self._numbers: Mapping[int, Sequence[int]] = {
            one.tag: one.numbers for one in reversed(fields) if one.numbers
        }

    def first(self, tag: int, otherwise: int = 0) -> int:
        """Return the first number at *tag*."""
        return (self._numbers.get(tag) or (otherwise,))[0]

    @property
    def is_reduced(self) -> bool:
        """Whether the page is a smaller picture of another one."""
        return bool(self.first(_SUBFILE) & 1) or self.first(_OLD_SUBFILE) == 2

    def shows_as(self, other: "Page") -> bool:
        """Say whether *other* is this page as it may be released."""
        alike = all(self._numbers.get(tag) == other._numbers.get(tag) for tag in _GEOMETRY)
        tables = [jpeg_parts(bytes(page._numbers.get(_TABLES, ()))) for page in (self, other)]
        strips = list(zip_longest(self._strips(), other._strips(), fillvalue=b""))
        packing = self.first(_PACKING, _PLAIN)
        if packing == _PLAIN and self.first(_PHOTOMETRIC) != _SUBSAMPLED:
            same = sum(len(after) for _before, after in strips) == self._plain_size(len(strips))
            same = same and all(after and before.startswith(after) for before, after in strips)
        else:
            same = all(_same_packed(*two, packing) for two in strips)
        return alike and tables[0] == tables[1] and bool(strips) and same

    def _plain_size(self, parts: int) -> int:
        """Return how many bytes the samples of all strips or tiles take, each row ending with a byte."""
        bits = self._numbers.get(258, (1,))
        samples = self.first(277, 1)
        depths = bits if len(bits) >= samples else [bits[0]] * samples
        planes = depths if self.first(284) == _APART else [sum(depths)]
        columns, rows = self.first(256), self.first(257)
        if _TILES in self._numbers:
            columns, rows = self.first(322), self.first(323) * parts // len(planes)
        return sum(rows * -(-columns * depth // 8) for depth in planes)

    def packed_parts(self) -> Iterator[bytes]:
        """Yield the coded strips or tiles, and the tables that strips of JPEG share."""
        yield from self._strips()
        if self.first(_PACKING, _PLAIN) == _PACKED_JPEG and _TABLES in self._numbers:
            yield bytes(self._numbers[_TABLES])

    def spans(self) -> Iterator[tuple[int, int]]:
        """Yield where in the file the page lies: its directory, the values of that and its pixels."""
        yield self._span
        yield from ((field.place, field.place + field.size) for field in self.fields)
        yield from self._places()

    def _places(self) -> Iterator[tuple[int, int]]:
        for offsets, counts in ((273, 279), (324, 325)):
            pairs = zip(self._numbers.get(offsets, ()), self._numbers.get(counts, ()), strict=False)
            yield from ((start, start + length) for start, length in pairs)

    def _strips(self) -> Iterator[bytes]:
        yield from (self._content[start:stop] for start, stop in self._places())


def _same_packed(before: bytes, after: bytes, packing: int) -> bool:
    """Say whether a strip is the same; of what is deflated the released one may end where its stream does."""
    if packing == _PACKED_JPEG:
        return bool(after) and jpeg_parts(before) == jpeg_parts(after)
    if packing in _DEFLATED:
        engine = zlib.decompressobj()
        engine.decompress(after)
        return engine.eof and before.startswith(after)
    return before == after


def pages(content: Content) -> Iterator[Page]:
    """Yield the pages (TIFF 6.0, section 2; BigTIFF: eight bytes where TIFF has four)."""
    order = "<" if content[:1] == b"I" else ">"
    count_form, entry_size, form = ("Q", 20, "Q") if _is_big(content) else ("H", 12, "I")
    within = struct.calcsize(form)
    (place,) = struct.unpack_from(order + form, content, within)
    for _page in range(_MOST_PAGES):
        if not place:
            return
        (count,) = struct.unpack_from(order + count_form, content, place)
        start = place + struct.calcsize(order + count_form)
        stop = start + count * entry_size
        fields = [_field(content, at, order, form) for at in range(start, stop, entry_size)]
        (following,) = struct.unpack_from(order + form, content, stop)
        yield Page(content, fields, (place, stop + within))
        place = following


def _is_big(content: Content) -> bool:
    return content[2:4] in (b"+\0", b"\0+")


def _field(content: Content, place: int, order: str, form: str) -> Field:
    tag, kind, count = struct.unpack_from(order + "HH" + form, content, place)
    within = struct.calcsize(form)
    at, size = place + 4 + within, count * _WIDTHS.get(kind, 0)
    if size > within:
        (at,) = struct.unpack_from(order + form, content, at)
    code = _NUMBERS.get(kind)
    numbers = struct.unpack_from(f"{order}{count}{code}", content, at) if code else ()
    return Field(tag, kind, at, size, numbers)
