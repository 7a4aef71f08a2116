"""The coded pixels of raster images, found by the second reader's own walk: what must be the same before and after.

PNG (ISO/IEC 15948), JPEG (ITU-T T.81), TIFF 6.0 and BigTIFF, netpbm. Without a mask nothing of an image is coded anew, so
that the parts that code pixels are compared as bytes, whether or not a decoder here reads them.
"""

import mmap
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
TIFFS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# Chunks by which a PNG's data become an image.
_PNG_PARTS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
_APPLICATION, _COMMENT, _SCAN, _END = range(0xE0, 0xF0), 0xFE, 0xDA, 0xD9
_RESTARTS = frozenset((0x00, *range(0xD0, 0xD8)))
# Width, height, bits, packing, photometric, samples, rows a strip, planes, predictor, palette, tile, sample format.
_GEOMETRY = (256, 257, 258, 259, 262, 277, 278, 284, 317, 320, 322, 323, 339)
_KINDS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_SUBFILE, _OLD_SUBFILE, _PACKING, _TABLES = 254, 255, 259, 347
_PACKED_JPEG, _MOST_PAGES = 7, 20_000
_NUMBER = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])*(\d+)")
_REMARK = re.compile(rb"#[^\r\n]*")
_LAST_REMARK = re.compile(rb"[ \t]*#[^\r\n]*")
Content = bytes | mmap.mmap


def same_coded(before: Path | str, after: Path | str) -> bool:
    """Say whether two files of one format code the same pixels; those of no format known here are compared whole."""
    with Path(before).open("rb") as old, Path(after).open("rb") as new:
        try:
            pair = [mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) for file in (old, new)]
            return _same(*pair)
        except (
            ValueError,
            struct.error,
        ):  # an empty file cannot be mapped, and one that ends early not walked
            return False


def _same(before: Content, after: Content) -> bool:
    start = after[:8]
    if start == PNG:
        return _png(before) == _png(after)
    if start.startswith(JPEG):
        return jpeg_parts(before) == (jpeg_parts(after) or None)
    if start.startswith(TIFFS):
        return _same_tiff(before, after)
    if start[:1] == b"P" and start[1:2] in (b"1", b"2", b"3", b"4", b"5", b"6"):
        return _same_netpbm(before, after)
    return before[:] == after[:]


