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
