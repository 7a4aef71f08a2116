"""Letters: mail waits here until it is sent, so that none is lost with the queue."""

from __future__ import annotations

import uuid

from django.db import models


class Letter(models.Model):
    """One mail to one person, with the one link that leads on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return self.subject
