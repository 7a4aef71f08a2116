"""Quality of a series from what is indexed of its instances: gaps, repeated places, mixed shapes (PS3.3 C.7.6.2.1), doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

Geometry = dict[str, Any]
# Noted where a file is indexed under a subject of its own for want of a better one.
SUBJECT_IN_DOUBT = "subject_in_doubt"
# What an image says of its subject, by a keyed digest; and which sex.
BORN, SEX = "born", "sex"
# Noted where a file calls its subject as people of any other data set may be called too.
COMMON_LABEL = "common_label"
_COMMON = re.compile(r"[A-Za-z]{0,8}[-_ ]?(?:\d{1,4}|[A-Za-z])")
GAP = 1.5
SAME = 0.01
FEWEST_SLICES = 3


def geometry_findings(geometries: Sequence[Geometry]) -> list[dict[str, Any]]:
    """Return what is odd in a series: a list of `{"code", "count", "text"}`; empty when nothing is."""
    return [*_mixed_shapes(geometries), *_places(geometries), *_in_doubt(geometries)]


def identity_findings(of_subject: Sequence[Geometry]) -> list[dict[str, Any]]:
    """Return, from all images of a subject, what says that it is two people."""
    told = [{one[name] for one in of_subject if name in one} for name in (BORN, SEX)]
    several = max(map(len, told))
    text = (
        "Images of its subject state different dates of birth or sexes: several people may share a Patient ID. "
        "Dismiss it if it is one person, else withhold it."
    )
    return [_finding("several_people", several, text)] if several > 1 else []


def is_common_label(subject: str) -> bool:
    """Say whether a *subject* is called as others are whom somebody else counts: a word and a short number (`01`, `CTRL012`)."""
    return _COMMON.fullmatch(subject) is not None


def joined_findings(of_subject: Sequence[Geometry], uploads: int) -> list[dict[str, Any]]:
    """Return, from all images of a subject that came in so many *uploads*, that nothing but a common label joined these."""
    told_one = len({one.get(BORN) for one in of_subject}) == 1 and BORN in of_subject[0]
    if uploads < 2 or told_one or not any(COMMON_LABEL in one for one in of_subject):
        return []
    text = (
        f"{uploads} uploads call its subject alike by a short label, and nothing else says that they mean one person,"
        " as which they leave. Dismiss it if they do, else withhold it and have the label changed."
    )
    return [_finding("joined_uploads", uploads, text)]


def _mixed_shapes(geometries: Sequence[Geometry]) -> list[dict[str, Any]]:
    shapes = Counter(
        (one.get("rows"), one.get("columns"), tuple(one.get("pixel_spacing") or ())) for one in geometries
    )
    if len(shapes) < 2:
        return []
    return [
        _finding("mixed_geometry", len(shapes), f"{len(shapes)} different sizes or spacings in one series.")
    ]


def _places(geometries: Sequence[Geometry]) -> list[dict[str, Any]]:
    """Return gaps and repetitions along the normal of parallel slices."""
    placed = [one for one in geometries if len(one.get("image_position") or ()) == 3]
    orientations: set[tuple[float, ...]] = {
        tuple(np.round(np.array(one["image_orientation"]), 3).tolist()) for one in placed if _oriented(one)
    }
    if len(placed) < FEWEST_SLICES or len(orientations) != 1:
        return []
    orientation = np.array(orientations.pop())
    normal = np.cross(orientation[:3], orientation[3:])
    along = np.sort([float(np.dot(one["image_position"], normal)) for one in placed])
    steps = np.diff(along)
    repeated = int((steps < SAME).sum())
    real = steps[steps >= SAME]
    return [*_repeated(repeated), *_gaps(real)]


def _in_doubt(geometries: Sequence[Geometry]) -> list[dict[str, Any]]:
    count = sum(SUBJECT_IN_DOUBT in one for one in geometries)
    text = "Nothing says whose it is, so it stands for a subject of its own. Withhold it if it is of somebody else."
    return [_finding(SUBJECT_IN_DOUBT, count, text)] if count else []


def _oriented(geometry: Geometry) -> bool:
    return len(geometry.get("image_orientation") or ()) == 6


def _repeated(count: int) -> list[dict[str, Any]]:
    if not count:
        return []
    return [_finding("repeated_position", count, f"{count} slices lie where another one lies.")]


def _gaps(steps: np.ndarray) -> list[dict[str, Any]]:
    if len(steps) < 2:
        return []
    usual = float(np.median(steps))
    missing = int(sum(round(step / usual) - 1 for step in steps if step > GAP * usual))
    if not missing:
        return []
    return [
        _finding("missing_slices", missing, f"{missing} slices are missing (usual distance {usual:.2f} mm).")
    ]


def _finding(code: str, count: int, text: str) -> dict[str, Any]:
    return {"code": code, "count": count, "text": text}
