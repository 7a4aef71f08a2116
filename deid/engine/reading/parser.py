"""The element reader: tags, VRs, offsets and lengths, never a value (PS3.5 section 7)."""

import struct

from deid.engine.errors import UnreadableError
from deid.engine.reading.dictionary import vr_of
from deid.engine.reading.elements import Buffer, Element
from deid.engine.reading.encoding import ALL_VRS, IMPLICIT_LE, LONG_VRS, SHORT_VRS, UNDEFINED, Encoding

DEEPEST = 64
PLAIN_HEAD = (
    8  # tag, VR and a short length, or tag and length: no reserved bytes in which something could hide
)
DELIMITERS = 0xFFFE
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA = 0x7FE00010
_VR_NAMES = {name.encode(): name for name in ALL_VRS}
_SHORT_VR_NAMES = {name.encode(): name for name in SHORT_VRS}


class Parser:
    """Reads one data set out of a buffer in one encoding."""

    def __init__(self, buffer: Buffer, encoding: Encoding, *, foreign: bool = False) -> None:
        """*foreign* elements stand in a data set of another encoding, so that their heads cannot be copied."""
        self.buffer, self.encoding, self._plain_head = buffer, encoding, 0 if foreign else PLAIN_HEAD
        order = encoding.byte_order
        self._header = struct.Struct(order + "HH2sH").unpack_from
        self._long = struct.Struct(order + "L").unpack_from
        self._implicit = struct.Struct(order + "HHL").unpack_from

    def data_set(
        self, position: int, end: int, depth: int = 0, *, item: bool = False
    ) -> tuple[list[Element], int]:
        """Read elements up to *end*, or up to the closing delimiter of an *item* of undefined length."""
        if depth > DEEPEST:
            raise UnreadableError(f"Sequences are nested more than {DEEPEST} deep.", code="too_deep")
        elements: list[Element] = []
        append, buffer, header, explicit = elements.append, self.buffer, self._header, self.encoding.explicit
        while position + 8 <= end:
            if explicit:  # most elements by far have a short VR, which needs no second look
                group, number, code, length = header(buffer, position)
                vr, start = _SHORT_VR_NAMES.get(code), position + 8
                if vr is not None and group != DELIMITERS and start + length <= end:
                    append(Element(group << 16 | number, vr, start, length, None, False, position))
                    position = start + length
                    continue
            element, position = self._element(position, end, depth)
            if element is None:
                if not item:
                    raise UnreadableError(
                        "An item delimiter stands outside a sequence.", code="stray_delimiter"
                    )
                return elements, position
            append(element)
        if item and end == len(self.buffer):
            raise UnreadableError("The file ends inside a sequence.", code="truncated")
        if position != end:
            raise UnreadableError("Bytes are left over after the last element.", code="left_over_bytes")
        return elements, position

    def elements(self, position: int, end: int) -> list[Element]:
        """Read all elements between two places."""
        return self.data_set(position, end)[0]

    def element(self, position: int, end: int) -> tuple[Element | None, int]:
        """Read the element at *position* and say where it ends; `None` for a delimiter, which is none."""
        return self._element(position, end, 0)

    def _element(self, position: int, end: int, depth: int) -> tuple[Element | None, int]:
        """Read the element at *position*; `None` for the delimiter that closes an item."""
        if self.encoding.explicit:
            group, number, code, length = self._header(self.buffer, position)
            tag = group << 16 | number
            if group == DELIMITERS:
                return self._delimiter(tag, position)
            start = position + 8
            vr = _VR_NAMES.get(code)
            if vr is None:
                raise UnreadableError("An element has no valid value representation.", code="bad_vr")
            if vr in LONG_VRS:
                if start + 4 > end:
                    raise UnreadableError("The file ends inside an element.", code="truncated")
                (length,) = self._long(self.buffer, start)
                start += 4
        else:
            group, number, length = self._implicit(self.buffer, position)
            tag = group << 16 | number
            if group == DELIMITERS:
                return self._delimiter(tag, position)
            start, vr = position + 8, vr_of(tag)
        if length == UNDEFINED:
            return self._undefined(tag, vr, start, end, depth)
        stop = start + length
        if stop > end:
            raise UnreadableError("An element claims more bytes than there are.", code="truncated")
        if vr == "SQ":
            return Element(tag, vr, start, length, self._items(start, stop, depth + 1)[0]), stop
        if vr == "UN" and vr_of(tag) == "SQ":
            return Element(tag, vr, start, length, self._sequence_within(start, stop, depth)), stop
        head = position if start - position == self._plain_head else -1
        return Element(tag, vr, start, length, None, False, head), stop

    def _sequence_within(self, start: int, stop: int, depth: int) -> list[list[Element]] | None:
        """Return the items of a sequence that came as UN of known length, `None` where it is something else
        (PS3.5 6.2.2, note 2: whoever did not know the VR left its content in Implicit VR Little Endian)."""
        if self.encoding.big or not self.encoding.explicit:
            return None
        try:
            return Parser(self.buffer, IMPLICIT_LE, foreign=True)._items(start, stop, depth + 1)[0]
        except (UnreadableError, struct.error):
            return None

    @staticmethod
    def _delimiter(tag: int, position: int) -> tuple[None, int]:
        if tag != ITEM_END:
            raise UnreadableError("An item stands outside a sequence.", code="stray_delimiter")
        return None, position + 8

    def _undefined(self, tag: int, vr: str, start: int, end: int, depth: int) -> tuple[Element, int]:
        """Read a value of undefined length: a sequence, encapsulated pixels, or an unknown sequence."""
        if tag == PIXEL_DATA and vr != "SQ":
            stop = self._fragments(start, end)
            return Element(tag, vr, start, stop - start, None, undefined=True), stop
        if vr == "UN" and self.encoding.explicit:  # PS3.5 6.2.2: its content is Implicit VR Little Endian
            return self._unknown_sequence(tag, start, end, depth)
        if vr not in ("SQ", "UN"):
            raise UnreadableError("An element that is no sequence has no length.", code="bad_length")
        items, stop = self._items(start, end, depth + 1, closed=False)
        return Element(tag, "SQ", start, stop - start, items, undefined=True), stop

    def _unknown_sequence(self, tag: int, start: int, end: int, depth: int) -> tuple[Element, int]:
        inner = Parser(self.buffer, IMPLICIT_LE, foreign=True)
        items, stop = inner._items(start, end, depth + 1, closed=False)
        return Element(tag, "UN", start, stop - start, items, undefined=True), stop

    def _items(
        self, position: int, end: int, depth: int, *, closed: bool = True
    ) -> tuple[list[list[Element]], int]:
        """Read the items of a sequence that ends at *end* or, if not *closed*, with its delimiter."""
        items: list[list[Element]] = []
        while position + 8 <= end:
            group, number, length = self._implicit(self.buffer, position)
            tag = group << 16 | number
            position += 8
            if tag == SEQUENCE_END and not closed:
                return items, position
            if tag != ITEM:
                raise UnreadableError("Something other than an item stands in a sequence.", code="bad_item")
            stop = end if length == UNDEFINED else position + length
            if stop > end:
                raise UnreadableError("An item claims more bytes than there are.", code="truncated")
            elements, position = self.data_set(position, stop, depth, item=length == UNDEFINED)
            items.append(elements)
        if not closed:
            raise UnreadableError("The file ends inside a sequence.", code="truncated")
        if position != end:
            raise UnreadableError("A sequence has bytes that are no item.", code="left_over_bytes")
        return items, position

    def _fragments(self, position: int, end: int) -> int:
        """Return where encapsulated pixel data ends, delimiter included (PS3.5 A.4)."""
        while position + 8 <= end:
            group, number, length = self._implicit(self.buffer, position)
            position += 8
            tag = group << 16 | number
            if tag == SEQUENCE_END:
                return position
            if tag != ITEM or position + length > end:
                raise UnreadableError("The fragments of the pixel data are damaged.", code="bad_fragments")
            position += length
        raise UnreadableError("The file ends inside the pixel data.", code="truncated")
