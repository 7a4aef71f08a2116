"""Run what is queued here and now, without workers: while the example data is loaded, and in tests."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models.functions import Now

from portal.jobs.running import run
from portal.models.jobs import Job, JobState


def run_queued(told: Callable[[Job], None] = lambda job: None) -> int:
    """Run every job that is due, and what those ask for, until nothing is left; return how many were run."""
    count = 0
    while True:
        job = (
            Job.objects.filter(state=JobState.QUEUED, not_before__lte=Now())
            .order_by("not_before", "pk")
            .first()
        )
        if job is None:
            return count
        told(job)
        run(job.name, str(job.pk))
        count += 1
