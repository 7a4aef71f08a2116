"""The image data of a TIFF page: copied as it is, cut to what the image needs, JPEG streams written anew."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from deid.engine.errors import UnreadableError
from deid.engine.formats.images.directories import TiffReader
from deid.engine.formats.images.jpeg import cleaned_jpeg
from deid.engine.formats.images.png import BLOCK, bad_image

NONE, JPEG = 1, 7
DEFLATE = (8, 32946)
LARGEST_JPEG = 1 << 28


@dataclass(frozen=True, slots=True)
class Strip:
    """Where a strip or tile lies, how it is packed, and how large it is unpacked (-1 where that depends)."""

    offset: int
    count: int
    compression: int
    unpacked: int


def _blocks(reader: TiffReader, offset: int, count: int) -> Iterator[bytes]:
    for start in range(offset, offset + count, BLOCK):
        yield reader.bytes_at(start, min(BLOCK, offset + count - start))


def _deflated_size(reader: TiffReader, strip: Strip) -> int:
    """Return where the zlib stream of a strip ends; what follows is no pixel."""
    engine, given, taken = zlib.decompressobj(), 0, 0
    for block in _blocks(reader, strip.offset, strip.count):
        waiting = block
        while waiting and not engine.eof:
            try:
                given += len(engine.decompress(waiting, BLOCK))
            except zlib.error as error:
                raise bad_image() from error
            waiting = engine.unconsumed_tail
            if 0 <= strip.unpacked < given:
                raise UnreadableError(
                    "Something follows behind the pixels of the image.", code="left_over_bytes"
                )
        taken += len(block)
        if engine.eof:
            return taken - len(engine.unused_data)
    raise UnreadableError("The image ends before it should.", code="truncated")


def written_size(reader: TiffReader, strip: Strip) -> int:
    """Return how many bytes of a strip are written."""
    if strip.compression == JPEG:
        return len(_jpeg(reader, strip))
    if strip.compression in DEFLATE:
        return _deflated_size(reader, strip)
    if strip.compression == NONE and strip.unpacked >= 0:
        if strip.count < strip.unpacked:
            raise UnreadableError("The image ends before it should.", code="truncated")
        return strip.unpacked
    return strip.count


def _jpeg(reader: TiffReader, strip: Strip) -> bytes:
    if strip.count > LARGEST_JPEG:
        raise bad_image()
    return cleaned_jpeg(reader.bytes_at(strip.offset, strip.count))[0]


def strip_written(reader: TiffReader, strip: Strip) -> Iterator[bytes]:
    """Yield what is written of a strip, in blocks."""
    if strip.compression == JPEG:
        yield _jpeg(reader, strip)
    else:
        yield from _blocks(reader, strip.offset, written_size(reader, strip))
