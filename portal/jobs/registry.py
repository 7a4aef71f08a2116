"""Which jobs there are: each app registers its own in `tasks.py`, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.jobs.handle import JobHandle
from portal.queues import QUEUES, QUICK

Work = Callable[[str, JobHandle], None]


@dataclass(frozen=True, slots=True)
class JobKind:
    """What is known of a kind of job."""

    name: str
    work: Work
    queue: str
    lease_seconds: float
    attempts: int
    limit_seconds: int
    every_seconds: float | None


KINDS: dict[str, JobKind] = {}


def job(
    name: str,
    *,
    queue: str = QUICK,
    lease: float = 60,
    attempts: int = 5,
    limit: int = 3600,
    every: float | None = None,
) -> Callable[[Work], Work]:
    """Register the decorated function as the work of the jobs called *name*.

    It takes the identifier and a `JobHandle`. *lease*: seconds without a heartbeat after which it counts as dead.
    *attempts*: how often it may be begun. *limit*: seconds after which it is stopped. *every*: seconds after which
    the sweep asks for it again by itself, with the identifier "all".
    """
    if queue not in QUEUES:
        raise ValueError(f"There is no queue {queue}; there are {', '.join(QUEUES)}.")

    def register(work: Work) -> Work:
        if name in KINDS and KINDS[name].work.__qualname__ != work.__qualname__:
            raise ValueError(f"Two jobs are called {name}.")
        KINDS[name] = JobKind(name, work, queue, lease, attempts, limit, every)
        return work

    return register


def names_in(queue: str) -> list[str]:
    """Return the names of the jobs that wait in *queue*."""
    return [kind.name for kind in KINDS.values() if kind.queue == queue]


def queue_of(name: str) -> str:
    """Return the queue of the jobs called *name*, empty for what no app registers any more."""
    return KINDS[name].queue if name in KINDS else ""


def kind_of(name: str) -> JobKind:
    """Return the kind of job called *name*."""
    if name not in KINDS:
        raise LookupError(f"No app has registered a job called {name}.")
    return KINDS[name]
