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


def _parts(head: bytes, frames: Sequence[bytes]) -> Parts:
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
    pixels: Element,
    layout: Layout,
    changes_of: Callable[[Layout], Changes],
    head: bytes,
    blanked: Sequence[tuple[int, int]] = (),
) -> Parts | None:
    """Return the pixel data with the changes made, compressed as before; `None` where that cannot be done.

    *changes_of* gives the changes for pixels that lie in memory as the layout says. *head* begins the element. The *blanked*
    stretches of the buffer stand beside the images.
    """
    now = decoded_layout(layout)
    if data.transfer_syntax not in ENCODERS or now.subsampled or now.frame_bytes * now.frames > LARGEST:
        return None
    changes = _by_frame(changes_of(now), now.frame_bytes)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = bytearray(data.buffer[pixels.start : pixels.start + pixels.length])
            for start, end in blanked:
                value[start - pixels.start : end - pixels.start] = bytes(end - start)
            frames = list(generate_frames(bytes(value), number_of_frames=layout.frames))
            dataset = pydicom.dcmread(BytesIO(bytes(data.buffer)))
            touched = sorted(changes)
            for number, frame in zip(touched, iter_pixels(dataset, indices=touched, raw=True), strict=True):
                if frame.nbytes != now.frame_bytes:
                    return None
                again = _encoded(_masked(frame, changes[number]), layout, data.transfer_syntax)
                if again is None:
                    return None
                frames[number] = again
    except Exception:
        # A codec that stumbles is no reason to refuse: the caller then writes the pixels native, or says why not.
        return None
    return _parts(head, frames) if len(frames) == layout.frames else None
