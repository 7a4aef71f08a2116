"""Which queue a task goes to, by its name."""

from __future__ import annotations

from typing import Any

from portal.jobs.registry import KINDS
from portal.queues import QUICK


def route(name: str, args: Any, kwargs: Any, options: Any, task: Any = None, **_: Any) -> dict[str, str]:
    """Return the queue that the job registered; what is no job is quick."""
    return {"queue": KINDS[name].queue if name in KINDS else QUICK}
