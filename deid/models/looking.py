"""What curators have looked at, picture by picture, so that a sign-off can say how much of a series was seen."""

from __future__ import annotations

from django.db import models

from portal.models import Instance, Person


class LookedAt(models.Model):
    """One frame of one source, drawn in full for one curator; kept from its first time on."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="looked_at")
    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="looked_at")
    frame = models.PositiveIntegerField(help_text="Counted from 1; of a volume the slice.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "instance", "frame"], name="a_picture_is_looked_at_once_by_each"
            )
        ]

    def __str__(self) -> str:
        return f"Frame {self.frame} of {self.instance}"
