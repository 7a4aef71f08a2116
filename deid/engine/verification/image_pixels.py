"""What hides in pixel data beside its image: bytes behind its end, bits that no sample uses (PS3.5 8.1.1)."""

from collections.abc import Sequence

import numpy as np

from deid.engine.verification.haystacks import Haystack
from deid.engine.verification.search import ITEM, PIXEL_DATA, Hit, kinds_in_file
from deid.engine.verification.walker import Order, Seen

PLACE, HIDDEN = "(7FE0,0010)", "hidden bits"
ROWS, COLUMNS, SAMPLES, FRAMES, PHOTOMETRIC = 0x00280010, 0x00280011, 0x00280002, 0x00280008, 0x00280004
ALLOCATED, STORED, HIGH, SIGNED, PADDING = 0x00280100, 0x00280101, 0x00280102, 0x00280103, 0x00280120
SUBSAMPLED = b"YBR_FULL_422"
KINDS = {8: "u1", 16: "u2", 32: "u4"}


class _Described:
    """The attributes of a data set's own image (PS3.3 C.7.6.3)."""

    def __init__(self, seen: Sequence[Seen], *, big: bool) -> None:
        self._values = {one.tag: one.value for one in seen if len(one.path) == 1}
        self._order: Order = "big" if big else "little"

    def number(self, tag: int, otherwise: int = 0) -> int:
        """Return a US or SS as it is stored."""
        value = self._values.get(tag, b"")
        return int.from_bytes(value, self._order) if len(value) == 2 else otherwise

    def size(self) -> int:
        """Return how many bytes the native image has, of one that does not say it 0."""
        told = self._values.get(FRAMES, b"1").strip(b"\0 ")
        samples = self.number(SAMPLES, 1)
        if self._values.get(PHOTOMETRIC, b"").strip(b"\0 ") == SUBSAMPLED:
            samples = 2  # of three, two are there for every other pixel (PS3.3 C.7.6.3.1.2)
        pixels = self.number(ROWS) * self.number(COLUMNS) * (int(told) if told.isdigit() else 0)
        return -(-pixels * samples * self.number(ALLOCATED) // 8)


def behind_pixels(seen: Sequence[Seen], haystack: Haystack, *, big: bool = False) -> list[Hit]:
    """Return a hit for each kind that is found behind the image in native pixel data, where no viewer looks."""
    pixels = _native(seen)
    size = _Described(seen, big=big).size()
    if pixels is None or not size:
        return []
    return [Hit(pixels.place, kind) for kind in sorted(kinds_in_file(pixels.value[size:], haystack))]


def hidden_bits(seen: Sequence[Seen], *, big: bool = False) -> list[Hit]:
    """Return a hit where samples of native pixel data have bits set that are no part of the image (PS3.5 8.1.1).

    Unused bits are zero, repeat the sign, or are those of the padding value. *big* is the byte order of the file.
    """
    pixels = _native(seen)
    hides = pixels is not None and _has_hidden_bits(
        pixels.value, _Described(seen, big=big), ">" if big else "<"
    )
    return [Hit(PLACE, HIDDEN)] if hides else []


def _native(seen: Sequence[Seen]) -> Seen | None:
    return next((one for one in seen if one.path == PIXEL_DATA and not one.value.startswith(ITEM)), None)


def _has_hidden_bits(pixels: bytes, told: _Described, order: str) -> bool:
    allocated, stored = told.number(ALLOCATED), told.number(STORED)
    high = told.number(HIGH, stored - 1)
    if allocated not in KINDS or not 0 < stored <= high + 1 <= allocated:
        return False
    samples = np.frombuffer(pixels[: len(pixels) - len(pixels) % (allocated // 8)], order + KINDS[allocated])
    unused = samples & ((1 << allocated) - 1 - (((1 << stored) - 1) << (high + 1 - stored)))
    hides = (unused != 0) & (samples != told.number(PADDING))
    if told.number(SIGNED):
        repeated = (1 << allocated) - (1 << (high + 1))
        hides &= (unused != repeated) | (samples >> high & 1 == 0)
    return bool(hides.any())
