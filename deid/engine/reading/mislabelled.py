"""Files whose data set is encoded otherwise than their transfer syntax says: explicit for implicit VR or the reverse.

Such files are common. They are taken only where they can be understood in one way: not at all as labelled, and wholly in
the other encoding.
"""

import struct

from deid.engine.errors import RefusedError
from deid.engine.reading.dictionary import allowed_vrs
from deid.engine.reading.elements import Buffer, Element
from deid.engine.reading.encoding import (
    ALL_VRS,
    EXPLICIT_BIG,
    EXPLICIT_LE,
    EXPLICIT_LITTLE,
    IMPLICIT_LE,
    IMPLICIT_LITTLE,
)
from deid.engine.reading.parser import Parser

PIXEL_REPRESENTATION = 0x00280103
SIGNED = b"\x01\x00"
_VR_NAMES = frozenset(vr.encode() for vr in ALL_VRS)


def other_encoding(buffer: Buffer, start: int, syntax: str) -> tuple[str, list[Element]] | None:
    """Return what a data set is that is not encoded as *syntax* says, with its elements; nothing if it is not sound."""
    if syntax == EXPLICIT_BIG:
        return None
    looks_explicit = bytes(buffer[start + 4 : start + 6]) in _VR_NAMES
    if looks_explicit != (syntax == IMPLICIT_LITTLE):
        return None
    encoding = EXPLICIT_LE if looks_explicit else IMPLICIT_LE
    try:
        elements, _ = Parser(buffer, encoding).data_set(start, len(buffer))
    except (RefusedError, struct.error):
        return None
    if looks_explicit:
        return EXPLICIT_LITTLE, elements
    if syntax == EXPLICIT_LITTLE:
        return IMPLICIT_LITTLE, elements
    signed = any(
        element.tag == PIXEL_REPRESENTATION
        and buffer[element.start : element.start + element.length] == SIGNED
        for element in elements
    )
    _write_anew(elements, signed)
    return syntax, elements


def _write_anew(elements: list[Element], signed: bool) -> None:
    """Make every element be written with a VR; some VRs follow the sign of the pixels (PS3.5 A.1)."""
    for element in elements:
        element.head = -1
        if signed and element.vr == "US" and len(allowed_vrs(element.tag)) > 1:
            element.vr = "SS"
        for item in element.items or ():
            _write_anew(item, signed)
