"""The words in which rules are told to people: names of attributes and what happens to them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydicom.datadict import dictionary_description

from deid.engine.profiles.profile import load_table

DONE: Mapping[str, str] = MappingProxyType(
    {
        "X": "removed",
        "Z": "emptied",
        "D": "replaced by a dummy",
        "K": "kept",
        "C": "cleaned",
        "U": "given new UIDs",
    }
)


# What is counted beside attributes, in the words of a certificate.
COUNTED: Mapping[str, str] = MappingProxyType(
    {
        "K": "kept as it was",
        "C": "cleaned: identity taken out or dates shifted, the rest kept",
        "U": "UIDs replaced by new ones, the same everywhere in the release",
        "X": "removed",
        "Z": "emptied",
        "D": "replaced by a dummy value",
        "masked_frames": "frames of images with masked text",
        "unpacked_frames": "frames decompressed to be masked",
        "blanked_voxels": "voxels blanked where a face or a head was",
        "blanked_segments": "comments and segments blanked inside compressed pixels",
        "cleared_samples": "pixels with bits cleared that the image does not use",
        "table_rows": "rows of tables written",
        "table_columns": "columns of tables kept or cleaned",
        "table_dropped_columns": "columns of tables removed",
    }
)


def counted_as(code: str) -> str:
    """Return in words what a count of `Cleaned.counts` is of; of a table's it begins with `table_`."""
    return COUNTED.get(code, code.replace("_", " "))


def attribute_name(tag: int) -> str:
    """Return the attribute's name in PS3.6 or Table E.1-1 with its tag, such as `Study Date (0008,0020)`."""
    rows: Any = load_table()["attributes"]
    try:
        name = dictionary_description(tag)
    except KeyError:
        name = rows.get(f"{tag:08X}", ["Unknown attribute"])[0]
    return f"{name} ({tag >> 16:04X},{tag & 0xFFFF:04X})"


def listed(names: list[str], most: int = 6) -> str:
    """Return *names* as an enumeration that ends after *most* of them."""
    shown = names[:most]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
