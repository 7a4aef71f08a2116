"""Who may see findings and pictures of sources, and who may write the rules by which they are cleaned."""

from __future__ import annotations

from django.db.models import QuerySet

from deid.models import Finding
from portal.models import CleaningProfile, ClinicalTable, Organisation, Person, Series
from portal.policies import CURATE, MANAGE, curated_collections, managed_collections, organisations_with
from portal.verdicts import ALLOWED, Verdict, denied
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


def visible_sources(person: Person) -> QuerySet[Series]:
    """Return the series whose headers and pictures *person* may look at as they arrived."""
    return Series.objects.filter(study__subject__collection__in=curated_collections(person))


def profile_owners(person: Person) -> QuerySet[Organisation]:
    """Return the sponsors for which *person* may write profiles: as a data manager or as a curator."""
    held = organisations_with(person, MANAGE) | organisations_with(person, CURATE)
    return held.filter(is_sponsor=True).distinct()


def visible_profiles(person: Person) -> QuerySet[CleaningProfile]:
    """Return the profiles of the sponsors for which *person* works."""
    return CleaningProfile.objects.filter(sponsor__in=profile_owners(person))


def can_write_profiles(person: Person, sponsor: Organisation) -> Verdict:
    """Say whether *person* may write the rules by which *sponsor* cleans."""
    if profile_owners(person).contains(sponsor):
        return ALLOWED
    return denied("Only a data manager or a curator of this sponsor may write its profiles.")
