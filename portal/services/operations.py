"""What administrators do with the machinery."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal import ledger
from portal.errors import IllegalMoveError
from portal.jobs import enqueue
from portal.models import Job, JobState, Person
from portal.policies import can_administer
from portal.verdicts import require


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
