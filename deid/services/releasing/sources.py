"""The sources of one item of a release, fetched one at a time into a scratch folder, whole and unchanged."""

from __future__ import annotations

from pathlib import Path

from deid.engine import sandbox
from deid.engine.formats.tables.sheets import WRITTEN_AS
from deid.services.intake.reading import suffix_of_instance
from portal.models import ClinicalTable, Instance, Series
from storage.objects import raw_store


def fetch_instance(instance: Instance, kind: str, folder: Path) -> Path:
    """Return the instance's source bytes in *folder*; raise `ObjectDamagedError` when they changed since intake."""
    file = folder / f"source-{instance.pk}{suffix_of_instance(instance, kind)}"
    return raw_store().get_to(instance.source_key, file, sha256=instance.sha256)


def fetch_table(table: ClinicalTable, folder: Path, pool: sandbox.Pool) -> tuple[Path, str]:
    """Return the table in *folder* and the ending of its kind: the source's bytes, or one sheet of them as a CSV, which a child
    of *pool* writes; raise `ObjectDamagedError` when they changed since intake."""
    file = folder / f"source-{table.pk}{table.ending}"
    raw_store().get_to(table.source_key, file, sha256=table.sha256)
    if not table.sheet:
        return file, table.ending
    written = file.with_suffix(WRITTEN_AS)
    pool.run("write_sheet", str(file), str(written), table.sheet)
    return written, WRITTEN_AS


def instances_in_order(series: Series) -> list[Instance]:
    """Return the instances in the order in which they are packed; always the same."""
    return list(series.instances.order_by("key"))
