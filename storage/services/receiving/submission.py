"""How a submission is received: every file of it, then the whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import Now

from portal import ledger
from portal.jobs import JobHandle, enqueue
from portal.models import Person
from storage.models import Submission
from storage.services.receiving.files import Receiver
from storage.states import FileState, SubmissionMove, SubmissionState


def receive_submission(submission_id: UUID, handle: JobHandle) -> None:
    """Leave every file received, opened or rejected with its reason, and hand the submission on to be indexed."""
    submission = Submission.objects.get(pk=submission_id)
    if submission.state != SubmissionState.RECEIVING:
        return
    waiting = submission.files.filter(state=FileState.UPLOADED, archive=None)
    total, done = waiting.aggregate(total=Sum("size"))["total"] or 0, 0
    with scratch_folder(submission_id, handle.attempt) as folder:
        receiver = Receiver(handle, folder)
        for file in waiting.order_by("path"):
            handle.progress(done, total, "bytes", "Checking and storing what was uploaded")
            receiver.receive(file)
            done += file.size
    with handle.finishing():
        locked = Submission.objects.locked(submission_id)
        locked.move(SubmissionMove.RECEIVE, received_at=Now())
        counts = locked.counts()
        ledger.record(
            Person.system(),
            "submission received",
            locked,
            received=counts[FileState.RECEIVED],
            rejected=counts[FileState.REJECTED],
        )
        enqueue("deid.index_submission", submission_id)


@contextmanager
def scratch_folder(submission_id: UUID, attempt: int) -> Iterator[Path]:
    """Give a folder of this attempt's own, and remove what attempts that died have left."""
    for left in settings.SCRATCH_DIR.glob(f"receive-{submission_id}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder: Path = settings.SCRATCH_DIR / f"receive-{submission_id}-{attempt}"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
