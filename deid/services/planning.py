"""Planning a release: what one grant receives, as rows, before any byte is touched."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from deid.keys import make_grant_key
from deid.models import Release, ReleaseItem
from deid.services.profiling import profile_of
from deid.states import ReleaseMove, ReleaseState
from portal import ledger
from portal.jobs import enqueue
from portal.models import ClinicalTable, CollectionVersion, Person, Series


@transaction.atomic
def plan_release(
    *,
    grant_id: UUID,
    grant_number: int,
    version: CollectionVersion,
    series: QuerySet[Series],
    tables: QuerySet[ClinicalTable],
    agreement_key: str,
) -> Release:
    """Plan the release of a grant and schedule it; the profile is pinned by its digest."""
    profile = profile_of(version.collection.deid_profile)
    make_grant_key(grant_id)
    release = Release.objects.create(
        grant_id=grant_id,
        name=f"{version.collection.slug}-v{version.number}-g{grant_number}",
        version=version,
        profile_name=profile.name,
        profile_digest=profile.digest,
        agreement_key=agreement_key,
    )
    items = [ReleaseItem(release=release, series=one) for one in series]
    items += [ReleaseItem(release=release, table=one) for one in tables]
    ReleaseItem.objects.bulk_create(items)
    ledger.record(Person.system(), "release planned", release, items=len(items))
    enqueue("deid.build_release", release.pk)
    return release


@transaction.atomic
def stop_release(*, grant_id: UUID) -> None:
    """End whatever is on its way for a grant, and purge what was ready: the grant has ended."""
    release = Release.objects.select_for_update().filter(grant_id=grant_id).first()
    if release is None:
        return
    if release.state == ReleaseState.SEALED:
        release.move(ReleaseMove.PURGE)
    elif release.may_move(ReleaseMove.STOP):
        release.move(ReleaseMove.STOP)
    else:
        return
    ledger.record(Person.system(), "release ended", release, state=release.state)
    enqueue("deid.purge_release", release.pk)


@transaction.atomic
def rebuild_release(*, person: Person, release_id: UUID) -> Release:
    """Build a failed or purged release again; the same sources, profile and key give the same bytes.

    It is built by the profile as it is now, which the new certificate names, and by what is known now of the collection's
    subjects: a name that a later upload told goes out of free text too, which then has other bytes than before.
    """
    release: Release = Release.objects.locked(release_id)
    digest = profile_of(release.profile_name).digest
    release.move(
        ReleaseMove.REBUILD,
        failure_code="",
        certificate={},
        profile_digest=digest,
        checked_at=None,
        damaged=0,
    )
    release.files.all().delete()
    release.items.update(
        state="planned", object_key="", sha256="", size=0, quasi_identifiers={}, hits=0, tools={}
    )
    ledger.record(person, "release planned again", release)
    enqueue("deid.build_release", release.pk)
    return release
