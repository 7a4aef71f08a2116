"""The files in a file, layer by layer: members of zip and tar, and what gzip, bzip2, xz, base64 and hex digits pack."""

from __future__ import annotations

import binascii
import bz2
import gzip
import lzma
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import IO

CHUNK = 1 << 20
MOST_LAYERS, MOST_MEMBERS, MOST_BYTES, MOST_SECONDS = 4, 50_000, 1 << 30, 60
# Up to here a file is unpacked in memory, above on disk; an index of a zip archive is read whole, so far.
IN_MEMORY, LONGEST_INDEX, XZ_MEMORY = 32 << 20, 64 << 20, 256 << 20
UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, NotImplementedError, KeyError)
BROKEN = (*UNREADABLE, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError)
HEX = re.compile(rb"[0-9A-Fa-f\s]{24,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/\s]{24,}[=\s]*")

Member = tuple[str, Iterator[bytes]]


class SpentError(Exception):
    """No more may be unpacked of this file."""


@dataclass
class Allowance:
    """How much may still be unpacked; `left_out` tells that something was not, or could not be."""

    bytes: int = field(default_factory=lambda: MOST_BYTES)
    members: int = field(default_factory=lambda: MOST_MEMBERS)
    until: float = field(default_factory=lambda: monotonic() + MOST_SECONDS)
    left_out: bool = False

    def spend(self, *, size: int = 0, members: int = 0) -> None:
        """Count what was unpacked; raise `SpentError` where that was too much."""
        self.bytes -= size
        self.members -= members
        if self.bytes < 0 or self.members < 0 or monotonic() > self.until:
            raise SpentError


def files_in(content: IO[bytes], allowance: Allowance) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield *content* and each file packed in it, with its name there; read each before you ask for the next."""
    try:
        yield from _layer("", content, allowance, MOST_LAYERS)
    except SpentError:
        allowance.left_out = True


def _layer(
    name: str, content: IO[bytes], allowance: Allowance, layers: int
) -> Iterator[tuple[str, IO[bytes]]]:
    content.seek(0)
    yield name, content
    members = _members(content)
    try:
        for inner_name, parts in members:
            if layers == 0:
                allowance.left_out = True
                return
            allowance.spend(members=1)
            with SpooledTemporaryFile(IN_MEMORY) as inner:
                _unpack(parts, inner, allowance)
                yield from _layer(inner_name, inner, allowance, layers - 1)
    except BROKEN:
        allowance.left_out = True


def _unpack(parts: Iterator[bytes], target: IO[bytes], allowance: Allowance) -> None:
    """Write what can be unpacked; of a broken or locked file, that is its beginning or nothing."""
    try:
        for part in parts:
            target.write(part)
            allowance.spend(size=len(part))
    except (*BROKEN, SpentError):
        allowance.left_out = True


def _members(content: IO[bytes]) -> Iterator[Member]:
    """Return the members of an archive or the one file in a packed one, nothing where nothing is packed."""
    content.seek(0)
    start = content.read(4096)
    content.seek(0)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(content)
    if start.startswith(b"\x1f\x8b"):
        return iter([("", _read(gzip.GzipFile(fileobj=content, mode="rb")))])
    if start.startswith(b"BZh"):
        return iter([("", _read(bz2.BZ2File(content)))])
    if start.startswith(b"\xfd7zXZ\x00"):
        return iter([("", _xz(content))])
    if start[257:262] == b"ustar":
        return _tar(content)
    if HEX.fullmatch(start):
        return iter([("", _hex(content))])
    if BASE64.fullmatch(start):
        return iter([("", _base64(content))])
    return iter(())


def _read(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while part := file.read(CHUNK):
        yield part


def _zip(content: IO[bytes]) -> Iterator[Member]:
    content.seek(0, 2)
    content.seek(max(0, content.tell() - (1 << 16) - 22))
    _, ends, end = content.read().rpartition(b"PK\x05\x06")
    if ends and len(end) >= 12 and struct.unpack_from("<L", end, 8)[0] > LONGEST_INDEX:
        raise ValueError("an index of this length is not read")
    with zipfile.ZipFile(content) as archive:
        for member in archive.infolist():
            yield member.filename, _zipped(archive, member)


def _zipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as file:
        yield from _read(file)


def _tar(content: IO[bytes]) -> Iterator[Member]:
    with tarfile.open(fileobj=content, mode="r:") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            yield member.name, _read(file) if file else iter(())


def _xz(content: IO[bytes]) -> Iterator[bytes]:
    unpack, packed = lzma.LZMADecompressor(memlimit=XZ_MEMORY), b""
    while not unpack.eof:
        packed = content.read(CHUNK) if unpack.needs_input else b""
        if unpack.needs_input and not packed:
            raise EOFError
        yield unpack.decompress(packed, CHUNK)


def _hex(content: IO[bytes]) -> Iterator[bytes]:
    return _decoded(content, 2, binascii.unhexlify)


def _base64(content: IO[bytes]) -> Iterator[bytes]:
    return _decoded(content, 4, binascii.a2b_base64)


def _decoded(content: IO[bytes], step: int, decode: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """Yield what the letters say, as far as they say anything: plain words may look like base64 too."""
    rest = b""
    while part := content.read(CHUNK):
        rest += b"".join(part.split())
        whole = len(rest) - len(rest) % step
        try:
            yield decode(rest[:whole])
        except ValueError:
            return
        rest = rest[whole:]
