"""Releases: what one grant receives, series by series, object by object."""

from __future__ import annotations

import uuid

from django.db import models

from deid.states import RELEASE_TRANSITIONS, ItemState, ReleaseState
from portal.models import ClinicalTable, CollectionVersion, Instance, Series
from portal.moves import LockingQuerySet, Moving


class Release(Moving):
    """The cleaned package of one grant: all of it, or nothing."""

    TRANSITIONS = RELEASE_TRANSITIONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant_id = models.UUIDField(unique=True)
    name = models.SlugField(max_length=120, help_text="<collection>-<version>-<grant>, the package's folder.")
    version = models.ForeignKey(CollectionVersion, on_delete=models.PROTECT, related_name="releases")
    profile_name = models.CharField(
        max_length=140, help_text="A shipped profile, or the reference of a sponsor's own."
    )
    profile_digest = models.CharField(max_length=64)
    agreement_key = models.CharField(max_length=200, help_text="Where the executed agreement lies.")
    state = models.CharField(max_length=12, choices=ReleaseState.choices, default=ReleaseState.PLANNED)
    failure_code = models.CharField(max_length=60, blank=True)
    certificate = models.JSONField(default=dict)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    planned_at = models.DateTimeField(auto_now_add=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(
        null=True, blank=True, help_text="When all of it was last read from the store."
    )
    damaged = models.PositiveIntegerField(
        default=0, help_text="How many stored objects were gone then, or not what was sealed."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ReleaseState.SEALED)
                | (models.Q(sealed_at__isnull=False) & ~models.Q(manifest_sha256="")),
                name="a_sealed_release_has_its_manifest",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ReleaseItem(models.Model):
    """One series or one table of a release, kept as one stored object."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="items")
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, blank=True, related_name="release_items"
    )
    table = models.ForeignKey(
        ClinicalTable, on_delete=models.PROTECT, null=True, blank=True, related_name="release_items"
    )
    state = models.CharField(max_length=12, choices=ItemState.choices, default=ItemState.PLANNED)
    object_key = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    row = models.JSONField(default=dict, help_text="The item's row in index.csv.")
    counts = models.JSONField(default=dict, help_text="Actions taken, by code.")
    hits = models.PositiveIntegerField(
        default=0, help_text="How often the second reader found what must not be there."
    )
    tools = models.JSONField(
        default=dict, help_text="Name and version of what cleaned, and of what read it again."
    )
    quasi_identifiers = models.JSONField(
        default=dict, help_text="What is left of each subject, by pseudonym and name."
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(series__isnull=False, table__isnull=True)
                | models.Q(series__isnull=True, table__isnull=False),
                name="an_item_is_a_series_or_a_table",
            ),
            models.UniqueConstraint(fields=["release", "series"], name="a_series_is_released_once_per_grant"),
            models.UniqueConstraint(fields=["release", "table"], name="a_table_is_released_once_per_grant"),
        ]

    def __str__(self) -> str:
        return f"{self.release}: {self.series or self.table}"


class ReleaseFile(models.Model):
    """One file of the package: a byte range of a stored object."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="files")
    item = models.ForeignKey(
        ReleaseItem, on_delete=models.CASCADE, null=True, blank=True, related_name="files"
    )
    instance = models.ForeignKey(
        Instance, on_delete=models.PROTECT, null=True, blank=True, related_name="released_files"
    )
    path = models.CharField(max_length=300, help_text="Inside the package's folder.")
    object_key = models.CharField(max_length=200)
    offset = models.BigIntegerField(default=0)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["release", "path"], name="a_path_is_used_once")]

    def __str__(self) -> str:
        return self.path
