"""Which series and tables of a version a request asks for."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.models import ClinicalTable, CollectionVersion, Series
from requests_app.models import Review


def selected_series(review: Review) -> QuerySet[Series]:
    """Return the series of the review's version that its selection names; an empty selection names all."""
    series = review.version.series.all()
    if review.selection.get("modalities"):
        series = series.filter(modality__in=review.selection["modalities"])
    if review.selection.get("body_parts"):
        series = series.filter(body_part__in=review.selection["body_parts"])
    return series


def selected_tables(review: Review) -> QuerySet[ClinicalTable]:
    """Return the clinical tables that the selection names; they come along unless it says otherwise."""
    tables = review.version.tables.all()
    return tables if review.selection.get("tables", True) else tables.none()


def selection_in_words(review: Review) -> str:
    """Return the selection as a sentence's part, for pages and the agreement."""
    parts = []
    if review.selection.get("modalities"):
        parts.append("modalities " + ", ".join(review.selection["modalities"]))
    if review.selection.get("body_parts"):
        parts.append("body parts " + ", ".join(review.selection["body_parts"]))
    words = "; ".join(parts) or "all series"
    return words if review.selection.get("tables", True) else f"{words}; without clinical tables"


def choices_of(version: CollectionVersion | None) -> dict[str, list[str]]:
    """Return what a selection can choose from: the modalities and body parts in the version."""
    if version is None:
        return {"modalities": [], "body_parts": []}
    found = set(version.series.order_by().values_list("modality", "body_part").distinct())
    return {
        "modalities": sorted({modality for modality, _ in found}),
        "body_parts": sorted({part for _, part in found if part}),
    }
