"""File meta information of our own (PS3.10 7.1): nothing of the source's is passed on."""

from deid.engine.reading.encoding import EXPLICIT_LE
from deid.engine.writing.elements import Writer

IMPLEMENTATION_CLASS_UID = "2.25.214430923419683640313208917466385403137"
IMPLEMENTATION_VERSION = "TESSERA_1"
_WRITER = Writer(EXPLICIT_LE)


def file_meta(sop_class: str, sop_instance: str, transfer_syntax: str) -> bytes:
    """Return preamble, mark and meta group of a new file."""
    group = (
        _WRITER.element(0x00020001, "OB", b"\0\x01")
        + _WRITER.text(0x00020002, "UI", sop_class)
        + _WRITER.text(0x00020003, "UI", sop_instance)
        + _WRITER.text(0x00020010, "UI", transfer_syntax)
        + _WRITER.text(0x00020012, "UI", IMPLEMENTATION_CLASS_UID)
        + _WRITER.text(0x00020013, "SH", IMPLEMENTATION_VERSION)
    )
    length = _WRITER.element(0x00020000, "UL", len(group).to_bytes(4, "little"))
    return bytes(128) + b"DICM" + length + group
