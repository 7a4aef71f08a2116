"""PNG (ISO/IEC 15948): image data and colour chunks stay byte for byte, every other chunk goes."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnreadableError
from deid.engine.formats.bounded import read_exactly
from deid.engine.writing.stream import HashingTarget

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_IMAGE = 1 << 30
LARGEST_CHUNK = 1 << 28
BLOCK = 1 << 20
# Samples a pixel and the bit depths of each colour type (ISO/IEC 15948, 11.2.2).
COLOURS = {0: (1, (1, 2, 4, 8, 16)), 2: (3, (8, 16)), 3: (1, (1, 2, 4, 8)), 4: (2, (8, 16)), 6: (4, (8, 16))}
# Ancillary chunks without any text, and how many bytes each may have; chunks of a profile or a name are not here.
ANCILLARY = {
    b"tRNS": 256, b"cHRM": 32, b"gAMA": 4, b"sBIT": 4, b"sRGB": 1, b"bKGD": 6, b"pHYs": 9, b"cICP": 4,
}  # fmt: skip
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


@dataclass(frozen=True, slots=True)
class _Header:
    """The image header (IHDR)."""

    width: int
    height: int
    bits: int
    interlaced: bool

    def data_size(self) -> int:
        """Return how many bytes the unpacked image data has: each row with its filter byte."""
        if not self.interlaced:
            return self.height * (1 + (self.width * self.bits + 7) // 8)
        total = 0
        for x, y, across, down in ADAM7:
            columns, rows = -(-(self.width - x) // across), -(-(self.height - y) // down)
            if columns > 0 and rows > 0:
                total += rows * (1 + (columns * self.bits + 7) // 8)
        return total


def bad_image(reason: str = "The image is damaged.") -> UnreadableError:
    """Return the refusal of an image that cannot be what it says."""
    return UnreadableError(reason, code="bad_image")


def chunks(source: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of each chunk up to IEND, each with the right check sum."""
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", read_exactly(source, 8))
        if length > LARGEST_CHUNK:
            raise TooLargeError("A part of the image is larger than can be handled.", code="image_too_large")
        content = read_exactly(source, length)
        if struct.unpack(">I", read_exactly(source, 4))[0] != zlib.crc32(kind + content):
            raise bad_image()
        yield kind, content


def colour_bits(header: bytes) -> int:
    """Return how many bits each of several colours has by an IHDR chunk; no more than 8 for grey and palettes."""
    depth, colour = header[8], header[9]
    return depth if COLOURS[colour][0] > 1 else min(depth, 8)


def _header(content: bytes) -> _Header:
    if len(content) != 13:
        raise bad_image()
    width, height, depth, colour, packing, filters, interlace = struct.unpack(">IIBBBBB", content)
    samples, depths = COLOURS.get(colour, (0, ()))
    if not (0 < width < 1 << 31 and 0 < height < 1 << 31) or depth not in depths or packing or filters:
        raise bad_image()
    header = _Header(width, height, samples * depth, interlace == 1)
    if interlace > 1 or header.data_size() > LARGEST_IMAGE:
        raise TooLargeError("The image claims to be larger than can be handled.", code="image_too_large")
    return header


class _ImageData:
    """Checks that the image data unpacks to exactly the image, so that nothing hides behind it."""

    def __init__(self, header: _Header) -> None:
        self._left, self._engine = header.data_size(), zlib.decompressobj()

    def take(self, content: bytes) -> None:
        """Look at one IDAT chunk."""
        waiting = content
        while waiting and not self._engine.eof:
            try:
                self._left -= len(self._engine.decompress(waiting, BLOCK))
            except zlib.error as error:
                raise bad_image() from error
            waiting = self._engine.unconsumed_tail
            self._require(self._left >= 0)
        self._require(not waiting and not self._engine.unused_data)

    def finish(self) -> None:
        """Refuse image data that ends early."""
        if self._left or not self._engine.eof:
            raise UnreadableError("The image ends before it should.", code="truncated")

    @staticmethod
    def _require(nothing_more: bool) -> None:
        if not nothing_more:
            raise UnreadableError("Something follows behind the pixels of the image.", code="left_over_bytes")


def _palette_fits(kind: bytes, content: bytes) -> bool:
    return kind == b"PLTE" and len(content) <= 768 and len(content) % 3 == 0


def rewrite_png(source: BinaryIO, target: HashingTarget) -> Counter[str]:
    """Write the PNG *source* to *target* and return how many chunks were kept (K) and dropped (X)."""
    if source.read(8) != SIGNATURE:
        raise bad_image("This is not a PNG image.")
    target.write(SIGNATURE)
    counts: Counter[str] = Counter()
    data: _ImageData | None = None
    seen: set[bytes] = set()
    for kind, content in chunks(source):
        if data is None:
            if kind != b"IHDR":
                raise bad_image()
            data = _ImageData(_header(content))
        elif kind == b"IDAT":
            data.take(content)
        elif kind == b"IEND":
            content = b""  # noqa: PLW2901 - whatever it held is no part of an image
        elif kind in seen or not (_palette_fits(kind, content) or len(content) <= ANCILLARY.get(kind, -1)):
            counts["X"] += 1
            continue
        seen.add(kind)
        target.write(struct.pack(">I", len(content)) + kind + content)
        target.write(struct.pack(">I", zlib.crc32(kind + content)))
        counts["K"] += 1
    if data is None:
        raise bad_image()
    data.finish()
    if source.read(1):
        counts["X"] += 1
    return counts
