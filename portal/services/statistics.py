"""The figures of a version, as its page shows them: counted over subjects, small cells suppressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from django.db.models import Count, Sum

from portal.models import ClinicalTable, CollectionVersion, ColumnRole, Series, Subject
from portal.services.suppression import SMALL_CELL, Cell, suppress, suppress_changes
from portal.slots import figures_for

SAMPLES = 12
MANY = 8
OTHER = "Other"
UNKNOWN = "Not known"
SEXES = {"F": "Female", "M": "Male", "O": "Other"}
THICKNESS_MM = [(1, "under 1"), (2, "1 to 2"), (3, "2 to 3"), (5, "3 to 5"), (10, "5 to 10")]
IMAGES = [(10, "1 to 9"), (50, "10 to 49"), (200, "50 to 199"), (1000, "200 to 999")]
TOP_AGE = 90


def describe(version: CollectionVersion) -> dict[str, Any]:
    """Return what the pages show of *version*; no count in it is below five, nor any change from what was shown before."""
    series = Series.objects.filter(versions=version)
    subjects = list(_subjects(version))
    totals = series.aggregate(
        series=Count("pk"), instances=Sum("instance_count"), bytes=Sum("byte_count"),
        studies=Count("study", distinct=True),
    )  # fmt: skip
    charts = {
        "modalities": _by(series, "modality"),
        "body_parts": _by(series, "body_part", tidy=str.title),
        "manufacturers": _by(series, "manufacturer"),
        "sex": suppress(_ranked(SEXES.get(sex, UNKNOWN) for _, sex, _ in subjects)),
        "ages": suppress(_age_bands([age for _, _, age in subjects])),
        "slice_thickness": _bins(series, "slice_thickness_mm", THICKNESS_MM, "10 and over"),
        "images_per_subject": _images_per_subject(series),
    }
    return {
        "unit": "subjects",
        "totals": {
            "subjects": len(subjects) if len(subjects) >= SMALL_CELL or not subjects else None,
            "studies": totals["studies"] if len(subjects) >= SMALL_CELL else None,
            "series": totals["series"],
            "instances": totals["instances"] or 0,
            "bytes": totals["bytes"] or 0,
        },
        **_beside_earlier(version, charts),
        "found_under": {
            "modalities": sorted(set(series.values_list("modality", flat=True)) - {""}),
            "body_parts": sorted(
                {part.title() for part in series.values_list("body_part", flat=True)} - {""}
            ),
        },
        "samples": _samples(series),
        # A table is called as its file was, which may be after somebody.
        "tables": [_table(table, number) for number, table in enumerate(version.tables.order_by("title"), 1)],
        **figures_for("version", version),
    }


def _table(table: ClinicalTable, number: int) -> dict[str, Any]:
    """Return what a table is called, and of each column that leaves what it is called, what it holds and what was said of it."""
    columns = table.columns.exclude(role=ColumnRole.DROP)
    return {
        "title": table.public_title or f"Table {number}",
        "columns": len(columns),
        "dictionary": [
            {"name": one.name, "holds": one.get_role_display(), "about": one.description} for one in columns
        ],
    }


def _beside_earlier(version: CollectionVersion, charts: Mapping[str, list[Cell]]) -> dict[str, Any]:
    """Return the *charts* as they may stand beside those of the versions published before; `counted_in` says of which version
    a chart is that cannot: the latest that shows it, which tells nothing new.
    """
    earlier = version.collection.versions.filter(published_at__isnull=False, number__lt=version.number)
    published = list(earlier.order_by("number").values_list("number", "statistics"))
    shown: dict[str, Any] = {}
    counted_in: dict[str, int] = {}
    for name, cells in charts.items():
        told: list[Cell] = cells
        for _number, former in published:
            told = told and suppress_changes(told, former.get(name, []))
        latest = next((one for one in reversed(published) if one[1].get(name)), None)
        if latest and not told:
            number, former = latest
            told, counted_in[name] = former[name], former.get("counted_in", {}).get(name, number)
        shown[name] = told
    return shown | {"counted_in": counted_in}


def is_told(statistics: Mapping[str, Any], value: object, name: str) -> bool:
    """Say whether the published figures tell how many people have *value* of `modality`, `body_part` or `slice_thickness_mm`."""
    charts: dict[str, tuple[str, Callable[[Any], str]]] = {
        "modality": ("modalities", str),
        "body_part": ("body_parts", lambda text: str(text).title()),
        "slice_thickness_mm": ("slice_thickness", lambda mm: _bin(mm, THICKNESS_MM, "10 and over")),
    }
    chart, label = charts[name]
    cells = statistics.get(chart, [])
    return any(cell["label"] == label(value) and cell["count"] is not None for cell in cells)


def _subjects(version: CollectionVersion) -> Iterable[tuple[Any, str, int | None]]:
    return (
        Subject.objects.filter(studies__series__versions=version)
        .distinct()
        .order_by("pk")
        .values_list("pk", "sex", "age_years")
    )


def _by(series: Any, field: str, tidy: Callable[[str], str] = str) -> list[Cell]:
    """Count the subjects that have series with each value of *field*."""
    pairs = series.values_list("study__subject", field).distinct().order_by()
    return suppress(_ranked(tidy(value) or UNKNOWN for _, value in pairs))


def _ranked(values: Iterable[Hashable]) -> list[tuple[str, int]]:
    """Return the counts, largest first; what is rare beyond the first few is put together."""
    ranked = [(str(value), count) for value, count in Counter(values).most_common()]
    rest = sum(count for _, count in ranked[MANY:])
    return ranked[:MANY] + ([(OTHER, rest)] if rest else [])


def _age_bands(ages: list[int | None]) -> list[tuple[str, int]]:
    """Return ten-year bands without gaps; 90 and over is one."""
    known = [min(age, TOP_AGE) // 10 * 10 for age in ages if age is not None]
    counted = Counter(known)
    bands = [
        (f"{start}+" if start == TOP_AGE else f"{start}–{start + 9}", counted[start])
        for start in range(min(known, default=0), max(known, default=-10) + 10, 10)
    ]
    unknown = len(ages) - len(known)
    return bands + ([(UNKNOWN, unknown)] if unknown else [])


def _bins(series: Any, field: str, limits: list[tuple[int, str]], top: str) -> list[Cell]:
    """Count the subjects that have series in each bin of a measure; empty where it is never given."""
    pairs = series.exclude(**{field: None}).values_list("study__subject", field).distinct().order_by()
    binned = {(subject, _bin(value, limits, top)) for subject, value in pairs}
    counted = Counter(label for _, label in binned)
    labels = [label for _, label in limits] + [top]
    return suppress([(label, counted[label]) for label in labels]) if counted else []


def _images_per_subject(series: Any) -> list[Cell]:
    sums = series.values("study__subject").annotate(images=Sum("instance_count")).order_by()
    counted = Counter(_bin(row["images"] or 0, IMAGES, "1000 and over") for row in sums)
    labels = [label for _, label in IMAGES] + ["1000 and over"]
    return suppress([(label, counted[label]) for label in labels])


def _bin(value: float, limits: list[tuple[int, str]], top: str) -> str:
    return next((label for limit, label in limits if value < limit), top)


def _samples(series: Any) -> list[dict[str, str]]:
    """Return a few series with a thumbnail, of as many subjects as there are."""
    chosen: dict[Any, dict[str, str]] = {}
    spare: list[dict[str, str]] = []
    rows = series.exclude(thumbnail_key="").order_by("pk").values_list(
        "pk", "modality", "body_part", "study__subject"
    )  # fmt: skip
    for pk, modality, part, subject in rows.iterator():
        alt = f"{modality} image of the {part.lower()}" if part else f"{modality} image"
        sample = {"series": str(pk), "alt": alt}
        if (subject, modality) in chosen:
            spare.append(sample)
        else:
            chosen[subject, modality] = sample
        if len(chosen) == SAMPLES:
            break
    return [*chosen.values(), *spare][:SAMPLES]
