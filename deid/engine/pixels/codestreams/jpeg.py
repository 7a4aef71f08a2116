"""JPEG and JPEG-LS (ITU-T T.81 Annex B, T.87 Annex C): application segments, comments and what follows the end."""

import re
from collections.abc import Iterator

SOI, EOI, SOS, COM, LS_FRAME = 0xD8, 0xD9, 0xDA, 0xFE, 0xF7
APP0, APP8, APP14, APP15 = 0xE0, 0xE8, 0xEE, 0xEF
# Entropy-coded data ends at a marker that is no restart; in JPEG-LS a byte behind FF begins with a zero bit.
_SCAN_ENDS = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_LS_SCAN_ENDS = re.compile(rb"\xff(?:[\x80-\xcf]|[\xd8-\xfe])")
# What decoders read of application segments: size and density, transformations of colours, SPIFF and the end of its directory.
_NEEDED = (
    (APP0, b"JFIF\0", 14),
    (APP8, b"mrfx", 5),
    (APP8, b"SPIFF\0", 30),
    (APP8, b"\0\0\0\1", 4),
    (APP14, b"Adobe", 12),
)


def beside_jpeg(frame: bytes) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a JPEG frame that no decoder needs."""
    place, scan_ends = 2, _SCAN_ENDS
    while True:
        while frame[place : place + 2] == b"\xff\xff":
            place += 1
        if frame[place : place + 1] != b"\xff" or place + 2 > len(frame):
            raise ValueError("no marker stands where one must")
        marker = frame[place + 1]
        if marker == SOI:  # a directory of SPIFF ends with another start of the image, which has no length
            place += 2
            continue
        if marker == EOI:
            yield place + 2, len(frame)
            return
        start, place = place + 4, place + 2 + int.from_bytes(frame[place + 2 : place + 4], "big")
        if place < start or place > len(frame):
            raise ValueError("a segment is longer than the frame")
        if marker == COM or APP0 <= marker <= APP15:
            yield start + _needed(marker, frame[start:place]), place
        elif marker == LS_FRAME:
            scan_ends = _LS_SCAN_ENDS
        elif marker == SOS:
            found = scan_ends.search(frame, place)
            if found is None:  # the end is not marked: all that follows is the image
                return
            place = found.start()


def _needed(marker: int, payload: bytes) -> int:
    """Return how many bytes of an application segment decoders read."""
    sizes = (size for needs, begins, size in _NEEDED if marker == needs and payload.startswith(begins))
    return min(next(sizes, 0), len(payload))
