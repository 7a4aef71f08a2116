"""Who may see findings and pictures of sources: the curators who work for the sponsor, nobody else."""

from __future__ import annotations

from django.db.models import QuerySet

from deid.models import Finding
from portal.models import ClinicalTable, Person
from portal.policies import curated_collections, managed_collections
from storage.models import Submission


def visible_findings(person: Person) -> QuerySet[Finding]:
    """Return the findings that *person* may look at and decide on."""
    return Finding.objects.filter(series__study__subject__collection__in=curated_collections(person))


def curated_submissions(person: Person) -> QuerySet[Submission]:
    """Return the submissions that *person* may send back."""
    return Submission.objects.filter(collection__in=curated_collections(person))


def governed_tables(person: Person) -> QuerySet[ClinicalTable]:
    """Return the tables whose columns *person* may give roles: the sponsor's managers and curators."""
    return ClinicalTable.objects.filter(
        collection__in=managed_collections(person) | curated_collections(person)
    )
