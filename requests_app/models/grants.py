"""Agreements and their signatures, grants and how they end."""

from __future__ import annotations

import uuid

from django.db import models

from portal.models import Person
from portal.moves import LockingQuerySet, Moving
from requests_app.models.committees import AgreementText
from requests_app.models.requests import Collaborator
from requests_app.models.reviews import Review
from requests_app.states import GRANT_TRANSITIONS, GrantState


class Agreement(models.Model):
    """The exact text that the parties of one review sign."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="agreement")
    based_on = models.ForeignKey(AgreementText, on_delete=models.PROTECT, related_name="agreements")
    text = models.TextField()
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(auto_now_add=True)
    executed_at = models.DateTimeField(null=True, blank=True)
    pdf_key = models.CharField(max_length=200, blank=True)

    objects = LockingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Agreement for {self.review}"


class Signature(models.Model):
    """A place to sign, and once signed, who signed which text and when."""

    class Role(models.TextChoices):
        """In which role somebody signs."""

        REQUESTER = "requester", "Requester"
        COLLABORATOR = "collaborator", "Collaborator"
        OFFICIAL = "official", "Signing official"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=12, choices=Role.choices)
    full_name = models.CharField(max_length=150)
    email = models.EmailField()
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    collaborator = models.ForeignKey(
        Collaborator, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    token_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token in the link.")
    typed_name = models.CharField(max_length=150, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="Of the text that was shown and signed.")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "full_name"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "email"], name="an_address_signs_once"),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True) | ~models.Q(digest=""),
                name="a_signature_pins_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.get_role_display()})"


class Grant(Moving):
    """The right of the signatories to read one release, for a stated time."""

    TRANSITIONS = GRANT_TRANSITIONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="grant")
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=12, choices=GrantState.choices, default=GrantState.PENDING)
    starts_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its holders were told what waits for them in its present state.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)
    destruction_statement = models.TextField(blank=True)
    destruction_attested_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="attestations"
    )
    destruction_attested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=GrantState.ACTIVE)
                | models.Q(starts_at__isnull=False, expires_at__isnull=False),
                name="an_active_grant_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=models.F("starts_at")),
                name="a_grant_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=GrantState.CLOSED_OUT)
                | models.Q(destruction_attested_at__isnull=False),
                name="closing_out_needs_the_attestation",
            ),
        ]

    def __str__(self) -> str:
        return f"Grant {self.number}"


class Publication(models.Model):
    """What was published with the data of a grant."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="publications")
    title = models.CharField(max_length=400)
    doi = models.CharField("DOI", max_length=200, blank=True)
    year = models.PositiveSmallIntegerField()
    reported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="publications")
    reported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-year", "title"]

    def __str__(self) -> str:
        return self.title
