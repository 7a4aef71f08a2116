"""The coded pixels of raster images, found by the second reader's own walk: what must be the same before and after.

PNG (ISO/IEC 15948), JPEG (ITU-T T.81) and netpbm here, TIFF in a module of its own. Without a mask nothing of an image is
coded anew, so that the parts that code pixels are compared as bytes, whether or not a decoder here reads them.
"""

import mmap
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from deid.engine.verification.jpegs import JPEG, jpeg_hits, jpeg_parts
from deid.engine.verification.search import Hit
from deid.engine.verification.tiffs import TIFFS, same_tiff, tiff_hits

PNG = b"\x89PNG\r\n\x1a\n"
# Chunks by which a PNG's data become an image.
_PNG_PARTS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
# Chunks of ISO/IEC 15948 and of its colour extensions that hold no text, and how long each may be.
_PNG_CHUNKS = {b"IHDR": 13, b"PLTE": 768, b"IDAT": 1 << 31, b"IEND": 0, b"tRNS": 256, b"cHRM": 32, b"gAMA": 4, b"sBIT": 4,
               b"sRGB": 1, b"bKGD": 6, b"pHYs": 9, b"cICP": 4}  # fmt: skip
_BLOCK = 1 << 20
_NUMBER = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])*(\d+)")
_REMARK = re.compile(rb"#[^\r\n]*")
_LAST_REMARK = re.compile(rb"[ \t]*#[^\r\n]*")
NETPBM = re.compile(rb"P[1-6]")
Content = bytes | mmap.mmap


def same_coded(before: Path | str, after: Path | str) -> bool:
    """Say whether two files of one format code the same pixels; those of no format known here are compared whole."""
    with Path(before).open("rb") as old, Path(after).open("rb") as new:
        try:
            pair = [mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) for file in (old, new)]
            return same_tiff(*pair) if pair[1][:4] in TIFFS else _same(*pair)
        except (ValueError, struct.error, zlib.error):
            # An empty file cannot be mapped, and one that is damaged not walked.
            return False


def raster_hits(path: Path | str) -> list[Hit]:
    """Return parts of a released raster image that do not belong: what can hold words beside the pixels."""
    with Path(path).open("rb") as file:
        try:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return _hits_of(content[:8])(content)
        except (ValueError, struct.error, zlib.error):
            return [Hit("image", "unreadable")]


def _hits_of(start: bytes) -> Callable[[Content], list[Hit]]:
    if start.startswith(TIFFS):
        return tiff_hits
    if start.startswith(JPEG):
        return jpeg_hits
    return png_hits if start == PNG else netpbm_hits


def _same(before: Content, after: Content) -> bool:
    start = after[:8]
    if start == PNG:
        return _png(before) == _png(after)
    if start.startswith(JPEG):
        return jpeg_parts(before) == (jpeg_parts(after) or None)
    if NETPBM.match(start):
        return _same_netpbm(before, after)
    return before[:] == after[:]


def png_chunks(content: Content) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and body of each chunk, and one of no kind where the file does not end with the last."""
    place = len(PNG)
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        yield kind, content[place + 8 : place + 8 + length]
        place += 12 + length
    if place != len(content):
        yield b"????", b""


def png_hits(content: Content) -> list[Hit]:
    """Return what a released PNG has room for words in: chunks that do not belong, are longer than they may be, stand there
    twice or behind the end, and bytes behind the image data."""
    hits, seen, image = list[Hit](), set[bytes](), zlib.decompressobj()
    for kind, body in png_chunks(content):
        again = kind in seen and kind != b"IDAT"
        if again or b"IEND" in seen or len(body) > _PNG_CHUNKS.get(kind, -1):
            hits.append(Hit("chunk", "metadata"))
        elif kind == b"IDAT" and _follows(image, body):
            hits.append(Hit("image data", "metadata"))
        seen.add(kind)
    return hits


def _follows(engine: "zlib._Decompress", packed: bytes) -> bool:
    """Say whether something follows behind the end of what is packed; of damaged data nobody can say it."""
    try:
        while packed and not engine.eof:
            engine.decompress(packed, _BLOCK)
            packed = engine.unconsumed_tail
    except zlib.error:
        return False
    return bool(packed or engine.unused_data)


def _png(content: Content) -> dict[bytes, int]:
    """Return a check sum over all chunks of each kind by which data become an image."""
    sums = dict.fromkeys(_PNG_PARTS, 0)
    for kind, body in png_chunks(content):
        if kind in sums:
            sums[kind] = zlib.crc32(body, sums[kind])
    return sums


def _same_netpbm(before: Content, after: Content) -> bool:
    (head, start), (other, begin) = _netpbm_head(before), _netpbm_head(after)
    if head != other or not head:
        return False
    kind, width, height = head[:3]
    samples = width * height * (3 if kind in (3, 6) else 1)
    if kind in (1, 2, 3):
        old, new = (_REMARK.sub(b"", one).split() for one in (before[start:], after[begin:]))
        # The digits of a bitmap need nothing between them.
        old, new = ([b"".join(old)], [b"".join(new)]) if kind == 1 else (old, new)
        return old == new and (kind == 1 or len(new) == samples)
    size = -(-width // 8) * height if kind == 4 else samples * (1 if head[3] < 256 else 2)
    return after[begin:] == before[start : start + size] and len(after) - begin == size


def netpbm_hits(content: Content) -> list[Hit]:
    """Return whether a released netpbm image has a comment: anywhere where it is written in digits, else in its head."""
    told = content[:] if content[1:2] in b"123" else content[: _netpbm_head(content)[1]]
    return [Hit("remark", "metadata")] if b"#" in told else []


def _netpbm_head(content: Content) -> tuple[list[int], int]:
    """Return kind, width, height and greatest value, and where the raster begins."""
    kind, place = int(content[1:2]), 2
    numbers = [kind]
    for _ in range(2 if kind in (1, 4) else 3):
        found = _NUMBER.match(content, place)
        if not found:
            return [], 0
        numbers.append(int(found[1]))
        place = found.end()
    remark = _LAST_REMARK.match(content, place)
    return numbers, (remark.end() if remark else place) + 1
