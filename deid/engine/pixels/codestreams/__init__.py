"""What lies beside the image in a compressed frame, found without decoding it: comments, application data, trailing bytes.

A stretch is (start, end) in the frame. Blanking one with zeros changes no length, so that whoever decodes sees the same
image. A stream that is not understood raises `ValueError`.
"""

from collections.abc import Iterator

from deid.engine.pixels.codestreams.jpeg import beside_jpeg
from deid.engine.pixels.codestreams.jpeg2000 import beside_jpeg2000
from deid.engine.pixels.codestreams.rle import beside_rle

JPEG_MARK, CODESTREAM_MARK, BOX_MARK = b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  "
RLE = "1.2.840.10008.1.2.5"


def beside_image(frame: bytes, transfer_syntax: str, plane_bytes: int) -> Iterator[tuple[int, int]]:
    """Yield each stretch of a compressed frame that no decoder needs; *plane_bytes* is the size of one decoded byte plane."""
    if transfer_syntax == RLE:
        return beside_rle(frame, plane_bytes)
    if frame.startswith(JPEG_MARK):
        return beside_jpeg(frame)
    if frame.startswith((CODESTREAM_MARK, BOX_MARK)):
        return beside_jpeg2000(frame)
    raise ValueError("no compressed image is known to begin so")
