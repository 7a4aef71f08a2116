"""Uploads that nobody goes on with: after a month they are closed, and what was sent of them is removed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from portal import ledger
from portal.models import Person
from storage import keys
from storage.models import Submission, SubmissionFile, UploadedPart
from storage.objects import raw_store
from storage.services.receiving.refusals import REASONS
from storage.states import SubmissionMove, SubmissionState

UNTOUCHED = timedelta(days=30)
CODE = "abandoned"


def abandon_untouched() -> int:
    """Close every open submission in which nothing has happened for a month; return how many were closed.

    What an earlier run could not remove, because the store was away or the worker died, is removed now.
    """
    since = timezone.now() - UNTOUCHED
    files = SubmissionFile.objects.filter(submission=OuterRef("pk"))
    lately = Exists(files.filter(Q(announced_at__gt=since) | Q(parts__arrived_at__gt=since)))
    left = Submission.objects.filter(~lately, state=SubmissionState.OPEN, opened_at__lte=since)
    ids = list(left.values_list("pk", flat=True))
    for submission_id in ids:
        abandon_submission(submission_id=submission_id, actor=Person.system())
    _remove_parts()
    return len(ids)


@transaction.atomic
def abandon_submission(*, submission_id: UUID, actor: Person) -> None:
    """Close an open submission; each file of it is rejected with the reason, none disappears."""
    submission: Submission = Submission.objects.locked(submission_id)
    if submission.state != SubmissionState.OPEN:
        return
    files = list(submission.files.all())
    for file in files:
        file.reject(CODE, REASONS[CODE])
    submission.move(SubmissionMove.ABANDON, reason=REASONS[CODE])
    ledger.record(actor, "submission abandoned", submission, files=len(files))


def _remove_parts() -> None:
    """Remove the parts of abandoned files: the objects first, so that a row always tells of what is left."""
    left = SubmissionFile.objects.filter(reason_code=CODE, parts__isnull=False).distinct()
    for file_id in list(left.values_list("pk", flat=True)):
        raw_store().delete_prefix(keys.parts(file_id))
        UploadedPart.objects.filter(file_id=file_id).delete()
