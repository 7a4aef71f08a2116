"""What is in a collection: DICOM's hierarchy, and the clinical tables beside it.

No identifying value of a source header is kept here: subjects, studies, series and instances are known by a
keyed digest of their identifiers, and shown by a running number.
"""

from __future__ import annotations

import uuid

from django.db import models

from portal.models.trials import Collection
from portal.moves import LockingQuerySet
from portal.states import FROZEN

LONGEST_TITLE, LONGEST_DESCRIPTION = 120, 300


class Subject(models.Model):
    """A person whose images are in the collection, without a name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="subjects")
    key = models.CharField(max_length=64, help_text="Keyed digest of the source's identifier.")
    number = models.PositiveIntegerField(help_text="How the subject is shown to curators.")
    sex = models.CharField(max_length=1, blank=True)
    age_years = models.PositiveSmallIntegerField(null=True, blank=True, help_text="At the first study.")

    class Meta:
        ordering = ["collection", "number"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "key"], name="a_subject_is_indexed_once"),
            models.UniqueConstraint(fields=["collection", "number"], name="a_subject_number_is_used_once"),
        ]

    def __str__(self) -> str:
        return f"Subject {self.number:04d}"


class Study(models.Model):
    """One examination of a subject."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="studies")
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "studies"
        constraints = [models.UniqueConstraint(fields=["subject", "key"], name="a_study_is_indexed_once")]

    def __str__(self) -> str:
        return f"Study {str(self.pk)[:8]}"


class SeriesKind(models.TextChoices):
    """The format in which a series arrived."""

    DICOM = "dicom", "DICOM"
    NIFTI = "nifti", "NIfTI"
    IMAGE = "image", "Image (PNG, JPEG, TIFF, PGM)"
    RAW = "raw", "Raw data (HDF5, BART, PulSeq)"
    SIDECAR = "sidecar", "Companion (BIDS sidecar, gradients, DDSM header)"
    DOCUMENT = "document", "Report or model"


class SeriesState(models.TextChoices):
    """How far a series has come."""

    INDEXED = "indexed", "Indexed"
    INSPECTED = "inspected", "Inspected"
    CLEARED = "cleared", "Cleared for release"
    WITHHELD = "withheld", "Withheld"


class Series(models.Model):
    """Instances that were acquired together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="series")
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=SeriesKind.choices, default=SeriesKind.DICOM)
    state = models.CharField(max_length=12, choices=SeriesState.choices, default=SeriesState.INDEXED)
    modality = models.CharField(max_length=16, db_index=True)
    body_part = models.CharField(max_length=16, blank=True, db_index=True)
    manufacturer = models.CharField(max_length=64, blank=True)
    model_name = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField(null=True, blank=True)
    columns = models.PositiveIntegerField(null=True, blank=True)
    slice_thickness_mm = models.FloatField(null=True, blank=True)
    field_strength_t = models.FloatField(null=True, blank=True)
    instance_count = models.PositiveIntegerField(default=0)
    byte_count = models.BigIntegerField(default=0)
    thumbnail_key = models.CharField(max_length=200, blank=True)
    quality = models.JSONField(default=list, help_text="What the checks found: codes with their figures.")
    text_finder = models.CharField(
        max_length=80,
        blank=True,
        help_text="Name and version of what looked for text in it; empty if nothing did.",
    )
    inspected_by = models.CharField(
        max_length=80,
        blank=True,
        help_text="The build of the engine that looked at it last; empty if none did.",
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "series"
        ordering = ["study", "modality", "pk"]
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="a_series_is_indexed_once")]

    def __str__(self) -> str:
        return f"{self.modality} series {str(self.pk)[:8]}"

    @property
    def collection(self) -> Collection:
        """The collection that the series belongs to."""
        return self.study.subject.collection

    @property
    def is_published(self) -> bool:
        """Whether it is part of a version that was published and not withdrawn, so that nothing about it changes any more."""
        return self.versions.filter(state__in=FROZEN).exists()


class Instance(models.Model):
    """One file of a series, as it stands in the raw bucket."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="instances")
    key = models.CharField(max_length=64)
    number = models.IntegerField(null=True, blank=True)
    source_key = models.CharField(max_length=200, help_text="Where the raw bytes lie.")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    frames = models.PositiveIntegerField(default=1)
    sop_class = models.CharField(max_length=64, blank=True)
    transfer_syntax = models.CharField(max_length=64, blank=True)
    geometry = models.JSONField(default=dict, help_text="Rows, columns, spacing, position and orientation.")

    class Meta:
        ordering = ["series", "number", "pk"]
        indexes = [models.Index(fields=["source_key"], name="instance_by_source_key")]
        constraints = [models.UniqueConstraint(fields=["series", "key"], name="an_instance_is_indexed_once")]

    def __str__(self) -> str:
        return f"Instance {str(self.pk)[:8]}"


class ClinicalTable(models.Model):
    """A table about the subjects, beside their images."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="tables")
    title = models.CharField(max_length=120, help_text="What its file was called; never public.")
    public_title = models.CharField(
        max_length=LONGEST_TITLE,
        blank=True,
        help_text="What it is called in public, once somebody has said it.",
    )
    source_key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    row_count = models.PositiveIntegerField(default=0)
    ending = models.CharField(max_length=8, default=".csv", help_text="Which kind of file it came in.")
    sheet = models.PositiveSmallIntegerField(
        default=0, help_text="Which of several sheets of a workbook it is; 0 where its file holds no other."
    )
    roles_set_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When a person said what its columns hold; until then that is proposed.",
    )

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "title"], name="a_table_title_is_used_once")
        ]

    def __str__(self) -> str:
        return self.title


class ColumnRole(models.TextChoices):
    """What a column holds, and so how it is cleaned."""

    IDENTIFIER = "identifier", "Subject identifier (becomes the pseudonym)"
    DATE = "date", "Date (shifted as the images)"
    AGE = "age", "Age (over 89 grouped)"
    FREE_TEXT = "free_text", "Free text (cleaned)"
    CODE = "code", "Code or category (kept)"
    VALUE = "value", "Number (kept)"
    DROP = "drop", "Not released"


class TableColumn(models.Model):
    """One column of a clinical table; a column without a decided role is not released."""

    table = models.ForeignKey(ClinicalTable, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=ColumnRole.choices, default=ColumnRole.DROP)
    description = models.CharField(
        max_length=LONGEST_DESCRIPTION,
        blank=True,
        help_text="What stands in it, for the public dictionary of the table.",
    )

    class Meta:
        ordering = ["table", "position"]
        constraints = [models.UniqueConstraint(fields=["table", "name"], name="a_column_name_is_used_once")]

    def __str__(self) -> str:
        return self.name
