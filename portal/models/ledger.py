"""The ledger: one row for each act, chained by digests; the database itself refuses to change one."""

from __future__ import annotations

from django.db import models

from portal.models.people import Person


class LedgerEvent(models.Model):
    """Who did what to what, and when; identifiers and codes only."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ledger_events")
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64, db_index=True)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, help_text="Digest of the row before.")
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["previous"], name="the_chain_has_no_fork"),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="the_chain_begins_with_one"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb}"

    def facts(self) -> list[tuple[str, object]]:
        """Return the detail as pairs, for pages: a detail may itself be called `items`."""
        return list(self.detail.items())

    def as_row(self) -> dict[str, object]:
        """Return the row as it is exported and as its digest covers it."""
        return {
            "sequence": self.sequence,
            "at": self.at.isoformat(timespec="microseconds"),
            "actor": str(self.actor_id),
            "verb": self.verb,
            "subject_type": self.subject_type,
            "subject_id": self.subject_id,
            "detail": self.detail,
            "previous": self.previous,
            "digest": self.digest,
        }


class LedgerCheckpoint(models.Model):
    """The head of the chain at one time, signed, so that a cut tail is found."""

    sequence = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-sequence", "-made_at"]

    def __str__(self) -> str:
        return f"Checkpoint at {self.sequence}"

    def as_row(self) -> dict[str, object]:
        """Return the checkpoint as it is exported."""
        return {"checkpoint": self.sequence, "digest": self.digest, "signature": self.signature}
