"""Work that happens later: `@job` registers it, `enqueue` asks for it, `open_job` finds it, the handle reports and guards it.

A job may run twice, die at any instant, or arrive late, and the result is the same: it claims its row with a
lease, works, and finishes only if nobody has overtaken it.
"""

from portal.jobs.handle import JobHandle, JobOvertakenError
from portal.jobs.queueing import enqueue, jobs_before, open_job
from portal.jobs.registry import job, names_in, queue_of

__all__ = [
    "JobHandle",
    "JobOvertakenError",
    "enqueue",
    "job",
    "jobs_before",
    "names_in",
    "open_job",
    "queue_of",
]
