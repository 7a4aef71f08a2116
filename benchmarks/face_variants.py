"""Measure how often the registration of a head fails, and whether it says so, on heads made worse in a known way.

    python benchmarks/face_variants.py HEAD.nii.gz [...] [--seen]

Each head is turned, cut, thickened, scaled, put on a body, disturbed or given another contrast. Where its face truly lies is
known from the head as it came. A row tells whether a face is seen (what shows `none` is let out as it is, so that no head
may), how far off eyes, nose, chin and ears are found (worst of them), how many of them and of the brain's points would be
blanked, the confidence, and whether a person is asked. What counts is that nothing goes wrong unnoticed: a row without a
person must lose no brain and keep no feature. With *--seen* only the first is asked, which takes seconds.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK

from deid.engine.errors import RefusedError
from deid.engine.finding.defacing import CERTAIN, can_register, judge_registration
from deid.engine.finding.faces import judge_volume, oriented
from deid.engine.finding.head_atlas import load_atlas
from deid.engine.finding.head_regions import face_points
from deid.engine.finding.head_registration import register
from deid.engine.finding.head_series import Series, read_series

EYE, NOSE, CHIN, EAR = (33.0, -62.0, -38.0), (0.0, -104.0, -70.0), (0.0, -85.0, -120.0), (82.0, 25.0, -35.0)
FEATURES = np.array([EYE, (-33.0, *EYE[1:]), NOSE, CHIN, EAR, (-82.0, *EAR[1:])])
Made = tuple[Series, np.ndarray]
SEED = 7


def _moved(series: Series, turn: tuple[float, float, float], flip: bool = False) -> Made:
    """Return the head as if it lay otherwise, and the matrix back to where it lay."""
    angles = [float(np.deg2rad(one)) for one in turn]
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(SimpleITK.Euler3DTransform((0, 0, 0), *angles).GetMatrix(), (3, 3))
    matrix[2, :3] *= -1 if flip else 1
    return replace(series, placed=matrix @ series.placed), np.linalg.inv(matrix)


def _cut(series: Series, low: tuple[float, ...], high: tuple[float, ...]) -> Made:
    """Return the part of the volume between shares of its (columns, rows, planes)."""
    size = series.values.shape[::-1]
    first = [int(share * n) for share, n in zip(low, size, strict=True)]
    last = [int(share * n) for share, n in zip(high, size, strict=True)]
    part = series.values[tuple(slice(a, b) for a, b in zip(first[::-1], last[::-1], strict=True))]
    placed = series.placed.copy()
    placed[:3, 3] += series.placed[:3, :3] @ first
    return replace(series, values=part, placed=placed), np.eye(4)


def _front(series: Series) -> Made:
    """Return the half of the volume with the face."""
    back = series.placed[1, 1] > 0
    return _cut(series, (0, 0 if back else 0.5, 0), (1, 0.5 if back else 1, 1))


def _valued(series: Series, values: Any, **changes: Any) -> Made:
    return replace(series, values=np.asarray(values, np.float32), **changes), np.eye(4)


def _noisy(series: Series) -> Made:
    bright = float(np.percentile(series.values, 99)) - float(series.values.min())
    noise = np.random.default_rng(SEED).normal(0, 0.15 * bright, series.values.shape)
    return _valued(series, series.values + noise)


def _shaded(series: Series) -> Made:
    """Return the head as a coil on one side sees it: a third as bright on the other."""
    return _valued(series, series.values * np.linspace(0.35, 1.0, series.values.shape[2]))


def _inverted(series: Series) -> Made:
    """Return what was bright in the body as dark, as T2 does to T1."""
    bright = float(np.percentile(series.values, 99))
    body = series.values > 0.12 * bright
    return _valued(series, np.where(body, np.clip(1.15 * bright - series.values, 0, None), series.values))


def _contrast(series: Series) -> Made:
    """Return a CT after contrast medium: soft tissue brighter, vessels and membranes at 250 HU."""
    vessels = np.random.default_rng(SEED).random(series.values.shape) < 0.02
    soft = (series.values > 10) & (series.values < 80)
    return _valued(series, np.where(soft & vessels, 250.0, series.values + 40.0 * soft))


def _metal(series: Series) -> Made:
    """Return a CT with fillings and the streaks that they cast over the lower planes."""
    values = series.values.copy()
    low = slice(0, len(values) // 4)
    rows, columns = np.indices(values.shape[1:])
    angle = np.arctan2(rows - 0.75 * values.shape[1], columns - values.shape[2] / 2)
    values[low] += 500 * np.sign(np.sin(24 * angle)) * (np.sin(5 * angle) > 0.3)
    return _valued(series, np.clip(values, -1024, 3071))


def _windowed(series: Series) -> Made:
    """Return a CT as 8 bits of a window, with nothing that says it is one."""
    return _valued(series, (np.clip(series.values, -160, 240) + 160) * 255 / 400, modality="MR")


def _wide(series: Series) -> Made:
    """Return the head in a field of view that is 120 mm wider on every side."""
    pads = [int(120 / step) for step in series.steps[::-1]]
    values = np.pad(series.values, [(pad, pad) for pad in pads], constant_values=float(series.values.min()))
    placed = series.placed.copy()
    placed[:3, 3] -= series.placed[:3, :3] @ pads[::-1]
    return replace(series, values=values, placed=placed), np.eye(4)


def _blocky(series: Series, axis: int, millimetres: float) -> Made:
    """Return the head as if acquired in slices of that thickness along columns (0), rows (1) or planes (2)."""
    by, there = max(1, round(millimetres / float(series.steps[axis]))), 2 - axis
    count = series.values.shape[there] // by
    moved = np.moveaxis(series.values, there, 0)
    mean = moved[: count * by].reshape(count, by, *moved.shape[1:]).mean(axis=1)
    placed = series.placed.copy()
    placed[:3, 3] += placed[:3, axis] * (by - 1) / 2
    placed[:3, axis] *= by
    return replace(series, values=np.moveaxis(mean, 0, there).astype(np.float32), placed=placed), np.eye(4)


def _scaled(series: Series, by: float) -> Made:
    """Return a smaller head, with the matrix back to its size."""
    matrix = np.diag([by, by, by, 1.0])
    return replace(series, placed=matrix @ series.placed), np.linalg.inv(matrix)


def _on_body(series: Series, height: float, *, table: bool = False) -> Made:
    """Return the head on a trunk of that height (420 by 240 mm), or on a table only, in a field of view of 500 mm.

    The volume has to come upright: columns to a side, rows to the front or the back, planes to the head.
    """
    columns, rows, planes = series.steps
    low, soft = float(series.values.min()), float(np.percentile(series.values, 80))
    beside = [max(0, int((extent / step - n) / 2)) for extent, step, n in zip(
        (500.0, 400.0), (columns, rows), series.values.shape[:0:-1], strict=True)]  # fmt: skip
    below = int(height / planes)
    values = np.pad(series.values, [(below, 0), (beside[1],) * 2, (beside[0],) * 2], constant_values=low)
    y, x = np.ogrid[: values.shape[1], : values.shape[2]]
    middle = values.shape[1] / 2, values.shape[2] / 2
    trunk = ((y - middle[0]) * rows / 120) ** 2 + ((x - middle[1]) * columns / 210) ** 2 < 1
    values[:below][:, trunk] = soft
    if table:
        back = series.placed[1, 1] > 0
        first = int(10 / rows)
        values[:, -2 * first : -first] = soft if back else values[:, -2 * first : -first]
        values[:, first : 2 * first] = values[:, first : 2 * first] if back else soft
    placed = series.placed.copy()
    placed[:3, 3] -= series.placed[:3, :3] @ [beside[0], beside[1], below]
    return replace(series, values=values, placed=placed), np.eye(4)


ALL: dict[str, Callable[[Series], Made]] = {
    "as it came": lambda head: (head, np.eye(4)),
    "turned by 25°": lambda head: _moved(head, (0, 0, 25)),
    "tilted by 15°, nodding 20°": lambda head: _moved(head, (20, 15, 0)),
    "upside down in the header": lambda head: _moved(head, (0, 0, 0), flip=True),
    "back to front in the header": lambda head: _moved(head, (0, 0, 180)),
    "slices of 3 mm": lambda head: _blocky(head, 2, 3),
    "slices of 5 mm": lambda head: _blocky(head, 2, 5),
    "slices of 7 mm": lambda head: _blocky(head, 2, 7),
    "crown cut off (30 %)": lambda head: _cut(head, (0, 0, 0), (1, 1, 0.7)),
    "lower third cut off": lambda head: _cut(head, (0, 0, 0.33), (1, 1, 1)),
    "one side cut off (40 %)": lambda head: _cut(head, (0, 0, 0), (0.6, 1, 1)),
    "cut off above the brow (lower 55 %)": lambda head: _cut(head, (0, 0, 0), (1, 1, 0.55)),
    "front half only": _front,
    "5 mm along columns": lambda head: _blocky(head, 0, 5),
    "5 mm along rows": lambda head: _blocky(head, 1, 5),
    "size of a child (75 %)": lambda head: _scaled(head, 0.75),
    "size of an infant (62 %)": lambda head: _scaled(head, 0.62),
    "on shoulders (160 mm)": lambda head: _on_body(head, 160),
    "on a whole body (860 mm)": lambda head: _on_body(head, 860),
    "on a table": lambda head: _on_body(head, 0, table=True),
    "noise of 15 %": _noisy,
    "shaded to a third": _shaded,
    "field of view 240 mm wider": _wide,
}
OF_MR = {"contrast inverted": _inverted}
OF_CT = {"contrast medium": _contrast, "metal": _metal, "8 bits of a window": _windowed}


def seen(made: Series) -> str:
    """Return how likely the engine holds it that a face is in the volume."""
    try:
        return judge_volume(oriented(made.values, made.placed[:3, 2::-1])).risk
    except RefusedError:
        return "possible"


def judge(name: str, made: Series, back: np.ndarray, truth: np.ndarray) -> str:
    """Return one row of the table; *truth* takes the patient of the untouched head to the atlas."""
    atlas = load_atlas()
    if not can_register(made):
        return f"| {name} | {seen(made)} | – | – | – | 0.0 | yes |"
    try:
        found = register(made, atlas)
    except RuntimeError:
        return f"| {name} | {seen(made)} | – | – | – | 0.0 | yes |"
    moved = found.matrix @ np.linalg.inv(truth @ back)

    def placed(points: np.ndarray) -> np.ndarray:
        return points @ moved[:3, :3].T + moved[:3, 3]

    index = np.argwhere(atlas.distance < 0)[::7, ::-1]
    to_patient = np.linalg.inv(atlas.patient_to_index)
    brain = index @ to_patient[:3, :3].T + to_patient[:3, 3]
    lost, gone = face_points(placed(brain), atlas).sum(), face_points(placed(FEATURES), atlas).sum()
    off = np.linalg.norm(placed(FEATURES) - FEATURES, axis=1).max()
    sure, _reasons = judge_registration(found)
    asked = "no" if sure >= CERTAIN else "yes"
    return f"| {name} | {seen(made)} | {off:.0f} | {gone} of {len(FEATURES)} | {lost} of {len(brain)} | {sure} | {asked} |"


def main() -> None:
    """Print a table for each head named on the command line."""
    parser = argparse.ArgumentParser(description="Measure registrations of heads made worse.")
    parser.add_argument("heads", nargs="+", type=Path)
    parser.add_argument("--seen", action="store_true")
    given = parser.parse_args()
    for path in given.heads:
        series = read_series([path])
        made_ways = ALL | (OF_CT if series.modality == "CT" else OF_MR)
        if given.seen:
            print(
                f"{path.name}: {', '.join(f'{name} {seen(make(series)[0])}' for name, make in made_ways.items())}"
            )
            continue
        truth = register(series, load_atlas()).matrix
        print(
            f"\n{path.name}\n\n| made | a face is seen | off (mm) | features blanked | brain blanked "
            "| confidence | a person is asked |"
        )
        print("|---|---|---:|---:|---:|---:|---|")
        for name, make in made_ways.items():
            made, back = make(series)
            print(judge(name, made, back, truth), flush=True)


if __name__ == "__main__":
    main()
