"""Reviews: how the request for one collection is looked at and decided."""

from __future__ import annotations

import uuid

from django.db import models

from portal.models import CollectionVersion, Person
from portal.moves import Moving
from requests_app.models.committees import Committee
from requests_app.models.requests import AccessRequest, Revision
from requests_app.states import OPEN_REVIEW_STATES, REVIEW_TRANSITIONS, ReviewState


class Review(Moving):
    """The request for one collection, on its way from draft to grant."""

    TRANSITIONS = REVIEW_TRANSITIONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    access_request = models.ForeignKey(AccessRequest, on_delete=models.PROTECT, related_name="reviews")
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews")
    collection = models.ForeignKey("portal.Collection", on_delete=models.PROTECT, related_name="reviews")
    version = models.ForeignKey(CollectionVersion, on_delete=models.PROTECT, related_name="reviews")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="reviews")
    selection = models.JSONField(default=dict, help_text="Which series: modalities and body parts; tables.")
    state = models.CharField(max_length=30, choices=ReviewState.choices, default=ReviewState.DRAFT)
    since = models.DateTimeField(auto_now_add=True, help_text="When the present state began.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Until when the holder should act.")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When the holder was last reminded.")
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    round = models.PositiveSmallIntegerField(default=1, help_text="2 after an appeal, with a disjoint panel.")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    decision_letter = models.TextField(blank=True)
    decline_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "collection"],
                condition=models.Q(state__in=OPEN_REVIEW_STATES),
                name="one_open_request_per_person_and_collection",
            ),
            models.UniqueConstraint(
                fields=["access_request", "collection"], name="a_request_names_a_collection_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[ReviewState.DRAFT, ReviewState.WITHDRAWN])
                | models.Q(revision__isnull=False),
                name="what_is_submitted_has_a_revision",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("requester")),
                name="nobody_decides_on_their_own_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.access_request} for {self.collection}"


class Choice(models.TextChoices):
    """How a member votes."""

    APPROVE = "approve", "Approve"
    DECLINE = "decline", "Decline"


class Vote(models.Model):
    """A member's vote on one wording, in one round; changed by voting again until the decision."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="votes")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="votes")
    round = models.PositiveSmallIntegerField()
    choice = models.CharField(max_length=10, choices=Choice.choices)
    comment = models.TextField(blank=True)
    cast_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["cast_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "member", "round", "revision"], name="a_member_votes_once_on_a_wording"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_choice_display()}"


class Recusal(models.Model):
    """A member stands aside for one review; the member's votes on it do not count."""

    class Source(models.TextChoices):
        """Who said that there is a conflict."""

        DECLARED = "declared", "Declared by the member"
        COMPUTED = "computed", "Found by the portal"
        CHAIR = "chair", "Set by the chair"

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="recusals")
    member = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recusals")
    source = models.CharField(max_length=10, choices=Source.choices)
    reason = models.TextField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "member"], name="a_member_is_recused_once_per_review")
        ]

    def __str__(self) -> str:
        return f"{self.member} stands aside"


class Condition(models.Model):
    """Something that the committee asks for with its approval; it becomes part of the agreement."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="conditions")
    text = models.TextField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposed_conditions")
    proposed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["proposed_at"]

    def __str__(self) -> str:
        return self.text[:60]


class Message(models.Model):
    """A question, an answer, or a note among the members."""

    class Audience(models.TextChoices):
        """Who reads it."""

        EVERYBODY = "everybody", "Requester and committee"
        COMMITTEE = "committee", "Committee only"

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["sent_at"]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"


class Step(models.Model):
    """One move of a review, as the timeline shows it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=30, choices=ReviewState.choices)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="steps")
    note = models.TextField(blank=True)
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["taken_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.actor})"
