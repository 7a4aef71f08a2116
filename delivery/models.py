"""Receipts: who took which file of which release, when, and how much of it arrived."""

from __future__ import annotations

import uuid

from django.db import models

from portal.models import Person
from requests_app.models import Grant


class Door(models.TextChoices):
    """Through which door bytes left."""

    BROWSER = "browser", "Browser"
    API = "api", "tessera or another program"


class Download(models.Model):
    """One file, or one package, that somebody began to download."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="downloads")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="downloads")
    door = models.CharField(max_length=10, choices=Door.choices)
    path = models.CharField(max_length=300, help_text="In the package; “package.zip” for all of it.")
    first_byte = models.BigIntegerField(default=0)
    size = models.BigIntegerField(help_text="Bytes that were asked for.")
    sent = models.BigIntegerField(default=0, help_text="Bytes that left.")
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cut_off = models.BooleanField(default=False, help_text="The grant ended while it ran.")

    class Meta:
        ordering = ["-began_at"]
        indexes = [models.Index(fields=["grant", "-began_at"], name="downloads_of_a_grant")]

    def __str__(self) -> str:
        return f"Download {str(self.pk)[:8]}"
