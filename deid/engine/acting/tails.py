"""Bytes behind the last frame of native pixel data, where no viewer looks and text may hide (PS3.5 8.1.1)."""

from collections.abc import Mapping

from deid.engine.acting.checks import LARGEST_LOOKED_INTO, PIXEL_DATA, hides_text
from deid.engine.acting.context import Context
from deid.engine.errors import UnreadableError
from deid.engine.reading.elements import Element
from deid.engine.reading.encoding import NATIVE

ROWS, COLUMNS, SAMPLES, BITS, FRAMES, PHOTOMETRIC = (
    0x00280010,
    0x00280011,
    0x00280002,
    0x00280100,
    0x00280008,
    0x00280004,
)

# An even length may take one byte.
FEWEST_BYTES = 2


def _number(context: Context, by_tag: Mapping[int, Element], tag: int, default: int = 0) -> int:
    """Return a US of the file."""
    element = by_tag.get(tag)
    raw = context.raw(element) if element else b""
    if len(raw) != 2:
        return default
    return int.from_bytes(raw, "big" if context.encoding.big else "little")


def image_frames(context: Context, by_tag: Mapping[int, Element]) -> int:
    """Return how many frames the header says, 0 where it says nothing that is a number."""
    frames = context.raw(by_tag[FRAMES]).strip(b" \0") if FRAMES in by_tag else b"1"
    return int(frames) if frames.isdigit() else 0


def decoded_plane(context: Context, by_tag: Mapping[int, Element]) -> int:
    """Return how many pixels a frame has, which is the size of one of its byte planes."""
    return _number(context, by_tag, ROWS) * _number(context, by_tag, COLUMNS)


def image_bytes(context: Context, by_tag: Mapping[int, Element]) -> int:
    """Return how many bytes the image of a file takes as its header says, 0 where it does not say."""
    bits = (
        decoded_plane(context, by_tag) * _number(context, by_tag, SAMPLES, 1) * _number(context, by_tag, BITS)
    )
    whole = (bits * image_frames(context, by_tag) + 7) // 8
    subsampled = PHOTOMETRIC in by_tag and context.raw(by_tag[PHOTOMETRIC]).startswith(b"YBR_FULL_422")
    return whole * 2 // 3 if subsampled else whole


def hidden_tail(context: Context, by_tag: Mapping[int, Element]) -> int:
    """Return the place in native pixel data behind which text hides, 0 where all is well.

    Raises `UnreadableError` for text in place of an image: it is shorter than the header says, or of no size at all.
    """
    pixels = by_tag.get(PIXEL_DATA)
    if pixels is None or pixels.undefined or context.source.transfer_syntax not in NATIVE:
        return 0
    needed = image_bytes(context, by_tag)
    short = not needed or pixels.length < needed
    first = 0 if short else needed
    if pixels.length - first < FEWEST_BYTES:
        return 0
    start, end = pixels.start + first, pixels.start + pixels.length
    hidden = hides_text(context, context.source.buffer[start : min(end, start + LARGEST_LOOKED_INTO)])
    if hidden and short:
        raise UnreadableError("The pixel data is shorter than the image it should hold.", code="pixels_short")
    return first if hidden else 0
