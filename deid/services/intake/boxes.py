"""Boxes of text as an inspection joins them: one mask for all images of a series that have the same size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

SIZE = ("rows", "columns")
KEPT = ("x", "y", "width", "height", "confidence", *SIZE)


def merge(boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the boxes with those that overlap joined: each is masked in every image of the series of that size."""
    merged: list[dict[str, Any]] = []
    for box in boxes:
        current = {name: box[name] for name in KEPT} | {"frames": None}
        touching = [other for other in merged if _overlap(current, other)]
        for other in touching:
            current = _join(current, other)
            merged.remove(other)
        merged.append(current)
    return merged


def note_places(places: list[dict[str, Any]], instance: UUID, boxes: Iterable[Mapping[str, Any]]) -> None:
    """Add to *places* on which frames (from 0) of an *instance* the *boxes* were seen, each once.

    A box that says `None` for its `image` is on all of the series, and marks none.
    """
    for box in boxes:
        if box.get("image", 0) is None:
            continue
        place = {"instance": str(instance), "frame": box.get("frame") or 0}
        if place not in places:
            places.append(place)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (
        all(one[name] == other[name] for name in SIZE)
        and one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def _join(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    left, top = min(one["x"], other["x"]), min(one["y"], other["y"])
    right = max(one["x"] + one["width"], other["x"] + other["width"])
    bottom = max(one["y"] + one["height"], other["y"] + other["height"])
    return {
        **one,
        "x": left,
        "y": top,
        "width": right - left,
        "height": bottom - top,
        "confidence": min(one["confidence"], other["confidence"]),
    }
