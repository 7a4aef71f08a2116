"""Compress masked frames again in the syntax they came in; frames that no mask touches are copied (PS3.5 A.4).

Encoders come with packages: RLE (pydicom), JPEG 2000 (pylibjpeg-openjpeg), JPEG-LS (pyjpegls). A frame of a lossy syntax is
compressed once more without loss, which both allow, so that nothing but the mask changes. Every frame is decoded again and
compared before it is used. For the other JPEG syntaxes no encoder is at hand: they come out native.
"""

import struct
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.encoders.base import get_encoder
from pydicom.pixels.utils import iter_pixels
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from deid.engine.pixels.patches import Layout
from deid.engine.reading.elements import DataSet, Element
from deid.engine.writing.stream import Parts

ENCODERS: Mapping[str, Any] = {
    "1.2.840.10008.1.2.5": RLELossless,
    "1.2.840.10008.1.2.4.80": JPEGLSLossless,
    "1.2.840.10008.1.2.4.81": JPEGLSLossless,
    "1.2.840.10008.1.2.4.90": JPEG2000Lossless,
    "1.2.840.10008.1.2.4.91": JPEG2000Lossless,
}
# Decoders undo these inside the code stream, so that what is masked is RGB while the header stays.
INSIDE_CODEC = ("YBR_RCT", "YBR_ICT")
LARGEST = 1 << 31
ITEM, DELIMITER, MOST_OFFSET = struct.Struct("<HHL").pack, struct.pack("<HHL", 0xFFFE, 0xE0DD, 0), 0xFFFFFFFF
Changes = Sequence[tuple[int, bytes]]
Frame = np.ndarray[Any, Any]


def decoded_layout(layout: Layout) -> Layout:
    """Return how decoded frames lie in memory: colours by pixel, RGB where the codec made it so, little endian."""
    photometric = "RGB" if layout.photometric in INSIDE_CODEC else layout.photometric
    return replace(layout, planar=False, photometric=photometric, big=False, swapped=False)


def _options(layout: Layout) -> dict[str, Any]:
    options: dict[str, Any] = {
        "rows": layout.rows,
        "columns": layout.columns,
        "number_of_frames": 1,
        "samples_per_pixel": layout.samples,
        "bits_allocated": layout.bits_allocated,
        "bits_stored": layout.bits_stored,
        "pixel_representation": int(layout.signed),
        "photometric_interpretation": layout.photometric,
    }
    return options | ({"planar_configuration": 0} if layout.samples > 1 else {})


def _by_frame(changes: Changes, size: int) -> dict[int, list[tuple[int, bytes]]]:
    """Return the changes of each frame, those that run over its end divided."""
    found: dict[int, list[tuple[int, bytes]]] = {}
    for offset, blank in changes:
        done = 0
        while done < len(blank):
            frame, place = divmod(offset + done, size)
            part = blank[done : done + size - place]
            found.setdefault(frame, []).append((place, part))
            done += len(part)
    return found


def _masked(frame: Frame, changes: Changes) -> Frame:
    raw = bytearray(np.ascontiguousarray(frame.astype(frame.dtype.newbyteorder("<"), copy=False)).tobytes())
    for place, blank in changes:
        raw[place : place + len(blank)] = blank
    return np.frombuffer(bytes(raw), frame.dtype.newbyteorder("<")).reshape(frame.shape).astype(frame.dtype)


def _encoded(frame: Frame, layout: Layout, syntax: str) -> bytes | None:
    """Return a frame compressed, `None` where it does not decode to the same again."""
    options = _options(layout)
    raw = get_encoder(ENCODERS[syntax]).encode(frame, **options)
    again, _meta = get_decoder(syntax).as_array(encapsulate([raw]), index=0, raw=True, **options)
    return raw if np.array_equal(again, frame) else None


def parts_of(head: bytes, frames: Sequence[bytes]) -> Parts:
    """Return encapsulated pixel data of one fragment a frame, with a basic offset table where it can say so much."""
    padded = [frame + b"\0" * (len(frame) % 2) for frame in frames]
    starts, place = [], 0
    for frame in padded:
        starts.append(place)
        place += len(frame) + 8
    table = struct.pack(f"<{len(starts)}L", *starts) if place <= MOST_OFFSET else b""
    items = [ITEM(0xFFFE, 0xE000, len(frame)) + frame for frame in padded]
    return Parts((head, ITEM(0xFFFE, 0xE000, len(table)) + table, *items, DELIMITER))


def masked_in_syntax(
    data: DataSet,
    frames: Sequence[bytes],
    layout: Layout,
    changes_of: Callable[[Layout], Changes],
    cleared: Callable[[Frame], Frame] | None = None,
) -> list[bytes]:
    """Return the compressed *frames* with the changes made, compressed as before; none where that cannot be done.

    *changes_of* gives the changes for pixels that lie in memory as the layout says; *cleared* takes hidden bits out of a
    decoded frame.
    """
    now = decoded_layout(layout)
    if data.transfer_syntax not in ENCODERS or now.subsampled or now.frame_bytes * now.frames > LARGEST:
        return []
    changes = _by_frame(changes_of(now), now.frame_bytes)

    def edited(number: int, frame: Frame) -> Frame:
        return _masked(cleared(frame) if cleared else frame, changes[number])

    return recompressed(data, layout, frames, sorted(changes), edited)


def compressed_frames(
    data: DataSet, pixels: Element, layout: Layout, blanked: Sequence[tuple[int, int]] = ()
) -> list[bytes]:
    """Return the compressed frames without what stands in the *blanked* stretches of the buffer; none where they cannot be
    told apart."""
    value = bytearray(data.buffer[pixels.start : pixels.start + pixels.length])
    for start, end in blanked:
        value[start - pixels.start : end - pixels.start] = bytes(end - start)
    try:
        frames = list(generate_frames(bytes(value), number_of_frames=layout.frames))
    except Exception:
        return []
    return frames if len(frames) == layout.frames else []


def recompressed(
    data: DataSet,
    layout: Layout,
    frames: Sequence[bytes],
    touched: Sequence[int],
    edited: Callable[[int, Frame], Frame],
) -> list[bytes]:
    """Return *frames* with the *touched* ones decoded, edited and compressed again as they were; none where that fails.

    A frame that comes back from *edited* as the same object stays as it was.
    """
    result = list(frames)
    if not frames:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(BytesIO(bytes(data.buffer)))
            decoded = iter_pixels(dataset, indices=touched, raw=True, correct_unused_bits=False)
            for number, frame in zip(touched, decoded, strict=True):
                new = edited(number, frame)
                if new is frame:
                    continue
                again = _encoded(new, layout, data.transfer_syntax)
                if frame.nbytes != decoded_layout(layout).frame_bytes or again is None:
                    return []
                result[number] = again
    except Exception:
        # A codec that stumbles is no reason to refuse: the caller then writes the pixels native, or says why not.
        return []
    return result
