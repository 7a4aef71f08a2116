"""Read untrusted files no further than their kind may reach."""

from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnreadableError

BLOCK = 1 << 20


def read_all(source: BinaryIO, most: int) -> bytes:
    """Return the whole of a *source* that has at most *most* bytes; raises `TooLargeError`."""
    blocks, left = [], most + 1
    while left and (
        block := source.read(min(left, BLOCK))
    ):  # one large read would take its memory beforehand
        blocks.append(block)
        left -= len(block)
    if not left:
        raise TooLargeError("The file is larger than a file of its kind may be.", code="too_large")
    return b"".join(blocks)


def read_exactly(source: BinaryIO, size: int) -> bytes:
    """Return *size* bytes; raises `UnreadableError` where the file ends before."""
    content = source.read(size)
    if len(content) != size:
        raise UnreadableError("The file ends before it should.", code="truncated")
    return content


def size_of(source: BinaryIO) -> int:
    """Return how long a seekable *source* is, leaving it where it was."""
    here = source.tell()
    size = source.seek(0, 2)
    source.seek(here)
    return size
