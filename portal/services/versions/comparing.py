"""What changed between two versions of a collection, as counts; for the people of the sponsor and the curators.

Counts by modality may be small, so they never stand on a public page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from portal.models import ClinicalTable, CollectionVersion, Series
from portal.services.versions.content import cleared_series, decided_tables


@dataclass(frozen=True, slots=True)
class ModalityChange:
    """How many series of one modality came, went and stayed."""

    modality: str
    added: int
    withdrawn: int
    kept: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version has that the one before had not, and the other way round."""

    since: int
    series: tuple[ModalityChange, ...]
    tables_added: tuple[str, ...]
    tables_withdrawn: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both hold the same series and tables."""
        moved = any(row.added or row.withdrawn for row in self.series)
        return not (moved or self.tables_added or self.tables_withdrawn)


def difference_of(version: CollectionVersion) -> Difference | None:
    """Return what changed since the version published before *version*; None for the first.

    What is not published yet is compared as it would be frozen now.
    """
    former = (
        CollectionVersion.objects.filter(
            collection=version.collection_id, number__lt=version.number, published_at__isnull=False
        )
        .order_by("-number")
        .first()
    )
    if former is None:
        return None
    series: QuerySet[Series] = version.series.all() if version.published_at else cleared_series(version)
    tables: QuerySet[ClinicalTable] = (
        version.tables.all() if version.published_at else decided_tables(version)
    )
    titles, before = _titles(tables), _titles(former.tables.all())
    return Difference(
        since=former.number,
        series=_by_modality(Series.objects.filter(pk__in=series.values("pk")), former),
        tables_added=tuple(sorted(titles - before)),
        tables_withdrawn=tuple(sorted(before - titles)),
    )


def _by_modality(now: QuerySet[Series], former: CollectionVersion) -> tuple[ModalityChange, ...]:
    before = former.series.values("pk")
    added, kept = _counted(now.exclude(pk__in=before)), _counted(now.filter(pk__in=before))
    withdrawn = _counted(former.series.exclude(pk__in=now.values("pk")))
    return tuple(
        ModalityChange(modality, added[modality], withdrawn[modality], kept[modality])
        for modality in sorted({*added, *kept, *withdrawn})
    )


def _counted(series: QuerySet[Series]) -> Counter[str]:
    rows = series.order_by().values_list("modality").annotate(count=Count("pk"))
    return Counter(dict(rows))


def _titles(tables: QuerySet[ClinicalTable]) -> set[str]:
    return set(tables.values_list("title", flat=True))
