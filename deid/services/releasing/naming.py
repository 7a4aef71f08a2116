"""Under which name a cleaned file lies in a package: new identifiers, and of BIDS what says nothing of anybody."""

from __future__ import annotations

from deid.engine import Identity
from deid.engine.formats.bids.names import bids_name, is_bids
from deid.engine.formats.kinds import WRITTEN
from deid.keys import collection_key, index_key
from deid.services.intake.reading import suffix_of_instance
from portal.models import Instance, Series, SeriesKind
from storage.models import SubmissionFile


def leaf_of(instance: Instance, series: Series, identity: Identity, new_uid: str) -> str:
    """Return the last part of a file's path: its new UID, its BIDS name, or a name it shares with its companions."""
    ending = suffix_of_instance(instance, series.kind)
    if series.kind == SeriesKind.DICOM:
        return f"{new_uid or identity.uid(instance.key)}{ending}"
    path = (
        SubmissionFile.objects.filter(object_key=instance.source_key).values_list("path", flat=True).first()
        or ""
    )
    if is_bids(path):
        return bids_name(path, identity, series.study.subject.key).rpartition("/")[2]
    stem = index_key(
        collection_key(series.collection), "companions", path[: -len(ending)] if path else instance.key
    )
    return f"{identity.uid(stem)}{WRITTEN.get(ending, ending)}"
