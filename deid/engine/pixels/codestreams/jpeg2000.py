"""JPEG 2000 and High-Throughput JPEG 2000 (ITU-T T.800 Annexes A and I): comments, boxes of words, what follows the end."""

from collections.abc import Iterator

SOC, SOT, SOD, EOC, COM = 0xFF4F, 0xFF90, 0xFF93, 0xFFD9, 0xFF64
BOXES_OF_IMAGE = frozenset({b"jP  ", b"ftyp", b"jp2h"})
CODESTREAM, TO_THE_END = b"jp2c", 0


def beside_jpeg2000(frame: bytes) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a JPEG 2000 frame, in boxes or without, that no decoder needs."""
    if not frame.startswith(b"\0\0\0\x0cjP  "):
        yield from _beside_tiles(frame, 0, len(frame))
        return
    place, complete = 0, False
    while place + 8 <= len(frame):
        size, kind, start = (
            int.from_bytes(frame[place : place + 4], "big"),
            frame[place + 4 : place + 8],
            place + 8,
        )
        if size == 1:
            size, start = int.from_bytes(frame[start : start + 8], "big"), start + 8
        end = len(frame) if size == TO_THE_END else place + size
        if end < start or end > len(frame):
            if complete:  # the image was there: what follows is no box
                break
            raise ValueError("a box is longer than the frame")
        if kind == CODESTREAM:
            complete = True
            yield from _beside_tiles(frame, start, end)
        elif kind not in BOXES_OF_IMAGE:
            yield start, end
        place = end
    yield place, len(frame)


def _number(frame: bytes, place: int, size: int = 2) -> int:
    return int.from_bytes(frame[place : place + size], "big")


def _beside_tiles(frame: bytes, place: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the comments of a code stream from *place* to *end*, and what stands behind its end."""
    tile_end = 0
    while place + 2 <= end:
        marker, length = _number(frame, place), _number(frame, place + 2)
        if marker == EOC:
            yield place + 2, end
            return
        if marker == SOC:
            place += 2
            continue
        if marker == SOD:
            place = tile_end
            continue
        if marker < 0xFF00 or length < 2 or place + 2 + length > end:
            raise ValueError("no marker stands where one must")
        if marker == SOT:
            size = _number(frame, place + 6, 4)
            tile_end = place + size if size else _last_end(frame, end)
            if not place < tile_end <= end:
                raise ValueError("a tile is longer than the frame")
        if marker == COM:
            yield place + 6, place + 2 + length
        place += 2 + length


def _last_end(frame: bytes, end: int) -> int:
    """Return where a tile of unsaid size ends: at the end of the code stream."""
    place = frame.rfind(b"\xff\xd9", 0, end)
    return place if place >= 0 else end
