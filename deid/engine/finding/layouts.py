"""Where devices write into their images, as data: `data/burned_in_layouts.json`, each row with what it was measured on."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Rectangle = tuple[int, int, int, int]
Part = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Known:
    """Modalities whose devices write into images and those whose do not, image types of screens, and the parts of the
    image (left, top, right, bottom, from 0 to 1) that a device writes on, by its maker and model."""

    written_on: frozenset[str]
    scanners: frozenset[str]
    screens: frozenset[str]
    layouts: Mapping[tuple[str, str], tuple[Part, ...]]

    def zones(self, maker: str, model: str, rows: int, columns: int) -> tuple[Rectangle, ...]:
        """Return where a device writes on an image of that size, in pixels; nothing where the device is not known."""
        parts = self.layouts.get((maker.strip(), model.strip()), ())
        size = (columns, rows, columns, rows)
        found = (tuple(round(edge * side) for edge, side in zip(part, size, strict=True)) for part in parts)
        return tuple((left, top, right, bottom) for left, top, right, bottom in found)


def _layouts(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[Part, ...]]:
    return {(row["manufacturer"], row["model"]): tuple(map(tuple, row["zones"])) for row in rows}


@cache
def known_layouts() -> Known:
    """Return the shipped layouts."""
    text = resources.files("deid.engine").joinpath("data/burned_in_layouts.json").read_text("utf-8")
    said = json.loads(text)
    sets = {name: frozenset(said[name]) for name in ("written_on", "scanners", "screens")}
    return Known(**sets, layouts=_layouts(said["layouts"]))
