"""Who may upload, and who may see what was uploaded."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.models import Collection, CollectionVersion, Person, Series
from portal.policies import can_manage, curated_collections, managed_collections, visible_versions
from portal.states import VersionState
from portal.verdicts import ALLOWED, Verdict, denied
from storage.models import Submission
from storage.states import SubmissionState

PICTURED = [VersionState.PUBLISHED, VersionState.SUPERSEDED]


def visible_submissions(person: Person) -> QuerySet[Submission]:
    """Return the submissions that *person* may look at: of the collections they manage or curate."""
    return Submission.objects.filter(
        Q(collection__in=managed_collections(person)) | Q(collection__in=curated_collections(person))
    )


def can_submit(person: Person, collection: Collection) -> Verdict:
    """Say whether *person* may upload to *collection*."""
    return can_manage(person, collection.sponsor)


def can_upload_to(person: Person, submission: Submission) -> Verdict:
    """Say whether *person* may add to *submission* now."""
    verdict = can_submit(person, submission.collection)
    if not verdict:
        return verdict
    if submission.state != SubmissionState.OPEN:
        return denied("It has been handed in. Open another submission for more files.")
    return ALLOWED


def series_with_picture(person: Person) -> QuerySet[Series]:
    """Return the series whose thumbnail *person* may see: of the catalogue's versions, and of their own desk."""
    shown = visible_versions(person).filter(state__in=PICTURED)
    own = Q(pk__in=managed_collections(person).values("pk")) | Q(
        pk__in=curated_collections(person).values("pk")
    )
    return Series.objects.exclude(thumbnail_key="").filter(
        Q(
            pk__in=CollectionVersion.series.through.objects.filter(collectionversion__in=shown).values(
                "series_id"
            )
        )
        | Q(study__subject__collection__in=Collection.objects.filter(own))
    )
