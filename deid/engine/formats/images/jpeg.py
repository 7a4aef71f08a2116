"""JPEG (ITU-T T.81): tables, frames and scans stay byte for byte; application segments and comments go."""

import struct
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from deid.engine.errors import UnreadableError
from deid.engine.formats.bounded import read_all
from deid.engine.formats.images.png import bad_image
from deid.engine.writing.stream import HashingTarget

LARGEST_FILE = 1 << 28
SOI, EOI, SOS, DQT, DHT, DAC, DNL, DRI, COM = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xCC, 0xDC, 0xDD, 0xFE
APP0, APP1, APP14, APP15 = 0xE0, 0xE1, 0xEE, 0xEF
FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, DAC, 0xC8}
LOSSLESS_LS = 0xF7
RESTARTS = frozenset(range(0xD0, 0xD8))
ORIENTATION = 0x0112
EXIF = b"Exif\0\0"


def _scan_end(content: bytes, start: int) -> int:
    """Return where the entropy-coded data that begins at *start* ends: at the next marker that is no restart."""
    while True:
        start = content.find(b"\xff", start)
        if start < 0 or start + 1 >= len(content):
            raise UnreadableError("The image ends before it should.", code="truncated")
        marker = content[start + 1]
        if marker and marker not in RESTARTS and marker != 0xFF:
            return start
        start += 1 if marker == 0xFF else 2


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield marker, payload and (for a scan) entropy-coded data of each segment up to the end of the image."""
    if content[:2] != b"\xff\xd8":
        raise bad_image("This is not a JPEG image.")
    place = 2
    while True:
        if place + 2 > len(content):
            raise UnreadableError("The image ends before it should.", code="truncated")
        if content[place] != 0xFF:
            raise bad_image()
        marker = content[place + 1]
        place += 1 if marker == 0xFF else 2
        if marker == EOI:
            return
        if marker == 0xFF:
            continue
        (length,) = struct.unpack_from(">H", content.ljust(place + 2, b"\0"), place)
        if length < 2 or place + length > len(content):
            raise UnreadableError("The image ends before it should.", code="truncated")
        payload, place = content[place + 2 : place + length], place + length
        start, place = place, _scan_end(content, place) if marker == SOS else place
        yield marker, payload, content[start:place]


def _huffman_fits(payload: bytes) -> bool:
    """Say whether a DHT segment holds whole tables and nothing else (T.81 B.2.4.2)."""
    place = 0
    while place + 17 <= len(payload):
        place += 17 + sum(payload[place + 1 : place + 17])
    return place == len(payload)


def _quantization_fits(payload: bytes) -> bool:
    """Say whether a DQT segment holds whole tables and nothing else (T.81 B.2.4.1)."""
    place = 0
    while place < len(payload):
        place += 129 if payload[place] >> 4 else 65
    return place == len(payload)


def _fits(marker: int, payload: bytes) -> bool:
    """Say whether a segment is exactly as long as what it must hold."""
    if marker in FRAMES or marker == LOSSLESS_LS:
        return len(payload) >= 6 and len(payload) == 6 + 3 * payload[5]
    if marker == SOS:
        return len(payload) >= 4 and len(payload) == 4 + 2 * payload[0]
    if marker in (DHT, DQT):
        return (_huffman_fits if marker == DHT else _quantization_fits)(payload)
    return len(payload) == 2 if marker in (DRI, DNL) else marker == DAC and len(payload) % 2 == 0


def orientation_of(payload: bytes) -> int:
    """Return the orientation (1 to 8) that an Exif block's first directory states, 1 where it states none."""
    block = payload.removeprefix(EXIF)
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 10:
        return 1
    (start,) = struct.unpack_from(order + "I", block, 4)
    if start + 2 > len(block):
        return 1
    (count,) = struct.unpack_from(order + "H", block, start)
    for place in range(start + 2, min(start + 2 + 12 * count, len(block) - 11), 12):
        tag, kind, values, value = struct.unpack_from(order + "HHIH", block, place)
        if (tag, kind, values) == (ORIENTATION, 3, 1) and 1 <= value <= 8:
            return int(value)
    return 1


def _canonical(marker: int, payload: bytes) -> bytes | None:
    """Return the segment that decoding needs of an application segment, or nothing (JFIF 1.02; T.872 6.5.3)."""
    if marker == APP0 and payload[:5] == b"JFIF\0" and len(payload) >= 12:
        return _segment(APP0, b"JFIF\0\x01\x02" + bytes([min(payload[7], 2)]) + payload[8:12] + b"\0\0")
    if marker == APP14 and payload[:5] == b"Adobe" and len(payload) >= 12:
        return _segment(APP14, b"Adobe\0\x64\0\0\0\0" + bytes([payload[11] if payload[11] < 3 else 0]))
    turned = orientation_of(payload) if marker == APP1 and payload.startswith(EXIF) else 1
    if turned == 1:
        return None
    entry = struct.pack("<HHIHH", ORIENTATION, 3, 1, turned, 0)
    return _segment(APP1, EXIF + b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4))


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload


def cleaned_jpeg(content: bytes, *, tables_only: bool = False) -> tuple[bytes, Counter[str]]:
    """Return the JPEG *content* rewritten, and how many segments were kept (K) and dropped (X).

    With *tables_only* it may be an abbreviated stream without an image, as TIFF keeps its tables.
    """
    parts, counts, placed, scans = [b"\xff\xd8"], Counter[str](), set[int](), 0
    for marker, payload, scan in _segments(content):
        if APP0 <= marker <= APP15 or marker == COM:
            kept = _canonical(marker, payload) if marker not in placed else None
            placed |= {marker} if kept else set()
        elif not _fits(marker, payload):
            raise bad_image()
        else:
            kept = _segment(marker, payload) + scan
            scans += marker == SOS
        counts["K" if kept else "X"] += 1
        parts.append(kept or b"")
    if not scans and not tables_only:
        raise UnreadableError("The image ends before it should.", code="truncated")
    return b"".join((*parts, b"\xff\xd9")), counts


def with_segments_of(original: bytes, coded: bytes) -> bytes:
    """Return the JPEG *coded* with the application segments of *original* that decoding and showing need."""
    parts = [b"\xff\xd8"]
    told = ((marker, payload) for marker, payload, _scan in _segments(original))
    parts += [_canonical(marker, payload) or b"" for marker, payload in told if APP0 <= marker <= APP15]
    for marker, payload, scan in _segments(coded):
        if not (APP0 <= marker <= APP15 or marker == COM):
            parts.append(_segment(marker, payload) + scan)
    return b"".join((*parts, b"\xff\xd9"))


def rewrite_jpeg(source: BinaryIO, target: HashingTarget) -> Counter[str]:
    """Write the JPEG *source* to *target* and return how many segments were kept (K) and dropped (X)."""
    content, counts = cleaned_jpeg(read_all(source, LARGEST_FILE))
    target.write(content)
    return counts
