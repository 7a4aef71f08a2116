"""Boxes of text as an inspection joins them: one mask for all images of a series that have the same size.

What plainly stands on some frames of an image only is masked on these; on the other images of its size, where the same may stand
and nobody saw it, on all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

SIZE = ("rows", "columns")
KEPT = ("x", "y", "width", "height", "confidence", *SIZE)
# So many frames more are masked before and behind those on which text stands: it may come and go by degrees.
MARGIN = 2


def placed(box: Mapping[str, Any], instance: UUID, frames: int) -> list[dict[str, Any]]:
    """Return where a *box* of text is masked that was found on an *instance* with so many *frames*: there on those on which it
    may stand, and on the other images of its size on all."""
    kept = {name: box[name] for name in KEPT} | {"frames": None}
    runs = list(_widened(box.get("frames") or (), frames))
    if box.get("image", 0) is None or frames < 2 or not runs or runs == [[0, frames]]:
        return [kept]
    here = {"instance": str(instance), "found": True}
    return [*(kept | here | {"frames": run} for run in runs), kept | {"except": [str(instance)]}]


def _widened(runs: Sequence[Sequence[int]], frames: int) -> Iterator[list[int]]:
    """Yield runs of frames (first and end) with the margin around them, as one where they then meet."""
    current: list[int] = []
    for first, end in sorted(map(tuple, runs)):
        if current and first - MARGIN <= current[1]:
            current[1] = min(frames, end + MARGIN)
            continue
        if current:
            yield current
        current = [max(0, first - MARGIN), min(frames, end + MARGIN)]
    if current:
        yield current


def settled(boxes: Iterable[dict[str, Any]], sizes: Mapping[str, tuple[object, ...]]) -> list[dict[str, Any]]:
    """Return the boxes that go anywhere, by the *sizes* of all images of the series: what stands on frames of the only image goes
    to no others, and what is masked on all frames needs no runs."""
    boxes = list(boxes)
    wide = [box for box in boxes if not box.get("instance") and _goes_on(box, sizes)]
    runs = [box for box in boxes if box.get("instance")]
    return wide + [box for box in runs if not any(_holds(other, box) for other in wide)]


def _goes_on(box: Mapping[str, Any], sizes: Mapping[str, tuple[object, ...]]) -> bool:
    alike = {pk for pk, size in sizes.items() if size == tuple(box[name] for name in SIZE)}
    return not box.get("except") or bool(alike - set(box["except"]))


def _holds(wide: Mapping[str, Any], run: Mapping[str, Any]) -> bool:
    """Say whether a box of the series masks all of a run of frames."""
    inside = (
        wide[at] <= run[at] and wide[at] + wide[size] >= run[at] + run[size]
        for at, size in (("x", "width"), ("y", "height"))
    )
    return run["instance"] not in wide.get("except", ()) and all(inside) and _alike(wide, run)


def merge(boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the boxes with those joined that overlap, on the same frames where they do not go to all."""
    merged: list[dict[str, Any]] = []
    for box in boxes:
        current = box
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


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other[name] for name in SIZE)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (
        _alike(one, other)
        and one.get("instance") == other.get("instance")
        and _meet(one["frames"], other["frames"])
        and one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def _meet(one: Sequence[int] | None, other: Sequence[int] | None) -> bool:
    """Say whether two runs of frames have one in common; `None` is all of them."""
    return one is None or other is None or (one[0] < other[1] and other[0] < one[1])


def _join(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    left, top = min(one["x"], other["x"]), min(one["y"], other["y"])
    right = max(one["x"] + one["width"], other["x"] + other["width"])
    bottom = max(one["y"] + one["height"], other["y"] + other["height"])
    frames = [one["frames"], other["frames"]]
    spared = set(one.get("except", ())) & set(other.get("except", ()))
    return {
        **{name: value for name, value in one.items() if name != "except"},
        **({"except": sorted(spared)} if spared else {}),
        "frames": None if None in frames else [min(run[0] for run in frames), max(run[1] for run in frames)],
        "x": left,
        "y": top,
        "width": right - left,
        "height": bottom - top,
        "confidence": min(one["confidence"], other["confidence"]),
    }
