"""What a running job holds: its claim, and the ways to report progress and to finish safely."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import Error, connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from portal.errors import OvertakenError
from portal.models.jobs import Job, JobState

REPORT_EVERY = 0.5


class JobOvertakenError(OvertakenError):
    """Another worker has taken the job over; this one must not write any more."""

    code = "job_overtaken"


class JobHandle:
    """The claim on one job: `progress`, `require_still_mine`, `finishing`."""

    def __init__(self, job_id: UUID, identifier: str, attempt: int, lease_seconds: float) -> None:
        self.job_id, self.identifier, self.attempt = job_id, identifier, attempt
        self.lease = timedelta(seconds=lease_seconds)
        self.finished = False
        self._reported = 0.0
        self._over = threading.Event()

    def progress(self, done: int, total: int, unit: str = "", message: str = "") -> None:
        """Show how far it is (twice a second at most); raise `JobOvertakenError` when somebody took over.

        *message* is shown to people and must not carry a value of the data.
        """
        now = time.monotonic()
        if now - self._reported < REPORT_EVERY and done < total:
            return
        self._reported = now
        if not self._mine().update(done=done, total=total, unit=unit, message=message, heartbeat_at=Now()):
            raise JobOvertakenError("Another worker has taken this job over.")

    def require_still_mine(self) -> None:
        """Hold the job's row until the transaction ends; raise `JobOvertakenError` when somebody took over.

        Call it inside the transaction that writes the results, before the first write.
        """
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("A claim can be guarded inside a transaction only.")
        if self._mine().select_for_update().first() is None:
            raise JobOvertakenError("Another worker has taken this job over.")

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Write the results and end the job in one transaction, or do neither."""
        with transaction.atomic():
            self.require_still_mine()
            yield
            self.finish()

    def finish(self) -> None:
        """End the job; raise `JobOvertakenError` when somebody took over."""
        if not self.finished:
            self._end(state=JobState.DONE, done=F("total"), error_code="")
            self.finished = True

    def fail(self, code: str) -> None:
        """End the job with a reason; raise `JobOvertakenError` when somebody took over."""
        self._end(state=JobState.FAILED, error_code=code)

    @transaction.atomic
    def _end(self, **changes: Any) -> None:
        """End the job; where it was asked for while it ran, a new one takes its place."""
        mine = self._mine().select_for_update().first()
        if mine is None:
            raise JobOvertakenError("Another worker has taken this job over.")
        self._mine().update(finished_at=Now(), lease_until=None, message="", **changes)
        if mine.again:
            Job.objects.create(name=mine.name, identifier=mine.identifier)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Extend the lease from a thread of its own while the body runs."""
        thread = threading.Thread(target=self._beat, name="job heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _beat(self) -> None:
        """Extend the lease three times in its length, over a connection of this thread."""
        try:
            while not self._over.wait(self.lease.total_seconds() / 3):
                try:
                    if not self._mine().update(lease_until=Now() + self.lease, heartbeat_at=Now()):
                        return
                except Error:
                    # The database is away: the lease may run out, which the sweep puts right.
                    connection.close()
        finally:
            connection.close()

    def _mine(self) -> QuerySet[Job]:
        mine: QuerySet[Job] = Job.objects.filter(pk=self.job_id, state=JobState.RUNNING, attempt=self.attempt)
        return mine
