"""Trials, their collections and the collections' immutable versions."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.models.people import Organisation, Person
from portal.moves import LockingQuerySet, Moving
from portal.states import VERSION_TRANSITIONS, VersionState


class Phase(models.TextChoices):
    """The phase of a trial, in the registries' words."""

    NOT_APPLICABLE = "na", "Not applicable"
    EARLY_1 = "early_1", "Early phase 1"
    PHASE_1 = "1", "Phase 1"
    PHASE_2 = "2", "Phase 2"
    PHASE_3 = "3", "Phase 3"
    PHASE_4 = "4", "Phase 4"
    OBSERVATIONAL = "observational", "Observational"


class Trial(models.Model):
    """A clinical trial as its registry knows it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sponsor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="trials")
    registry_number = models.CharField(
        max_length=40,
        unique=True,
        help_text="For example NCT01234567, ISRCTN12345678 or EU CT 2023-501234-12-00.",
    )
    title = models.CharField(max_length=300)
    phase = models.CharField(max_length=20, choices=Phase.choices)
    condition = models.CharField(max_length=200)
    arms = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    sites = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registered_trials")
    registered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return f"{self.registry_number} · {self.title}"


class Licence(models.TextChoices):
    """What a holder may do with the data, beside the agreement."""

    TESSERA_CONTROLLED = "controlled", "Controlled access under the collection's agreement"
    CC_BY_4 = "CC-BY-4.0", "Creative Commons Attribution 4.0"
    CC_BY_NC_4 = "CC-BY-NC-4.0", "Creative Commons Attribution-NonCommercial 4.0"


class Collection(models.Model):
    """The images and tables of a trial that are shared under one set of terms."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="collections")
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=400, help_text="Two sentences: what it is and what it is good for.")
    description = models.TextField(help_text="Markdown: background, acquisition, known limits, intended use.")
    modalities = ArrayField(models.CharField(max_length=16), default=list)
    licence = models.CharField(max_length=20, choices=Licence.choices, default=Licence.TESSERA_CONTROLLED)
    deid_profile = models.CharField("de-identification profile", max_length=140, default="research")
    embargo_until = models.DateField(null=True, blank=True, help_text="Not in the catalogue before this day.")
    citation_authors = models.CharField(max_length=500, blank=True, help_text="As they should be cited.")
    acknowledgement = models.TextField(blank=True, help_text="What publications must acknowledge.")
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registered_collections")
    registered_at = models.DateTimeField(auto_now_add=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def sponsor(self) -> Organisation:
        """The organisation that shares the collection."""
        return self.trial.sponsor

    def published_version(self) -> CollectionVersion | None:
        """Return the version that the catalogue shows, if one is published."""
        return self.versions.filter(state=VersionState.PUBLISHED).first()


class CollectionVersion(Moving):
    """One numbered state of a collection; once published, its content never changes."""

    TRANSITIONS = VERSION_TRANSITIONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=VersionState.choices, default=VersionState.DRAFT)
    notes = models.TextField(blank=True, help_text="What changed since the last version.")
    series = models.ManyToManyField("portal.Series", related_name="versions", blank=True)
    tables = models.ManyToManyField("portal.ClinicalTable", related_name="versions", blank=True)
    statistics = models.JSONField(default=dict, help_text="What the page shows; small cells suppressed.")
    content_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 over the sorted content.")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="published_versions"
    )
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["collection", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "number"], name="a_version_number_is_used_once"),
            models.UniqueConstraint(
                fields=["collection"],
                condition=models.Q(state=VersionState.PUBLISHED),
                name="one_version_of_a_collection_is_published",
            ),
            models.UniqueConstraint(
                fields=["collection"],
                condition=models.Q(state__in=[VersionState.DRAFT, VersionState.IN_CURATION]),
                name="one_version_of_a_collection_is_in_the_making",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=VersionState.PUBLISHED) | models.Q(published_at__isnull=False),
                name="a_published_version_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collection} v{self.number}"
