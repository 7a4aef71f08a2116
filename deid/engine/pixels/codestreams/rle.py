"""RLE (PS3.5 Annex G): offsets of segments that are not there, and bytes behind the last run of a segment."""

from collections.abc import Iterator

HEADER, MOST_SEGMENTS = 64, 15


def beside_rle(frame: bytes, plane_bytes: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of an RLE frame that no decoder needs; each segment decodes to *plane_bytes*."""
    count = int.from_bytes(frame[:4], "little")
    if len(frame) < HEADER or not 1 <= count <= MOST_SEGMENTS:
        raise ValueError("the header of the frame is damaged")
    yield 4 + 4 * count, HEADER
    starts = [int.from_bytes(frame[4 + 4 * n : 8 + 4 * n], "little") for n in range(count)]
    ends = [*starts[1:], len(frame)]
    if starts[0] < HEADER or starts != sorted(starts) or starts[-1] > len(frame):
        raise ValueError("the segments of the frame are damaged")
    yield HEADER, starts[0]
    for start, end in zip(starts, ends, strict=True):
        yield _last_run(frame, start, end, plane_bytes), end


def _last_run(frame: bytes, place: int, end: int, wanted: int) -> int:
    """Return where the runs from *place* have decoded to as many bytes as are wanted (PS3.5 G.3.2)."""
    while wanted > 0 and place < end:
        length = frame[place]
        if length < 128:
            wanted -= length + 1
            place += length + 2
        elif length > 128:
            wanted -= 257 - length
            place += 2
        else:
            place += 1
    return min(place, end)
