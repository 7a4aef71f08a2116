"""Writes that came with an idempotency key, and how they were answered."""

from __future__ import annotations

from django.db import models

from portal.models.people import Person


class IdempotentWrite(models.Model):
    """One write under one key of one person; without a status it is still being done."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="idempotent_writes")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, help_text="SHA-256 of method, address and body.")
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"], name="an_idempotency_key_is_used_once_by_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"Write {self.pk}"

    def keep(self, status: int, answer: object) -> None:
        """Keep how the write was answered."""
        self.status, self.answer = status, answer
        self.save(update_fields=["status", "answer"])
