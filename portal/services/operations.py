"""What administrators do with the machinery."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from portal import ledger
from portal.errors import IllegalMoveError
from portal.jobs import enqueue, names_in
from portal.models import Job, JobState, Person
from portal.policies import can_administer
from portal.queues import QUEUES
from portal.verdicts import require


def waiting_by_queue() -> list[dict[str, Any]]:
    """Return of each queue its name, how many of its jobs run and wait, and since when the first waits that may begin."""
    due = Q(state=JobState.QUEUED, not_before__lte=Now())
    counted = {"running": Count("pk", filter=Q(state=JobState.RUNNING)), "waiting": Count("pk", filter=due)}
    return [
        {
            "name": queue,
            **Job.objects.filter(name__in=names_in(queue)).aggregate(
                **counted, since=Min("created_at", filter=due)
            ),
        }
        for queue in QUEUES
    ]


@transaction.atomic
def retry_job(*, actor: Person, job_id: UUID) -> Job:
    """Ask for the work of a failed job again; the failed one stays as it is."""
    require(can_administer(actor))
    failed: Job = Job.objects.locked(job_id)
    if failed.state != JobState.FAILED:
        raise IllegalMoveError("Only a job that has failed can be asked for again.")
    again = enqueue(failed.name, failed.identifier)
    ledger.record(actor, "job retried", failed, again=again.pk)
    return again
