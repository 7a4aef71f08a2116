"""What lies beside the image in a compressed frame, found without decoding it: comments, application data, trailing bytes.

A stretch is (start, end) in the frame. Blanking one with zeros changes no length, so that whoever decodes sees the same
image. A stream that is not understood raises `ValueError`.
"""

import re
from collections.abc import Iterator

from deid.engine.pixels.codestreams.jpeg import beside_jpeg
from deid.engine.pixels.codestreams.jpeg2000 import beside_jpeg2000
from deid.engine.pixels.codestreams.rle import beside_rle

JPEG_MARK, CODESTREAM_MARK, BOX_MARK = b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  "
RLE = "1.2.840.10008.1.2.5"
# Where the size of a sample stands in a code stream: the first component of SIZ (T.800 A.5.1), or the frame header of a JPEG.
SAMPLE_SIZE_2000 = 42
_FRAME_HEADER = re.compile(rb"\xff(?:[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]|\xf7)..(.)", re.DOTALL)


def beside_image(frame: bytes, transfer_syntax: str, plane_bytes: int) -> Iterator[tuple[int, int]]:
    """Yield each stretch of a compressed frame that no decoder needs; *plane_bytes* is the size of one decoded byte plane."""
    if transfer_syntax == RLE:
        return beside_rle(frame, plane_bytes)
    if frame.startswith(JPEG_MARK):
        return beside_jpeg(frame)
    if frame.startswith((CODESTREAM_MARK, BOX_MARK)):
        return beside_jpeg2000(frame)
    raise ValueError("no compressed image is known to begin so")


def coded_bits(frame: bytes, allocated: int) -> int:
    """Return with how many bits a sample is coded; *allocated* where the frame does not say."""
    start = frame.find(CODESTREAM_MARK, 0, 256)
    if start >= 0 and len(frame) > start + SAMPLE_SIZE_2000:
        return (frame[start + SAMPLE_SIZE_2000] & 0x7F) + 1
    found = _FRAME_HEADER.search(frame) if frame.startswith(JPEG_MARK) else None
    return found[1][0] if found else allocated
