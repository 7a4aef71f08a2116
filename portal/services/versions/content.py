"""What a version contains: everything of the collection that is cleared when it is published."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from portal.models import ClinicalTable, CollectionVersion, ColumnRole, Instance, Series, SeriesState


def cleared_series(version: CollectionVersion) -> QuerySet[Series]:
    """Return the series that would be published."""
    return Series.objects.filter(
        study__subject__collection=version.collection_id, state=SeriesState.CLEARED
    ).order_by("pk")


def decided_tables(version: CollectionVersion) -> QuerySet[ClinicalTable]:
    """Return the tables of which at least one column is released."""
    released = [role for role in ColumnRole.values if role != ColumnRole.DROP]
    return ClinicalTable.objects.filter(
        collection=version.collection_id, columns__role__in=released
    ).distinct()


def freeze(version: CollectionVersion) -> None:
    """Set the version's series and tables to what is cleared now, and let no series of it change until that is written."""
    version.series.set(list(cleared_series(version).select_for_update(of=("self",))))
    version.tables.set(decided_tables(version))


def digest(version: CollectionVersion) -> str:
    """Return the SHA-256 over one line for each instance and table, sorted; the same content, the same digest."""
    hashed = hashlib.sha256()
    instances = (
        Instance.objects.filter(series__versions=version)
        .order_by("series__key", "key")
        .values_list("series__key", "key", "sha256", "size")
    )
    for series, key, sha256, size in instances.iterator(chunk_size=5000):
        hashed.update(f"instance {series} {key} {sha256} {size}\n".encode())
    for title, sha256, size in version.tables.order_by("title").values_list("title", "sha256", "size"):
        hashed.update(f"table {title} {sha256} {size}\n".encode())
    return hashed.hexdigest()
