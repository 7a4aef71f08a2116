"""Receipts: a download is written down before its first byte, and kept true while it runs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from deid.models import Release, ReleaseFile
from delivery.models import Download
from portal import ledger
from portal.models import LedgerEvent, Person

log = logging.getLogger(__name__)

DAMAGED = "released file is not what was sealed"


@transaction.atomic
def begin(*, person: Person, release: Release, door: str, path: str, first_byte: int, size: int) -> Download:
    """Write down that *person* begins to take *path*; the ledger gets a row for a package, and one a day for files."""
    today = timezone.now().date()
    known = Download.objects.filter(grant_id=release.grant_id, person=person, began_at__date=today).exists()
    download = Download.objects.create(
        grant_id=release.grant_id, person=person, door=door, path=path, first_byte=first_byte, size=size
    )
    if not known:
        ledger.record(person, "download began", release, door=door)
    return download


def note_damage(file: ReleaseFile) -> None:
    """Write down, once a day, that the store no longer has the bytes that were sealed as *file*."""
    log.error("a released file is not what was sealed: release %s, file %s", file.release_id, file.pk)
    day = timezone.now() - timedelta(days=1)
    told = LedgerEvent.objects.filter(verb=DAMAGED, subject_id=str(file.release_id), at__gte=day)
    try:
        with transaction.atomic():
            if not told.exists():
                ledger.record(Person.system(), DAMAGED, file.release, file=file.pk)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def note_running(sent: Mapping[UUID, int]) -> None:
    """Note how much of each running download has left; those that have ended meanwhile are not touched."""
    rows = [Download(pk=pk, sent=count) for pk, count in sent.items()]
    Download.objects.filter(ended_at=None).bulk_update(rows, ["sent"], batch_size=500)


def end(download_id: UUID, sent: int, *, cut_off: bool) -> None:
    """Note that a download is over, and how much of it has left."""
    Download.objects.filter(pk=download_id).update(sent=sent, cut_off=cut_off, ended_at=timezone.now())
