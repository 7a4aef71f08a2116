"""Whose copy a file is: what it carries is held against everything that grants were given.

A released file carries the pseudonyms and UIDs of one grant, which nobody but the holder of the keys can join with
anything else. Pseudonyms are derived anew from each grant's key; UIDs and digests are looked up among what was
released. A file that carries none of these cannot be traced, and the answer says so.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import BinaryIO

from django.db.models import Q, QuerySet

from deid.engine import Identity
from deid.keys import grant_key
from deid.models import GrantSecret, Release, ReleaseFile
from portal.models import Subject

PSEUDONYM = re.compile(rb"T-[A-Z2-7]{10}")
UID = re.compile(rb"2\.25\.\d{20,39}")
CHUNK, OVERLAP = 1 << 20, 64
MOST_TOKENS, MOST_BYTES = 200, 1 << 30
GZIP = b"\x1f\x8b"


@dataclass
class Found:
    """A release that a file points at: by which evidence, and to which subjects."""

    release: Release
    same_bytes: bool = False
    uids: int = 0
    subjects: list[Subject] = field(default_factory=list)

    @property
    def is_certain(self) -> bool:
        """Whether the evidence is such as only this grant's key can make."""
        return bool(self.uids or self.subjects)


@dataclass(frozen=True)
class Trace:
    """What came of it: the releases found, and how many marks of a release the file carries in all."""

    found: list[Found]
    marks: int

    @property
    def certain(self) -> list[Found]:
        """The releases whose own marks the file carries."""
        return [one for one in self.found if one.is_certain]


def trace_file(content: BinaryIO, releases: QuerySet[Release]) -> Trace:
    """Return which of *releases* the file comes from; *content* is read once, in parts, and nothing of it is kept.

    Files of any kind will do: an image, a table, a package, a text that quotes a pseudonym.
    """
    digest, pseudonyms, uids = _marks_of(content)
    found: dict[object, Found] = {}
    for release in releases.filter(files__sha256=digest).distinct():
        found.setdefault(release.pk, Found(release)).same_bytes = True
    for release, count in _by_uid(uids, releases).items():
        found.setdefault(release.pk, Found(release)).uids = count
    for release, subject in _by_pseudonym(pseudonyms, releases):
        found.setdefault(release.pk, Found(release)).subjects.append(subject)
    ordered = sorted(found.values(), key=lambda one: (not one.is_certain, one.release.name))
    return Trace(ordered, len(pseudonyms) + len(uids))


def _marks_of(content: BinaryIO) -> tuple[str, set[str], set[str]]:
    """Return the SHA-256, and the pseudonyms and UIDs of ours that stand anywhere in the bytes."""
    digest, pseudonyms, uids = hashlib.sha256(), set[str](), set[str]()
    tail = b""
    for part in _parts(content, digest):
        window = tail + part
        pseudonyms.update(found.decode() for found in PSEUDONYM.findall(window))
        uids.update(found.decode() for found in UID.findall(window))
        tail = window[-OVERLAP:]
    # A UID that ends with its part is the beginning of the whole one, and points at the same release.
    return digest.hexdigest(), set(sorted(pseudonyms)[:MOST_TOKENS]), set(sorted(uids)[:MOST_TOKENS])


def _parts(content: BinaryIO, digest: hashlib._Hash) -> Iterator[bytes]:
    """Yield the bytes to search, unpacked where the file is packed with gzip."""
    unpack, done = None, 0
    while part := content.read(CHUNK):
        digest.update(part)
        if done == 0 and part.startswith(GZIP):
            unpack = zlib.decompressobj(wbits=31)
        done += len(part)
        if unpack is None:
            yield part
        elif not unpack.eof and done < MOST_BYTES:
            try:
                yield unpack.decompress(part, CHUNK * 64)
            except zlib.error:
                unpack = zlib.decompressobj(wbits=31)


def _by_uid(uids: set[str], releases: QuerySet[Release]) -> dict[Release, int]:
    """Return how many of *uids* were made for each release."""
    if not uids:
        return {}
    named = reduce(or_, (Q(path__contains=uid) for uid in uids))
    counts: dict[Release, set[str]] = defaultdict(set)
    for file in ReleaseFile.objects.filter(named, release__in=releases).select_related("release"):
        counts[file.release].update(uid for uid in uids if uid in file.path)
    return {release: len(seen) for release, seen in counts.items()}


def _by_pseudonym(pseudonyms: set[str], releases: QuerySet[Release]) -> Iterator[tuple[Release, Subject]]:
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
