"""Where a cleaned file lies in a package: new identifiers, and of BIDS what says nothing of anybody."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from deid.engine import Identity
from deid.engine.formats.bids.names import is_bids
from deid.engine.formats.bids.places import places_of
from deid.engine.formats.kinds import WRITTEN
from deid.keys import collection_key, index_key
from deid.models import Release
from deid.services.intake.reading import suffix_of_instance
from portal.models import Instance, Series, SeriesKind, Subject
from storage.models import SubmissionFile

DATA, BIDS = "data", "data/bids"


class Places:
    """Where the files of one series of a *release* lie in its package.

    DICOM and what has no name of BIDS lie as subject / study / series / instance. What has one lies in a data set of BIDS, where
    an image and what belongs to it are found beside each other, though each is a series of its own.
    """

    def __init__(self, release: Release, series: Series, identity: Identity) -> None:
        self._series, self._identity = series, identity
        self._sources = _source_paths(release, series.study.subject)
        named = filter(is_bids, self._sources.values())
        self._bids = places_of(named, identity, series.study.subject.key)

    def of(self, instance: Instance, cleaned: Mapping[str, Any]) -> str:
        """Return the place of an *instance*, of which the engine said what *cleaned* holds."""
        source = self._sources.get(instance.pk, "")
        if source in self._bids:
            return f"{BIDS}/{self._bids[source]}"
        study, series = self.uids(cleaned)
        folder = f"{DATA}/{cleaned['pseudonym']}/{study}/{self._series.modality}_{series}"
        return f"{folder}/{self._leaf(instance, source, cleaned['sop_instance_uid'])}"

    def beside(self, instance: Instance) -> dict[str, str]:
        """Return new names of this release's files by their old ones, as a table of BIDS tells them: from its own folder on."""
        source = self._sources.get(instance.pk, "")
        if source not in self._bids:
            return {}
        old, new = posixpath.dirname(source), posixpath.dirname(self._bids[source])
        return {
            posixpath.relpath(path, old): posixpath.relpath(place, new) for path, place in self._bids.items()
        }

    def uids(self, cleaned: Mapping[str, Any]) -> tuple[str, str]:
        """Return the new UIDs of study and series: of what has none in the source, made of their keys."""
        study, series = self._series.study.key, self._series.key
        return (
            cleaned["study_uid"] or self._identity.uid(study),
            cleaned["series_uid"] or self._identity.uid(series),
        )

    def _leaf(self, instance: Instance, source: str, new_uid: str) -> str:
        ending = suffix_of_instance(instance, self._series.kind)
        if self._series.kind == SeriesKind.DICOM:
            return f"{new_uid or self._identity.uid(instance.key)}{ending}"
        stem = index_key(
            collection_key(self._series.collection),
            "companions",
            source[: -len(ending)] if source else instance.key,
        )
        return f"{self._identity.uid(stem)}{WRITTEN.get(ending, ending)}"


def _source_paths(release: Release, subject: Subject) -> dict[UUID, str]:
    """Return how the files of a *subject* were called that are in a *release* and no DICOM, by their instances."""
    instances = Instance.objects.filter(
        series__release_items__release=release, series__study__subject=subject
    )
    others = dict(instances.exclude(series__kind=SeriesKind.DICOM).values_list("pk", "source_key"))
    files = SubmissionFile.objects.filter(object_key__in=others.values()).order_by("-pk")
    paths = dict(files.values_list("object_key", "path"))
    return {pk: paths[key] for pk, key in others.items() if key in paths}
