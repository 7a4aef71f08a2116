"""Findings: what an inspection saw in a series, for a person to decide."""

from __future__ import annotations

import uuid

from django.db import models

from deid.states import FINDING_TRANSITIONS, FindingState
from portal.models import Person, Series
from portal.moves import Moving


class FindingKind(models.TextChoices):
    """What was seen."""

    BURNED_IN_TEXT = "burned_in_text", "Text in the image"
    FACE = "face", "A face could be rebuilt"
    CONTENT = "content", "The image itself identifies"
    REPORT = "report", "A report in words"
    PRIVATE_ELEMENTS = "private_elements", "Private elements"
    QUALITY = "quality", "Quality"


class Finding(Moving):
    """One thing that needs a person, and what the person decided.

    `boxes` are the proposed mask, later the decided one: a list of `{"frames": [first, end] | null, "x",
    "y", "width", "height", "confidence", "rows", "columns", "instance", "found", "except"}` in pixels of the stored image; null
    frames means every frame, frames are counted from 0 and the last is not masked any more. A box goes to every image of *rows*
    by *columns* pixels in the series but those in `except`, or to one `instance` alone: as a curator drew it, whose boxes all
    say `instance`, or because text was `found` on some frames of it only. `places` says where it was seen: a list of
    `{"instance", "frame"}`, by our own identifiers and from 0.
    """

    TRANSITIONS = FINDING_TRANSITIONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20, choices=FindingKind.choices)
    state = models.CharField(max_length=12, choices=FindingState.choices, default=FindingState.OPEN)
    confidence = models.FloatField(default=1.0, help_text="0 to 1: how sure the inspection is.")
    boxes = models.JSONField(default=list)
    places = models.JSONField(default=list)
    summary = models.CharField(max_length=300, help_text="In words, without any value of the source.")
    hindrance = models.CharField(
        max_length=300, blank=True, help_text="Why no mask can be put on the pixels; empty where one can."
    )
    plan_key = models.CharField(
        max_length=200,
        blank=True,
        help_text="Of a face: where the plan lies that says which voxels to blank.",
    )
    brain_only = models.BooleanField(
        default=False, help_text="Of a face: whether everything but the brain is to go (skull-strip)."
    )
    preview_key = models.CharField(max_length=200, blank=True)
    preview_width = models.PositiveIntegerField(default=0)
    preview_height = models.PositiveIntegerField(default=0)
    found_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_findings"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["found_at"]
        constraints = [
            models.UniqueConstraint(fields=["series", "kind"], name="a_series_has_one_finding_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(state=FindingState.OPEN) | models.Q(decided_by__isnull=False),
                name="a_decided_finding_names_its_curator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in {self.series}"
