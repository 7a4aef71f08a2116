"""The segments of a JPEG (ITU-T T.81, B.1 and B.2), found by the second reader's own walk."""

import mmap
import re
import struct
from collections.abc import Iterator

from deid.engine.verification.search import Hit

JPEG = b"\xff\xd8\xff"
APPLICATION, COMMENT, END, _SCAN = range(0xE0, 0xF0), 0xFE, 0xD9, 0xDA
# A marker in coded data that is neither a restart nor a byte of data (T.81 B.1.1.5).
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
# The longest application segments that decoding needs: JFIF without thumbnail, one Exif entry, Adobe.
_NEEDED = {0xE0: 16, 0xE1: 34, 0xEE: 14}
Content = bytes | mmap.mmap


def jpeg_segments(content: Content) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of each segment of a JPEG, a scan with its data, and as the end all that is left."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != END:
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        stop = place + 2 + int(struct.unpack_from(">H", content, place + 2)[0])
        if marker == _SCAN:
            found = _MARKER.search(content, stop)
            stop = found.start() if found else len(content)
        yield marker, content[place:stop]
        place = stop
    yield END, content[place:]


def jpeg_parts(content: Content) -> bytes:
    """Return the tables, frames and scans of a JPEG one behind the other, without application segments and comments."""
    others = (*APPLICATION, COMMENT, END)
    return b"".join(part for marker, part in jpeg_segments(content) if marker not in others)


def jpeg_hits(content: Content) -> list[Hit]:
    """Return what a released JPEG has room for words in: segments that do not belong or stand there twice, bytes behind it."""
    hits, seen = list[Hit](), set[int]()
    for marker, part in jpeg_segments(content):
        if marker == END:
            hits += [Hit("trailing bytes", "metadata")] if part != b"\xff\xd9" else []
        elif marker in APPLICATION or marker == COMMENT:
            if len(part) - 2 > _NEEDED.get(marker, -1) or marker in seen:
                hits.append(Hit("segment", "metadata"))
            seen.add(marker)
    return hits
