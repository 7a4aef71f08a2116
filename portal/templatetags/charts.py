"""Charts that are read without colour: each draws its bars as SVG and carries its data as a table.

A row is a mapping with `label` and `count`. A count of None was suppressed: as small (shown as “<5”), or, where
`why` says so, hidden because a small one could be worked out from it. Its pale bar has no meaningful length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

register = template.Library()

SMALL, HIDDEN = "<5", "hidden"
SMALL_BAR = 2.0
Row = Mapping[str, Any]


def shape(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows with the text to show and the length of the bar in percent of the largest."""
    largest = max((row["count"] or 0 for row in rows), default=0) or 1
    return [
        {
            "label": row["label"],
            "text": _text(row),
            "small": row["count"] is None,
            "length": f"{SMALL_BAR if row['count'] is None else 100 * row['count'] / largest:.2f}",
            "top": f"{100 - (SMALL_BAR if row['count'] is None else 100 * row['count'] / largest):.2f}",
        }
        for row in rows
    ]


def _text(row: Row) -> str:
    if row["count"] is None:
        return HIDDEN if row.get("why") == "hidden" else SMALL
    return f"{row['count']:,}"


def _context(title: str, rows: Sequence[Row], unit: str, noun: str, note: str) -> dict[str, Any]:
    shaped = shape(rows)
    return {"title": title, "rows": shaped, "unit": unit, "noun": noun or "Value", "note": note,
            "few": len(shaped) <= 12}  # fmt: skip


@register.inclusion_tag("components/charts/bars.html")
def bar_chart(
    title: str, rows: Sequence[Row], unit: str = "series", noun: str = "", note: str = ""
) -> dict[str, Any]:
    """Draw horizontal bars, one a category."""
    return _context(title, rows, unit, noun, note)


@register.inclusion_tag("components/charts/columns.html")
def histogram(
    title: str, rows: Sequence[Row], unit: str = "series", noun: str = "", note: str = ""
) -> dict[str, Any]:
    """Draw columns in the order given: bins of a measure, or months."""
    return _context(title, rows, unit, noun, note)


@register.inclusion_tag("components/charts/track.html")
def timeline_chart(title: str, points: Sequence[Mapping[str, str]], note: str = "") -> dict[str, Any]:
    """Draw a track with a dot for each point in time: `label`, `text` and whether it is `done`."""
    last = max(len(points) - 1, 1)
    placed = [
        {**point, "x": f"{20 + 600 * place / last:.1f}", "done": bool(point.get("done"))}
        for place, point in enumerate(points)
    ]
    reached = [point["x"] for point in placed if point["done"]]
    return {"title": title, "points": placed, "reached": reached[-1] if reached else "20", "note": note}
