"""Committees, who sits on them, and the terms under which a collection is shared."""

from __future__ import annotations

import uuid

from django.core.validators import MinValueValidator
from django.db import models

from portal.models import Collection, Organisation, Person


class Committee(models.Model):
    """The people who decide for a sponsor who may have its collections."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sponsor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="committees")
    name = models.CharField(max_length=150)
    quorum = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(2)],
        help_text="How many members without a conflict must vote before anything is decided.",
    )
    days_to_check = models.PositiveSmallIntegerField(default=5, help_text="Days for the completeness check.")
    days_to_decide = models.PositiveSmallIntegerField(default=28, help_text="Days for the decision.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(quorum__gte=2), name="nobody_decides_alone"),
            models.UniqueConstraint(fields=["sponsor", "name"], name="a_committee_name_is_used_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A person's place on a committee; ended, never deleted, so that old votes keep their voter."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    is_chair = models.BooleanField(default=False)
    taken_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-is_chair", "taken_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "person"],
                condition=models.Q(left_at__isnull=True),
                name="a_person_holds_one_seat_on_a_committee",
            ),
            models.UniqueConstraint(
                fields=["committee"],
                condition=models.Q(left_at__isnull=True, is_chair=True),
                name="a_committee_has_one_chair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.committee}"


class AgreementText(models.Model):
    """One edition of a collection's agreement; never edited, so that a digest names it for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="agreement_texts")
    edition = models.PositiveIntegerField()
    text = models.TextField(help_text="Markdown.")
    digest = models.CharField(max_length=64)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="agreement_texts")
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["collection", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "edition"], name="an_edition_is_written_once")
        ]

    def __str__(self) -> str:
        return f"Agreement of {self.collection}, edition {self.edition}"


class Terms(models.Model):
    """Who decides on a collection, what is signed for it, and how long a grant lasts."""

    collection = models.OneToOneField(
        Collection, on_delete=models.PROTECT, related_name="terms", primary_key=True
    )
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="terms")
    agreement = models.ForeignKey(AgreementText, on_delete=models.PROTECT, related_name="terms")
    grant_days = models.PositiveSmallIntegerField(default=365, help_text="How long a grant lasts, in days.")
    needs_official = models.BooleanField(
        default=False, help_text="A signing official of the requester's organisation must sign too."
    )

    class Meta:
        verbose_name_plural = "terms"
        constraints = [
            models.CheckConstraint(condition=models.Q(grant_days__gte=1), name="a_grant_has_an_end")
        ]

    def __str__(self) -> str:
        return f"Terms of {self.collection}"
