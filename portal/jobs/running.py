"""How a worker runs a job: claim → work under a lease → finish only if not overtaken."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Now

from portal.errors import TesseraError, TryLaterError
from portal.jobs.handle import JobHandle, JobOvertakenError
from portal.jobs.queueing import send
from portal.jobs.registry import JobKind, kind_of
from portal.models.jobs import Job, JobState

log = logging.getLogger(__name__)

# Only what a network does is tried again; anything else would fail the same way.
PASSING = (TryLaterError, OperationalError, InterfaceError, ConnectionError, TimeoutError)


def run(name: str, job_id: str) -> None:
    """Run one job that the broker delivered; one that is not due, or is another worker's, is left alone."""
    kind = kind_of(name)
    handle = claim(kind, UUID(job_id))
    if handle is None:
        return
    about = {"job": job_id, "task": name, "attempt": handle.attempt}
    log.info("job begins", extra=about)
    try:
        with handle.beating():
            _work(kind, handle, about)
    except JobOvertakenError:
        log.warning("job was overtaken", extra=about)
    _send_if_asked_again(handle, name)


def _work(kind: JobKind, handle: JobHandle, about: dict[str, object]) -> None:
    """Do the work and end the job, one way or another."""
    try:
        kind.work(handle.identifier, handle)
        handle.finish()
        log.info("job ends", extra=about)
    except JobOvertakenError:
        raise
    except PASSING as error:
        log.warning("job meets a fault that may pass", extra=about, exc_info=True)
        _try_later(kind, handle, code_of(error))
    except SoftTimeLimitExceeded:
        log.exception("job took too long", extra=about)
        handle.fail("took_too_long")
    except Exception as error:
        log.exception("job failed", extra=about)
        handle.fail(code_of(error))


@transaction.atomic
def claim(kind: JobKind, job_id: UUID) -> JobHandle | None:
    """Take the job for this worker and return the claim, or None when it is not to be had."""
    due = Job.objects.filter(state=JobState.QUEUED, not_before__lte=Now())
    lapsed = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=Now(), attempt__lt=kind.attempts)
    job = (due | lapsed).filter(pk=job_id).select_for_update(skip_locked=True).first()
    if job is None:
        return None
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING,
        attempt=job.attempt + 1,
        lease_until=Now() + timedelta(seconds=kind.lease_seconds),
        heartbeat_at=Now(),
        started_at=Now(),
    )
    return JobHandle(job.pk, job.identifier, job.attempt + 1, kind.lease_seconds)


def code_of(error: BaseException) -> str:
    """Return what may be kept of an error: its code or its type, never its words."""
    return error.code if isinstance(error, TesseraError) else type(error).__name__


def _try_later(kind: JobKind, handle: JobHandle, code: str) -> None:
    """Put the job back for later, twice as late each time, or fail it after its last attempt."""
    if handle.attempt >= kind.attempts:
        handle.fail(code)
        return
    pause = timedelta(seconds=min(300, 2**handle.attempt))
    Job.objects.filter(pk=handle.job_id, state=JobState.RUNNING, attempt=handle.attempt).update(
        state=JobState.QUEUED, error_code=code, not_before=Now() + pause, lease_until=None, sent_at=None
    )


def _send_if_asked_again(handle: JobHandle, name: str) -> None:
    """Send the job that took this one's place, where it was asked for while it ran."""
    waiting = Job.objects.filter(
        name=name, identifier=handle.identifier, state=JobState.QUEUED, sent_at=None, not_before__lte=Now()
    )
    for job_id in waiting.values_list("pk", flat=True):
        send(job_id, name)
