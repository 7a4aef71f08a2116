"""What lies packed inside bytes: members of zip archives, gzip and zlib streams, base64, wherever they begin."""

import binascii
import re
import zlib
from collections.abc import Iterator

# Local file headers (APPNOTE 4.3.7): nothing of a directory is needed, which may be cut off.
_ZIP = re.compile(rb"PK\x03\x04.{22}(?P<name>..)(?P<more>..)", re.DOTALL)
_GZIP = re.compile(rb"\x1f\x8b\x08")
# The four headers that zlib writes at its usual window (RFC 1950 2.2).
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2,3})?")
_RAW = -15
MOST_BYTES, MOST_STREAMS, SHORTEST, PIECE = 8 << 20, 64, 8, 512


def unpacked(value: bytes) -> Iterator[bytes]:
    """Yield everything that unpacks from *value* and what that unpacks to, at most 64 streams of 8 MB each time."""
    for content in _streams(value):
        yield content
        yield from _streams(content)


def _streams(value: bytes) -> Iterator[bytes]:
    found = 0
    for start, window, name in _starts(value):
        if name:
            yield name
        content = _inflated(memoryview(value)[start:], window)
        if len(content) >= (1 if window == _RAW else SHORTEST):
            yield content
            found += 1
        if found == MOST_STREAMS:
            return


def _starts(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield where a stream may begin, its window and the name it has in an archive."""
    for found in _ZIP.finditer(value):
        name = found.end() + int.from_bytes(found["name"], "little")
        yield name + int.from_bytes(found["more"], "little"), _RAW, value[found.end() : name]
    for pattern, window in ((_GZIP, 31), (_ZLIB, 15)):
        yield from ((found.start(), window, b"") for found in pattern.finditer(value))


def _inflated(packed: memoryview, window: int) -> bytes:
    """Return as much as unpacks, also of a stream that is damaged or cut off."""
    engine, parts, size = zlib.decompressobj(wbits=window), list[bytes](), 0
    for place in range(0, len(packed), PIECE):
        try:
            parts.append(engine.decompress(packed[place : place + PIECE], MOST_BYTES - size))
        except zlib.error:
            break
        size += len(parts[-1])
        if engine.eof or size >= MOST_BYTES:
            break
    return b"".join(parts)


def decoded_base64(value: bytes) -> Iterator[bytes]:
    """Yield what each run of base64 in *value* says (RFC 4648), at most 8 MB."""
    for found in _BASE64.finditer(value[:MOST_BYTES]):
        run = found.group()
        yield binascii.a2b_base64(run + b"=" * (-len(run) % 4))
