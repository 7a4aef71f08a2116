"""Take out of pixel data what hides beside its image: unused bits, bytes behind the end, words in compressed frames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from deid.engine.pixels.codestreams import coded_bits
from deid.engine.pixels.describing import HIGH_BIT, PIXEL_DATA, Values, layout_of
from deid.engine.pixels.fragments import items_of
from deid.engine.pixels.hidden_bits import UnusedBits, cleared_blocks, cleared_frames, unused_bits
from deid.engine.pixels.patches import Layout
from deid.engine.pixels.reencoding import ENCODERS, compressed_frames, parts_of
from deid.engine.reading.elements import DataSet, Element
from deid.engine.reading.encoding import NATIVE
from deid.engine.writing.elements import Writer
from deid.engine.writing.stream import Copied, Parts

PADDING = 0x00280120
# Larger images are not decoded, so that memory stays flat; the frame header of a JPEG stands within its beginning.
LARGEST_RECODED, BEGINNING = 1 << 28, 4096
OFFSET_TABLES = (0x7FE00001, 0x7FE00002)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What hides beside the image: in native pixel data in bits it does not use and behind *tail* (0: nowhere), in compressed
    data in *segments* of the buffer (start, end)."""

    bits: bool = False
    tail: int = 0
    segments: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Unhidden:
    """Pixel data without what hid in it (`None`: nothing did), how many samples had unused bits set, and which elements no
    longer hold."""

    piece: Parts | None = None
    samples: int = 0
    removed: tuple[int, ...] = ()


def cleared_pixels(data: DataSet, by_tag: Mapping[int, Element], writer: Writer, hidden: Hidden) -> Unhidden:
    """Return pixel data without what hides in it."""
    pixels = by_tag.get(PIXEL_DATA)
    if pixels is None:
        return Unhidden()
    if data.transfer_syntax in NATIVE:
        changes, count = native_changes(data, by_tag, hidden)
        return Unhidden(patched(writer, pixels, changes) if changes else None, count)
    layout = layout_of(data, by_tag)
    frames, count = frames_without_hidden_bits(data, by_tag, layout, hidden)
    if count:
        return Unhidden(parts_of(writer.undefined_head(PIXEL_DATA, "OB"), frames), count, OFFSET_TABLES)
    blank = [(first - pixels.start, bytes(last - first)) for first, last in hidden.segments]
    return Unhidden(patched(writer, pixels, blank) if blank else None)


def frames_without_hidden_bits(
    data: DataSet, by_tag: Mapping[int, Element], layout: Layout, hidden: Hidden
) -> tuple[list[bytes], int]:
    """Return the compressed frames of *data* without what hides in them, and how many samples had hidden bits; no frames
    where nobody needs to look."""
    bits = bits_of(data, by_tag, layout)
    if not hidden.bits or not bits or data.transfer_syntax not in ENCODERS:
        return [], 0
    if not _may_hide(data, by_tag[PIXEL_DATA], bits):
        return [], 0
    frames = compressed_frames(data, by_tag[PIXEL_DATA], layout, hidden.segments)
    return cleared_frames(data, frames, bits)


def _may_hide(data: DataSet, pixels: Element, bits: UnusedBits) -> bool:
    """Say whether a frame is coded with more bits than the image has: its beginning tells, so nothing large is copied."""
    if pixels.length > LARGEST_RECODED:
        return False
    beginnings = (
        data.buffer[start : min(end, start + BEGINNING)] for start, end in items_of(data.buffer, pixels)[1:]
    )
    return any(coded_bits(one, bits.layout.bits_allocated) > bits.high_bit + 1 for one in beginnings)


def native_changes(
    data: DataSet, by_tag: Mapping[int, Element], hidden: Hidden
) -> tuple[list[tuple[int, bytes]], int]:
    """Return the blocks of native pixel data that change where nothing hides, and how many samples had hidden bits."""
    bits = bits_of(data, by_tag, layout_of(data, by_tag)) if hidden.bits else None
    found = list(cleared_blocks(data.buffer, by_tag[PIXEL_DATA], bits)) if bits else []
    changes = [(offset, block) for offset, block, _samples in found]
    if hidden.tail:
        changes = overlaid(changes, [(hidden.tail, bytes(by_tag[PIXEL_DATA].length - hidden.tail))])
    return changes, sum(samples for _offset, _block, samples in found)


def bits_of(data: DataSet, by_tag: Mapping[int, Element], layout: Layout) -> UnusedBits | None:
    """Return the bits of samples that the image does not use, `None` where there are none."""
    values = Values(data, by_tag)
    padding = values.number(PADDING) if PADDING in by_tag else None
    if padding is not None and layout.signed and padding > 0x7FFF:
        padding -= 0x10000
    return unused_bits(layout, values.number(HIGH_BIT, layout.bits_stored - 1), padding)


def overlaid(blocks: list[tuple[int, bytes]], changes: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Return both as one list in order; where they overlap, *changes* win."""
    if not blocks:
        return changes
    held = [(offset, bytearray(block)) for offset, block in blocks]
    for offset, blank in changes:
        for start, block in held:
            first, last = max(offset, start), min(offset + len(blank), start + len(block))
            if first < last:
                block[first - start : last - start] = blank[first - offset : last - offset]
    return sorted([*changes, *((start, bytes(block)) for start, block in held)], key=itemgetter(0))


def patched(writer: Writer, pixels: Element, changes: list[tuple[int, bytes]]) -> Parts:
    """Return the pieces of pixel data with *changes*; what lies between is copied from the source."""
    head = (
        writer.undefined_head(PIXEL_DATA, pixels.vr)
        if pixels.undefined
        else writer.head(PIXEL_DATA, pixels.vr, pixels.length)
    )
    parts: list[bytes | Copied] = [head]
    done = 0
    for offset, blank in changes:
        if offset > done:
            parts.append((b"", pixels.start + done, offset - done))
            done = offset
        if offset + len(blank) > done:
            parts.append(blank[done - offset :])
            done = offset + len(blank)
    parts.append((b"", pixels.start + done, pixels.length - done))
    return Parts(tuple(parts))
