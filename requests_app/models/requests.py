"""Access requests: what is asked for, by whom, and every wording that was ever submitted."""

from __future__ import annotations

import uuid

from django.db import models

from portal.models import Person
from portal.moves import LockingQuerySet


class AccessRequest(models.Model):
    """One request for one or several collections; the draft stands here, what was submitted in revisions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True, help_text="How people speak of it.")
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_requests")
    title = models.CharField(max_length=200, blank=True)
    public_summary = models.TextField(blank=True, max_length=1500)
    purpose = models.TextField(blank=True, max_length=6000)
    plan = models.TextField("analysis plan", blank=True, max_length=12000)
    data_protection = models.TextField("where the data will be kept", blank=True, max_length=4000)
    funding = models.TextField(blank=True, max_length=2000)
    ethics = models.TextField("ethics approval", blank=True, max_length=2000)
    publication_intent = models.TextField(blank=True, max_length=2000)
    official_name = models.CharField("signing official", max_length=150, blank=True)
    official_email = models.EmailField("signing official's address", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Request {self.number}" + (f": {self.title}" if self.title else "")

    def involves(self, person: Person) -> bool:
        """Say whether *person* asked, or was named as a collaborator by account or address."""
        return (
            person.pk == self.requester_id
            or self.collaborators.filter(
                models.Q(person=person) | models.Q(email__iexact=person.email)
            ).exists()
        )


class Collaborator(models.Model):
    """Somebody who will work with the data beside the requester."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    access_request = models.ForeignKey(AccessRequest, on_delete=models.CASCADE, related_name="collaborators")
    full_name = models.CharField(max_length=150)
    email = models.EmailField()
    organisation_name = models.CharField("organisation", max_length=200)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="collaborations"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["full_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["access_request", "email"],
                condition=models.Q(removed_at__isnull=True),
                name="a_collaborator_is_named_once",
            )
        ]

    def __str__(self) -> str:
        return self.full_name


class Revision(models.Model):
    """The exact wording that was submitted; votes are bound to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    access_request = models.ForeignKey(AccessRequest, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["access_request", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["access_request", "number"], name="a_revision_number_is_used_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.access_request}, revision {self.number}"
