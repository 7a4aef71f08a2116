"""What the queue loses, this finds: jobs that wait too long, and jobs whose worker died."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from kombu.exceptions import ChannelError, OperationalError

from portal.celery import app
from portal.jobs.queueing import enqueue, send
from portal.jobs.registry import KINDS, names_in
from portal.models.jobs import Job, JobState
from portal.queues import QUEUES

log = logging.getLogger(__name__)

BATCH = 1000
EVERYTHING = "all"
# A message that is still in a full queue need not be sent again soon; one that vanished from an empty queue must.
PATIENCE_WITH_A_FULL_QUEUE = timedelta(minutes=15)
PATIENCE_WITH_AN_EMPTY_QUEUE = timedelta(seconds=5)


def sweep() -> int:
    """Take jobs from dead workers, send what was lost, and return how many were sent."""
    _take_from_the_dead()
    _ask_for_what_is_due()
    sent = 0
    for queue in QUEUES:
        patience = PATIENCE_WITH_AN_EMPTY_QUEUE if _is_empty(queue) else PATIENCE_WITH_A_FULL_QUEUE
        waiting = Job.objects.filter(state=JobState.QUEUED, name__in=names_in(queue), not_before__lte=Now())
        lost = waiting.filter(Q(sent_at=None) | Q(sent_at__lt=Now() - patience)).order_by("created_at")
        for job_id, name in lost.values_list("pk", "name")[:BATCH]:
            send(job_id, name)
            sent += 1
    return sent


@transaction.atomic
def _take_from_the_dead() -> None:
    """Put back the jobs whose lease ran out; after the last attempt they fail."""
    lapsed = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=Now())
    for job in lapsed.select_for_update(skip_locked=True)[:BATCH]:
        kind = KINDS.get(job.name)
        about = {"job": job.pk, "task": job.name, "attempt": job.attempt}
        if kind is None or job.attempt >= kind.attempts:
            log.error("job lost its worker once too often", extra=about)
            Job.objects.filter(pk=job.pk).update(
                state=JobState.FAILED,
                error_code="worker_lost",
                finished_at=Now(),
                lease_until=None,
                message="",
            )
        else:
            log.warning("job lost its worker", extra=about)
            Job.objects.filter(pk=job.pk).update(
                state=JobState.QUEUED, lease_until=None, sent_at=None, not_before=Now()
            )


def _ask_for_what_is_due() -> None:
    """Ask for the jobs that recur."""
    for kind in KINDS.values():
        if kind.every_seconds is None:
            continue
        since = Now() - timedelta(seconds=kind.every_seconds)
        if not Job.objects.filter(name=kind.name, identifier=EVERYTHING, created_at__gt=since).exists():
            enqueue(kind.name, EVERYTHING)


def _is_empty(queue: str) -> bool:
    """Say whether nothing waits in the broker's queue (which then may have been emptied)."""
    try:
        with app.connection_for_read() as connection:
            count = connection.default_channel.queue_declare(queue, passive=True).message_count
    except ChannelError:
        return True
    except (OperationalError, OSError):
        return False
    return bool(count == 0)