def png_chunks(content: Content) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and body of each chunk, and one of no kind where the file does not end with the last."""
    place = len(PNG)
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        yield kind, content[place + 8 : place + 8 + length]
        place += 12 + length
    if place != len(content):
        yield b"????", b""


def _png(content: Content) -> dict[bytes, int]:
    """Return a check sum over all chunks of each kind by which data become an image."""
    sums = dict.fromkeys(_PNG_PARTS, 0)
    for kind, body in png_chunks(content):
        if kind in sums:
            sums[kind] = zlib.crc32(body, sums[kind])
    return sums


def jpeg_parts(content: Content) -> bytes:
    """Return the tables, frames and scans of a JPEG one behind the other, without application segments and comments."""
    parts, place = [], 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != _END:
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        stop = place + 2 + int(struct.unpack_from(">H", content, place + 2)[0])
        if marker == _SCAN:
            stop = _scan_end(content, stop)
        if marker not in _APPLICATION and marker != _COMMENT:
            parts.append(content[place:stop])
        place = stop
    return b"".join(parts)


def _scan_end(content: Content, place: int) -> int:
    """Return where coded data end: at the next marker that is no restart."""
    while (place := content.find(b"\xff", place)) >= 0:
        if place + 1 < len(content) and content[place + 1] not in _RESTARTS | {0xFF}:
            return place
        place += 1
    return len(content)


def _same_netpbm(before: Content, after: Content) -> bool:
    (head, start), (other, begin) = _netpbm_head(before), _netpbm_head(after)
    if head != other or not head:
        return False
    if before[1:2] in b"123":
        rasters = (b"".join(_REMARK.sub(b"", one).split()) for one in (before[start:], after[begin:]))
        old, new = rasters
        return bool(new) and old.startswith(new)
    raster = after[begin:]
    return bool(raster) and before[start : start + len(raster)] == raster


def _netpbm_head(content: Content) -> tuple[list[int], int]:
    """Return kind, width, height and greatest value, and where the raster begins."""
    kind, place = int(content[1:2] or b"0"), 2
    numbers = [kind]
    for _ in range(2 if kind in (1, 4) else 3):
        found = _NUMBER.match(content, place)
        if not found:
            return [], 0
        numbers.append(int(found[1]))
        place = found.end()
    remark = _LAST_REMARK.match(content, place)
    return numbers, (remark.end() if remark else place) + 1


def _same_tiff(before: Content, after: Content) -> bool:
    """Say whether each page of full size has its strips, in the same geometry; a shorter strip lost what was no pixel."""
    pairs = zip_longest(_pages(before), _pages(after))
    return all(old is not None and new is not None and old.shows_as(new) for old, new in pairs)


class _Page:
    """One directory of a TIFF file: its numbers by tag, and the file it points into."""

    def __init__(self, content: Content, numbers: dict[int, Sequence[int]]) -> None:
        self._content, self._numbers = content, numbers

    def first(self, tag: int, otherwise: int) -> int:
        """Return the first number at *tag*."""
        return (self._numbers.get(tag) or (otherwise,))[0]

    @property
    def is_reduced(self) -> bool:
        """Whether the page is a smaller picture of another one."""
        return bool(self.first(_SUBFILE, 0) & 1) or self.first(_OLD_SUBFILE, 1) == 2

    def shows_as(self, other: "_Page") -> bool:
        """Say whether *other* is this page as it may be released."""
        alike = all(self._numbers.get(tag) == other._numbers.get(tag) for tag in _GEOMETRY)
        packed = self.first(_PACKING, 1) == _PACKED_JPEG
        tables = [
            jpeg_parts(bytes(page._numbers.get(_TABLES, ()))) if packed else b"" for page in (self, other)
        ]
        strips = list(zip_longest(self._strips(), other._strips(), fillvalue=b""))
        return (
            alike
            and tables[0] == tables[1]
            and bool(strips)
            and all(_same_strip(*two, packed) for two in strips)
        )

    def _strips(self) -> Iterator[bytes]:
        for offsets, counts in ((273, 279), (324, 325)):
            for start, length in zip(
                self._numbers.get(offsets, ()), self._numbers.get(counts, ()), strict=False
            ):
                yield self._content[start : start + length]


def _same_strip(before: bytes, after: bytes, packed: bool) -> bool:
    if packed:
        return bool(after) and jpeg_parts(before) == jpeg_parts(after)
    return bool(after) and before.startswith(after)


def _pages(content: Content) -> Iterator[_Page]:
    """Yield the pages of full size (TIFF 6.0, section 2; BigTIFF: eight bytes where TIFF has four)."""
    order, big = "<" if content[:1] == b"I" else ">", content[2:4] in (b"+\0", b"\0+")
    count_form, entry_size, place_form = ("Q", 20, "Q") if big else ("H", 12, "I")
    (place,) = struct.unpack_from(order + place_form, content, 8 if big else 4)
    for _page in range(_MOST_PAGES):
        if not place:
            return
        (count,) = struct.unpack_from(order + count_form, content, place)
        start = place + struct.calcsize(order + count_form)
        entries = (_entry(content, start + number * entry_size, order, place_form) for number in range(count))
        page = _Page(content, dict(reversed([entry for entry in entries if entry])))
        if not page.is_reduced:
            yield page
        (place,) = struct.unpack_from(order + place_form, content, start + count * entry_size)


def _entry(content: Content, place: int, order: str, form: str) -> tuple[int, Sequence[int]] | None:
    """Return tag and numbers of one entry, of bytes that describe nothing too; nothing where it has no whole numbers."""
    tag, kind, count = struct.unpack_from(order + "HH" + form, content, place)
    code = "B" if kind == 7 else _KINDS.get(kind)
    if code is None:
        return None
    within = struct.calcsize(form)
    at = place + 4 + within
    if count * struct.calcsize(order + code) > within:
        (at,) = struct.unpack_from(order + form, content, at)
    return tag, struct.unpack_from(f"{order}{count}{code}", content, at)
