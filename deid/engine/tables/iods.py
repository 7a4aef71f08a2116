"""Turn the module tables of PS3.3 into the one thing the engine asks: the type of an attribute in an IOD.

Only attributes with a conditional action are kept, each with the strictest type it has anywhere in the IOD.
"""

import json
from pathlib import Path
from typing import Any

from pydicom.datadict import tag_for_keyword

STRICTNESS = {"1": 0, "1C": 1, "2": 2, "2C": 3, "3": 4}
TOP, NESTED = "top", "nested"


def _types(
    modules: list[dict[str, Any]], attributes: dict[str, Any], wanted: frozenset[str]
) -> dict[str, dict[str, str]]:
    """Return the strictest type by tag over all modules of one IOD, apart for the top and for sequences."""
    found: dict[str, dict[str, str]] = {TOP: {}, NESTED: {}}
    for module in modules:
        for attribute in attributes.get(module["key"], ()):
            number = tag_for_keyword(attribute["keyword"])
            tag = "" if number is None else f"{number:08X}"
            kind = attribute.get("type", "3")
            if tag not in wanted or kind not in STRICTNESS:
                continue
            level = found[NESTED if attribute["path"] else TOP]
            if tag not in level or STRICTNESS[kind] < STRICTNESS[level[tag]]:
                level[tag] = kind
    return {
        name: {tag: kind[0] for tag, kind in sorted(level.items()) if kind != "3"}
        for name, level in found.items()
    }


def iod_types(folder: Path, wanted: frozenset[str], source: str) -> dict[str, Any]:
    """Return types by IOD and the IOD of each SOP class, read from a *folder* of module tables as JSON."""
    classes = json.loads((folder / "sop_class_iod_map.json").read_text("utf-8"))
    modules = json.loads((folder / "iod_module_map.json").read_text("utf-8"))
    attributes = json.loads((folder / "module_attribute_map.json").read_text("utf-8"))
    iods = {name: _types(entries, attributes, wanted) for name, entries in sorted(modules.items())}
    return {"source": source, "sop_classes": dict(sorted(classes.items())), "iods": iods}
