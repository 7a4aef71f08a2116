"""Rebuilding: the release of a grant that failed or was purged, as long as the grant lives."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from deid.models import Release
from deid.services.planning import rebuild_release
from portal.errors import InvalidInputError
from portal.models import Person
from requests_app.models import Grant
from requests_app.states import GrantState

LIVING = frozenset({GrantState.PENDING, GrantState.ACTIVE, GrantState.SUSPENDED})


@transaction.atomic
def rebuild_for_grant(*, person: Person, grant_id: UUID) -> Release:
    """Build the release of a grant again; raise `InvalidInputError` where the grant has ended, or there is none.

    Whatever is built for a grant that has ended would never be purged: that happens when a grant ends.
    """
    release = Release.objects.filter(grant_id=grant_id).first()
    grant = Grant.objects.select_for_update().filter(pk=grant_id).first()
    if release is None or grant is None:
        raise InvalidInputError("There is no grant of this identifier with a release.")
    if grant.state not in LIVING:
        raise InvalidInputError("The grant has ended: nothing is built for it any more.")
    return rebuild_release(person=person, release_id=release.pk)
