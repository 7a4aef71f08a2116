"""De-identification profiles that sponsors write for themselves, revision by revision."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.models.people import Organisation, Person

SHIPPED = [("research", "Research: keeps what analysis needs, cleaned"), ("basic", "Basic: the strictest")]


class CleaningProfile(models.Model):
    """One revision of a sponsor's own profile; it never changes, the next one takes its place.

    `options` and `overrides` are everything it says, what it inherits included, so that a later revision of what
    it `stands_on` changes nothing here. Collections and releases name it by `reference`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sponsor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cleaning_profiles")
    name = models.SlugField(max_length=40)
    revision = models.PositiveIntegerField()
    reference = models.CharField(max_length=140, unique=True, help_text="<sponsor>/<name>@<revision>")
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True, help_text="Why it is as it is.")
    stands_on = models.CharField(
        max_length=140, help_text="A shipped profile, or the reference of another one."
    )
    options = ArrayField(models.CharField(max_length=60), default=list)
    overrides = models.JSONField(default=dict, help_text="Action codes by tag of eight hexadecimal digits.")
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cleaning_profiles")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["sponsor", "name", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["sponsor", "name", "revision"], name="a_revision_is_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.title}, revision {self.revision}"


def profile_choices(sponsor: Organisation | None, present: str = "") -> list[tuple[str, str]]:
    """Return the profiles that a collection of *sponsor* can follow: shipped ones, the newest of its own, *present*."""
    own = CleaningProfile.objects.filter(sponsor=sponsor) if sponsor else CleaningProfile.objects.none()
    newest = own.order_by("name", "-revision").distinct("name")
    choices = [*SHIPPED, *((one.reference, str(one)) for one in newest)]
    kept = own.filter(reference=present).first()
    if kept and kept.reference not in dict(choices):
        choices.append((kept.reference, str(kept)))
    return choices
