"""How jobs reach the workers: each is a Celery task of its name that carries the identifier of its row."""

from __future__ import annotations

from portal.celery import app
from portal.jobs.registry import KINDS
from portal.jobs.running import run
from portal.jobs.sweeping import sweep

GRACE_SECONDS = 30
SWEEP = "portal.sweep_jobs"
DELIVERED: set[str] = set()


def deliver_all() -> None:
    """Make a task of every registered job, and of the sweep; what has its task already is left alone."""
    for kind in KINDS.values():
        if kind.name not in DELIVERED:
            DELIVERED.add(kind.name)
            _task(kind.name, kind.limit_seconds)
    if SWEEP not in DELIVERED:
        DELIVERED.add(SWEEP)
        app.task(sweep, name=SWEEP, acks_late=True, soft_time_limit=60, time_limit=90)


def _task(name: str, limit: int) -> None:
    """Make the task of one kind of job: acknowledged late, stopped before the broker would send it again."""

    def work(job_id: str) -> None:
        run(name, job_id)

    app.task(
        work,
        name=name,
        acks_late=True,
        reject_on_worker_lost=True,
        ignore_result=True,
        soft_time_limit=limit,
        time_limit=limit + GRACE_SECONDS,
    )
