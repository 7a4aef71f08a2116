"""Asking the one entitlement function, at this moment, for what a door is about to hand out."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from deid.models import Release
from portal.errors import NotAllowedError, NotThereError
from portal.models import Person
from portal.states import VersionState
from requests_app.models import Grant
from requests_app.policies import held_grants, readable_releases
from requests_app.states import GrantState

REASONS = {
    GrantState.EXPIRED: "The grant has expired.",
    GrantState.REVOKED: "The sponsor has revoked the grant.",
    GrantState.SUSPENDED: "The grant is suspended.",
    GrantState.CLOSED_OUT: "The grant is closed out.",
}


def release_for(person: Person, grant_id: UUID) -> Release:
    """Return the release that *person* may read now.

    Raises `NotThereError` for strangers, and `NotAllowedError` with the reason for holders whose grant is not
    alive or whose release is not ready.
    """
    release = readable_releases(person).filter(grant_id=grant_id).first()
    if release is not None:
        return release
    grant = held_grants(person).filter(pk=grant_id).first()
    if grant is None:
        raise NotThereError("There is no such grant.")
    raise why_not(grant)


def why_not(grant: Grant) -> NotAllowedError:
    """Return, as an error with its code, why a holder cannot download now."""
    state = GrantState(grant.state)
    if state == GrantState.ACTIVE and grant.expires_at and grant.expires_at <= timezone.now():
        state = (
            GrantState.EXPIRED
        )  # The sweep that writes it down comes later; the door does not wait for it.
    if state in REASONS:
        return NotAllowedError(REASONS[state], code=f"grant_{state}")
    if state == GrantState.ACTIVE and grant.review.version.state == VersionState.WITHDRAWN:
        return NotAllowedError("The sponsor has withdrawn the version.", code="grant_revoked")
    return NotAllowedError(
        "The release is not ready yet. Its page shows how far it is.", code="release_not_ready"
    )


def still_readable(person_id: UUID, release_id: UUID) -> bool:
    """Say whether the person may read the release at this moment: what every running download asks again."""
    person = Person.objects.filter(pk=person_id).first()
    return person is not None and readable_releases(person).filter(pk=release_id).exists()
