"""How the pixels of an instance are stored, as its header says (PS3.3 C.7.6.3)."""

from collections.abc import Mapping

from deid.engine.pixels.patches import Layout
from deid.engine.reading.elements import DataSet, Element
from deid.engine.reading.encoding import EXPLICIT_BIG

PIXEL_DATA, PLANAR, BITS_ALLOCATED, PHOTOMETRIC = 0x7FE00010, 0x00280006, 0x00280100, 0x00280004
BITS_STORED, HIGH_BIT = 0x00280101, 0x00280102
# The code of every refusal for want of pixels.
NO_PIXELS = "no_pixels"


class Values:
    """Reads the numbers that describe the pixels."""

    def __init__(self, data: DataSet, by_tag: Mapping[int, Element]) -> None:
        self._data, self._by_tag = data, by_tag
        self._order = "big" if data.transfer_syntax == EXPLICIT_BIG else "little"

    def text(self, tag: int) -> str:
        """Return a CS or IS."""
        element = self._by_tag.get(tag)
        if element is None:
            return ""
        return (
            self._data.buffer[element.start : element.start + element.length].decode("latin-1").strip(" \0")
        )

    def number(self, tag: int, default: int = 0) -> int:
        """Return a US."""
        element = self._by_tag.get(tag)
        if element is None or element.length != 2:
            return default
        raw = self._data.buffer[element.start : element.start + 2]
        return raw[0] << 8 | raw[1] if self._order == "big" else raw[1] << 8 | raw[0]


def layout_of(data: DataSet, by_tag: Mapping[int, Element]) -> Layout:
    """Return how the native pixels of *data* are stored (PS3.3 C.7.6.3)."""
    values = Values(data, by_tag)
    frames = values.text(0x00280008)
    big = data.transfer_syntax == EXPLICIT_BIG
    bits = values.number(BITS_ALLOCATED)
    stored = values.number(BITS_STORED, bits)
    high = values.number(HIGH_BIT, stored - 1)
    return Layout(
        rows=values.number(0x00280010),
        columns=values.number(0x00280011),
        frames=int(frames) if frames.isdigit() else 1,
        samples=values.number(0x00280002, 1),
        bits_allocated=bits,
        bits_stored=stored,
        signed=values.number(0x00280103) == 1,
        planar=values.number(PLANAR) == 1,
        photometric=values.text(PHOTOMETRIC),
        big=big,
        swapped=big and bits == 8 and by_tag[PIXEL_DATA].vr == "OW",
        below=max(0, high + 1 - stored) if high < bits else 0,
    )
