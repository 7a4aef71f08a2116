"""What lies packed inside bytes: members of zip archives, gzip and zlib streams, wherever they begin."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

_GZIP = re.compile(rb"\x1f\x8b\x08")
# The four headers that zlib writes at its usual window (RFC 1950 2.2).
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_ZIP = b"PK\x03\x04"
MOST_BYTES, MOST_STREAMS, SHORTEST = 8 << 20, 64, 8


def unpacked(value: bytes) -> Iterator[bytes]:
    """Yield everything that unpacks from *value*, at most 64 streams of 8 MB each; nothing is unpacked twice over."""
    if _ZIP in value:
        yield from _members(value[value.index(_ZIP) :])
    starts = [(found.start(), 31) for found in _GZIP.finditer(value)]
    starts += [(found.start(), 15) for found in _ZLIB.finditer(value)]
    for start, wbits in starts[:MOST_STREAMS]:
        content = _inflated(value[start:], wbits)
        if len(content) >= SHORTEST:
            yield content


def _inflated(packed: bytes, wbits: int) -> bytes:
    """Return as much as unpacks, nothing where it is no stream."""
    try:
        return zlib.decompressobj(wbits=wbits).decompress(packed, MOST_BYTES)
    except zlib.error:
        return b""


def _members(packed: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            for member in archive.infolist()[:MOST_STREAMS]:
                yield member.filename.encode()
                with archive.open(member) as file:
                    yield file.read(MOST_BYTES)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        return
