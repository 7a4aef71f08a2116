"""Write elements down (PS3.5 section 7) from an allow-list; nothing of the source comes through but by
name."""

import struct

from deid.engine.reading.encoding import ALL_VRS, LONG_VRS, UNDEFINED, Encoding

# Nothing is ever written under a VR that the Standard does not have.
_NAMES = {vr: vr.encode() for vr in ALL_VRS}


class Writer:
    """Encodes elements in one encoding."""

    def __init__(self, encoding: Encoding) -> None:
        order = encoding.byte_order
        self.encoding = encoding
        self._short = struct.Struct(order + "HH2sH").pack
        self._long = struct.Struct(order + "HH2sHL").pack
        self._implicit = struct.Struct(order + "HHL").pack

    def head(self, tag: int, vr: str, length: int) -> bytes:
        """Return tag, VR and length of an element whose value follows."""
        if not self.encoding.explicit:
            return self._implicit(tag >> 16, tag & 0xFFFF, length)
        if vr in LONG_VRS:
            return self._long(tag >> 16, tag & 0xFFFF, _NAMES[vr], 0, length)
        if length > 0xFFFF:
            return self._long(tag >> 16, tag & 0xFFFF, _NAMES["UN"], 0, length)  # PS3.5 6.2.2, note 6
        return self._short(tag >> 16, tag & 0xFFFF, _NAMES[vr], length)

    def element(self, tag: int, vr: str, value: bytes) -> bytes:
        """Return a whole element."""
        return self.head(tag, vr, len(value)) + value

    def undefined_head(self, tag: int, vr: str) -> bytes:
        """Return the head of an element of undefined length, as encapsulated pixels have it."""
        return self.head(tag, vr, UNDEFINED)

    def item(self, content: bytes) -> bytes:
        """Return one item of a sequence, of defined length."""
        return self._implicit(0xFFFE, 0xE000, len(content)) + content

    def text(self, tag: int, vr: str, value: str) -> bytes:
        """Return an element with one ASCII value, padded to even length."""
        raw = value.encode("ascii")
        return self.element(tag, vr, raw + (b"\0" if vr == "UI" else b" ") * (len(raw) % 2))
