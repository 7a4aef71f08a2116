"""How work is asked for: a row in the caller's transaction, and a message after it was committed."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from portal.celery import app
from portal.jobs.registry import kind_of, names_in
from portal.models.jobs import OPEN, Job, JobState

log = logging.getLogger(__name__)


@transaction.atomic
def enqueue(name: str, identifier: UUID | str | int, *, delay_seconds: float = 0) -> Job:
    """Ask for the job *name* on *identifier* and return its row; where one is open already, return that.

    A job that runs already is run once more after it, because it may have looked before this change.
    """
    kind_of(name)
    thing = str(identifier)
    while True:
        Job.objects.bulk_create(
            [Job(name=name, identifier=thing, not_before=Now() + timedelta(seconds=delay_seconds))],
            ignore_conflicts=True,
        )
        job: Job | None = (
            Job.objects.select_for_update().filter(name=name, identifier=thing, state__in=OPEN).first()
        )
        if job is not None:
            break
    if job.state == JobState.RUNNING:
        Job.objects.filter(pk=job.pk).update(again=True)
    elif job.sent_at is None and not delay_seconds:
        transaction.on_commit(lambda: send(job.pk, name), robust=True)
    return job


def open_job(name: str, identifier: UUID | str | int) -> Job | None:
    """Return the job *name* on *identifier* while it waits or runs."""
    return Job.objects.filter(name=name, identifier=str(identifier), state__in=OPEN).first()


def jobs_before(job: Job) -> int:
    """Return how many jobs of the same queue were asked for before a waiting one and are not done."""
    names = names_in(kind_of(job.name).queue)
    return Job.objects.filter(name__in=names, state__in=OPEN, created_at__lt=job.created_at).count()


def send(job_id: UUID, name: str) -> None:
    """Hand a queued job to the broker; a broker that is away is no error, since the sweep will send it."""
    Job.objects.filter(pk=job_id).update(sent_at=Now(), sent_count=F("sent_count") + 1)
    try:
        app.send_task(name, args=[str(job_id)], retry=False)
    except (OperationalError, OSError):
        log.warning("the broker is away; the sweep will send the job", extra={"job": job_id, "task": name})
