"""Whose copy a file is: what it carries is held against everything that grants were given.

A released file carries the pseudonyms and UIDs of one grant, which nobody but the holder of the keys can join with
anything else. Pseudonyms are derived anew from each grant's key; UIDs and digests are looked up among what was
released. A file that carries none of these cannot be traced, and the answer says so.

Only what a grant's own key made, or a document of its package, names it. UIDs that a profile left as they were stand in the
source and in every other release of it too, and anybody may write the name of a release.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain
from operator import or_
from typing import BinaryIO

from django.db.models import Q, QuerySet

from deid.engine import Identity
from deid.engine.review.outcomes import keeps_uids
from deid.keys import grant_key
from deid.models import GrantSecret, Release, ReleaseFile, ReleaseItem
from deid.services.leaks.marks import UID, Marks
from deid.services.leaks.unpacking import Allowance, files_in
from deid.services.profiling import profile_of
from portal.models import Subject

# Up to so many UIDs the database looks for them; more are held against every path.
MOST_IN_QUERY = 30
# Where the index of a release gives UIDs.
INDEXED = ("StudyInstanceUID", "SeriesInstanceUID")


@dataclass
class Found:
    """A release that a file points at: by which evidence, and to which subjects."""

    release: Release
    same_bytes: bool = False
    uids: int = 0
    kept_uids: int = 0
    is_stated: bool = False
    subjects: list[Subject] = field(default_factory=list)

    @property
    def is_certain(self) -> bool:
        """Whether the evidence is such as only this grant's key can make, or its package alone has."""
        return bool(self.uids or self.subjects or (self.same_bytes and self.is_stated))


@dataclass(frozen=True)
class Trace:
    """What came of it: the releases found, how many marks of a release the file carries, and whether all was looked at."""

    found: list[Found]
    marks: int
    complete: bool = True

    @property
    def certain(self) -> list[Found]:
        """The releases whose own marks the file carries."""
        return [one for one in self.found if one.is_certain]


def trace_file(content: BinaryIO, releases: QuerySet[Release]) -> Trace:
    """Return which of *releases* the file comes from; nothing of *content* is kept.

    Files of any kind will do: an image, a table, a package, an archive of them, a text that quotes a pseudonym.
    """
    marks, allowance = Marks(), Allowance()
    for name, file in files_in(content, allowance):
        marks.read(name, file)
    found: dict[object, Found] = {}
    for release in releases.filter(files__sha256__in=marks.digests).distinct():
        found.setdefault(release.pk, Found(release)).same_bytes = True
    for release in releases.filter(name__in=marks.names):
        found.setdefault(release.pk, Found(release)).is_stated = True
    for release, count in _by_uid(marks.uids.keys(), releases).items():
        one = found.setdefault(release.pk, Found(release))
        if keeps_uids(profile_of(release.profile_name)):
            one.kept_uids = count
        else:
            one.uids = count
    for release, subject in _by_pseudonym(marks.pseudonyms.keys(), releases):
        found.setdefault(release.pk, Found(release)).subjects.append(subject)
    ordered = sorted(found.values(), key=lambda one: (not one.is_certain, one.release.name))
    return Trace(ordered, marks.certain, not (marks.passed_over or allowance.left_out))


def _by_uid(uids: Collection[str], releases: QuerySet[Release]) -> dict[Release, int]:
    """Return how many of *uids*, which are their beginnings, were made for each release."""
    if not uids:
        return {}
    seen: dict[object, set[bytes]] = defaultdict(set)
    for pk, text in chain(_paths(uids, releases), _rows(uids, releases)):
        seen[pk].update(uid for uid in UID.findall(text.encode()) if uid.decode() in uids)
    return {
        release: len(seen[release.pk]) for release in releases.filter(pk__in=[pk for pk in seen if seen[pk]])
    }


def _paths(uids: Collection[str], releases: QuerySet[Release]) -> Iterator[tuple[object, str]]:
    """Yield the paths of released files that may hold one of *uids*, each with its release."""
    files = ReleaseFile.objects.filter(release__in=releases)
    if len(uids) <= MOST_IN_QUERY:
        files = files.filter(reduce(or_, (Q(path__contains=uid) for uid in uids)))
    return files.values_list("release_id", "path").iterator()


def _rows(uids: Collection[str], releases: QuerySet[Release]) -> Iterator[tuple[object, str]]:
    """Yield the UIDs that a release's index gives its series: the paths of NIfTI files hold none."""
    items = ReleaseItem.objects.filter(release__in=releases, series__isnull=False)
    for name in INDEXED:
        asked = items
        if len(uids) <= MOST_IN_QUERY:
            asked = items.filter(reduce(or_, (Q(**{f"row__{name}__startswith": uid}) for uid in uids)))
        for pk, uid in asked.values_list("release_id", f"row__{name}").iterator():
            yield pk, uid or ""


def _by_pseudonym(
    pseudonyms: Collection[str], releases: QuerySet[Release]
) -> Iterator[tuple[Release, Subject]]:
    """Yield each release and subject for which one of *pseudonyms* was made."""
    if not pseudonyms:
        return
    keyed = GrantSecret.objects.filter(grant_id__in=releases.values("grant_id")).values("grant_id")
    for release in releases.filter(grant_id__in=keyed).select_related("version"):
        identity = Identity(grant_key(release.grant_id))
        subjects = Subject.objects.filter(collection=release.version.collection_id)
        for subject in subjects.order_by("number"):
            if identity.pseudonym(subject.key) in pseudonyms:
                yield release, subject
