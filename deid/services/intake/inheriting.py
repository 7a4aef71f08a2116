"""What a data set of BIDS keeps once for many images becomes their subjects' own.

A package has nothing that is of no subject, and without such sidecars and gradients its images lack what readers need
(`RepetitionTime`).
"""

from __future__ import annotations

import io
import secrets
from collections import defaultdict
from uuid import UUID, uuid5

from django.db import transaction

from deid.engine import Identity
from deid.engine.formats.bids.inheritance import shares_of
from portal.jobs import JobHandle
from storage import keys
from storage.models import Submission, SubmissionFile
from storage.objects import raw_store
from storage.states import FileMove, FileState

# A sidecar has a few thousand bytes; a copy of it for each of many subjects shall not fill a store.
LARGEST = 1 << 18
REASON = "It tells of images of many subjects: each of them got a copy of it (BIDS, inheritance principle)."


def share_inherited(submission: Submission, handle: JobHandle) -> None:
    """Give each subject in a submission a copy of the files that tell of all images of a kind; a second run does nothing more."""
    beside: dict[UUID | None, list[str]] = defaultdict(list)
    for archive, path in submission.files.values_list("archive", "path"):
        beside[archive].append(path)
    throw_away = Identity(secrets.token_bytes(32))
    for file in submission.files.filter(state=FileState.RECEIVED, size__lte=LARGEST).order_by("pk"):
        if shares := shares_of(file.path, beside[file.archive_id], throw_away):
            _share(file, shares, handle)


def _share(file: SubmissionFile, shares: list[str], handle: JobHandle) -> None:
    content = raw_store().get_bytes(file.object_key)
    copies = [_copy(file, ordinal, path) for ordinal, path in enumerate(shares)]
    for copy in copies:
        raw_store().put_file(copy.object_key, io.BytesIO(content), sha256=file.sha256)
    kept = file.object_key
    with transaction.atomic():
        handle.require_still_mine()
        SubmissionFile.objects.bulk_create(copies)
        file.move(FileMove.EXPAND, reason=REASON, object_key="")
    raw_store().delete(kept)


def _copy(file: SubmissionFile, ordinal: int, path: str) -> SubmissionFile:
    """Return a subject's copy; its identifier follows from its place, so a second attempt writes over the same object."""
    pk = uuid5(file.pk, str(ordinal))
    return SubmissionFile(
        pk=pk,
        submission_id=file.submission_id,
        archive=file,
        ordinal=ordinal,
        path=path,
        size=file.size,
        sha256=file.sha256,
        state=FileState.RECEIVED,
        object_key=keys.raw(pk),
    )
