"""PBM, PGM and PPM (netpbm formats P1 to P6): comments and whatever follows the raster go, the raster stays."""

import re
from collections import Counter
from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnreadableError
from deid.engine.formats.bounded import size_of
from deid.engine.formats.images.png import BLOCK, LARGEST_IMAGE, bad_image
from deid.engine.writing.stream import HashingTarget

LARGEST_HEADER = 1 << 16
_HEADER = re.compile(rb"P([1-6])")
_TOKEN = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])*(\d{1,9})(?=\s|#)")
_COMMENT = re.compile(rb"#[^\r\n]*")
PLAIN, BITMAPS = (1, 2, 3), (1, 4)


def _numbers(head: bytes, count: int) -> tuple[list[int], int]:
    """Return the header's *count* numbers and where the raster begins: one white space behind the last."""
    numbers, place = [], 2
    for _ in range(count):
        found = _TOKEN.match(head, place)
        if not found:
            raise bad_image()
        numbers.append(int(found[1]))
        place = found.end()
    # A comment may stand between the last number and the white space that ends the header.
    comment = re.compile(rb"[ \t]*#[^\r\n]*").match(head, place)
    return numbers, (comment.end() if comment else place) + 1


def _tokens(body: bytes, bitmap: bool) -> list[bytes]:
    """Return the samples of a plain raster as written; bits need no space between them."""
    tokens = _COMMENT.sub(b"", body).split()
    return [bytes((bit,)) for bit in b"".join(tokens)] if bitmap else tokens


def rewrite_netpbm(source: BinaryIO, target: HashingTarget) -> Counter[str]:
    """Write the image *source* to *target*; counts say whether there were comments (X)."""
    head, size = source.read(LARGEST_HEADER), size_of(source)
    found = _HEADER.match(head)
    if not found:
        raise bad_image("This is not a PGM, PPM or PBM image.")
    kind = int(found[1])
    (width, height, *rest), start = _numbers(head, 2 if kind in BITMAPS else 3)
    most = rest[0] if rest else 1
    if not width or not height or not 0 < most < 65536:
        raise bad_image()
    samples = width * height * (3 if kind in (3, 6) else 1)
    bytes_needed = height * ((width + 7) // 8) if kind == 4 else samples * (2 if most > 255 else 1)
    if bytes_needed > LARGEST_IMAGE:
        raise TooLargeError("The image claims to be larger than can be handled.", code="image_too_large")
    target.write(b"P%d\n%d %d\n" % (kind, width, height) + (b"%d\n" % most if rest else b""))
    source.seek(start)
    if kind in PLAIN:
        _write_plain(target, _tokens(source.read(min(size - start, LARGEST_IMAGE)), kind == 1), samples, most)
    else:
        _copy(source, target, bytes_needed)
    dropped = head[:start].count(b"#") + (source.tell() < size)
    return Counter({"K": 1, "X": dropped})


def _write_plain(target: HashingTarget, tokens: list[bytes], samples: int, most: int) -> None:
    """Write a raster of decimal numbers anew, refusing what is no number or not as many as it should be."""
    if len(tokens) != samples:
        raise UnreadableError("The image ends before it should, or goes on behind it.", code="truncated")
    if any(len(token) > 5 or not token.isdigit() or int(token) > most for token in tokens):
        raise bad_image()
    for start in range(0, samples, 12):
        target.write(b" ".join(tokens[start : start + 12]) + b"\n")


def _copy(source: BinaryIO, target: HashingTarget, left: int) -> None:
    while left:
        block = source.read(min(BLOCK, left))
        if not block:
            raise UnreadableError("The image ends before it should.", code="truncated")
        target.write(block)
        left -= len(block)
