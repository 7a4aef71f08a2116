"""Drop what stands beside the image in JPEG fragments: comments, application segments, bytes behind the end of the image.

(ISO/IEC 10918-1 B.2.4, ISO/IEC 14495-1; PS3.5 A.4.) Only the segments that a decoder needs stay; coded data is copied.
"""

import struct
from collections.abc import Iterator

from deid.engine.reading.elements import Buffer, DataSet, Element
from deid.engine.writing.stream import Copied, Parts

JPEG_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 57, 70, 80, 81))
# Application segments that say how to decode, by how they begin and how long they are at most: JFIF without a thumbnail, SPIFF
# and the end of its directory, the colours of HP's JPEG-LS and of Adobe.
NEEDED = (
    (0xE0, b"JFIF\0", 18),
    (0xE8, b"SPIFF\0", 34),
    (0xE8, b"\0\0\0\1", 10),
    (0xE8, b"mrfx", 10),
    (0xEE, b"Adobe", 16),
)
START, END, SCAN, COMMENT = b"\xff\xd8", b"\xff\xd9", 0xDA, 0xFE
LAST_BYTES = 1 << 16
ITEM, DELIMITER = 0xE000FFFE, struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
Range = tuple[int, int]


def stripped_fragments(data: DataSet, pixels: Element | None, head: bytes) -> Parts | None:
    """Return JPEG pixel data without what stands beside its images; `None` where nothing does. *head* begins the element."""
    if pixels is None or not pixels.undefined or data.transfer_syntax not in JPEG_SYNTAXES:
        return None
    items = list(_items(data.buffer, pixels))
    kept = [list(_kept(data.buffer, *item)) for item in items[1:]]
    if all(ranges == [item] for ranges, item in zip(kept, items[1:], strict=True)):
        return None
    parts: list[bytes | Copied] = []
    moved: dict[int, int] = {}
    place = 0
    for (start, _end), ranges in zip(items[1:], kept, strict=True):
        moved[start - 8 - items[0][1]] = place
        length = sum(last - first for first, last in ranges)
        parts.append(struct.pack("<LL", ITEM, length + length % 2))
        parts += [(b"", first, last - first) for first, last in ranges]
        parts += [b"\0"] * (length % 2)
        place += 8 + length + length % 2
    return Parts((head, _table(data.buffer, items[0], moved), *parts, DELIMITER))


def _table(buffer: Buffer, item: Range, moved: dict[int, int]) -> bytes:
    """Return the basic offset table for fragments that moved; an empty one where it pointed at none of them."""
    count = (item[1] - item[0]) // 4
    offsets = [moved.get(offset) for offset in struct.unpack_from(f"<{count}L", buffer, item[0])]
    known = [offset for offset in offsets if offset is not None]
    table = struct.pack(f"<{count}L", *known) if len(known) == count else b""
    return struct.pack("<LL", ITEM, len(table)) + table


def _items(buffer: Buffer, pixels: Element) -> Iterator[Range]:
    """Yield where the value of each item begins and ends, the offset table first."""
    place, stop = pixels.start, pixels.start + pixels.length
    while place + 8 <= stop:
        tag, length = struct.unpack_from("<LL", buffer, place)
        if tag != ITEM:
            return
        yield place + 8, place + 8 + length
        place += 8 + length


def _kept(buffer: Buffer, start: int, end: int) -> Iterator[Range]:
    """Yield the ranges of a fragment that stay."""
    last = _image_end(buffer, start, end)
    place = first = start
    if bytes(buffer[start : start + 2]) == START:
        place += 2
        while place + 4 <= last and buffer[place] == 0xFF and buffer[place + 1] != SCAN:
            # A directory of SPIFF ends with another start of the image, which has no length.
            again = buffer[place + 1] == START[1]
            after = place + 2 + (0 if again else int.from_bytes(buffer[place + 2 : place + 4], "big"))
            if _speaks(buffer, place, after):
                yield first, place
                first = after
            place = after
    if first < last:
        yield first, last


def _speaks(buffer: Buffer, place: int, after: int) -> bool:
    """Say whether a segment is there for people or programs beside the decoder."""
    marker = buffer[place + 1]
    if marker != COMMENT and not 0xE0 <= marker <= 0xEF:
        return False
    segment = bytes(buffer[place + 4 : min(after, place + 40)])
    return not any(
        marker == kind and segment.startswith(begins) and after - place <= longest
        for kind, begins, longest in NEEDED
    )


def _image_end(buffer: Buffer, start: int, end: int) -> int:
    """Return where the image of a fragment ends; padding stays, and a fragment without an end is kept whole."""
    begin = max(start, end - LAST_BYTES)
    tail = bytes(buffer[begin:end])
    found = tail.rfind(END)
    if found < 0 or not tail[found + 2 :].strip(b"\0\xff"):
        return end
    return begin + found + 2
