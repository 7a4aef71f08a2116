"""Jobs: what the workers have to do. This table is the truth; the broker only delivers.

queued ─claim─► running ─finish─► done
   ▲              │ │
   └─ lease ran ──┘ └─fail─► failed (a reason the administrator can act on)
      out, or try
      again later
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from portal.moves import LockingQuerySet


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


OPEN = (JobState.QUEUED, JobState.RUNNING)


class Job(models.Model):
    """One piece of work on one thing; of a name and a thing, one is open at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    identifier = models.CharField(max_length=64, help_text="What it works on; opaque.")
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.PositiveIntegerField(
        default=0, help_text="Counts the claims; only the last one may finish."
    )
    again = models.BooleanField(default=False, help_text="Was asked for once more while it ran.")
    not_before = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True, help_text="When it was last handed to the broker.")
    sent_count = models.PositiveIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    unit = models.CharField(max_length=20, blank=True)
    message = models.CharField(
        max_length=120, blank=True, help_text="What is being done now, in plain words."
    )
    error_code = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["name", "identifier"], name="job_by_thing"),
            models.Index(
                fields=["state", "not_before"], name="job_by_due", condition=models.Q(state__in=OPEN)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "identifier"],
                condition=models.Q(state__in=OPEN),
                name="one_open_job_per_name_and_thing",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=JobState.RUNNING) | models.Q(lease_until__isnull=False),
                name="a_running_job_has_a_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.identifier}"

    @property
    def is_open(self) -> bool:
        """Whether it still has to end."""
        return self.state in OPEN

    @property
    def percent(self) -> int | None:
        """How far it is, where that is known."""
        return min(100, int(100 * self.done / self.total)) if self.total else None
