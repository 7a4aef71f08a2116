"""Announcing: the holders of a grant are told what became of their release."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from deid.models import Release
from deid.states import ReleaseState
from requests_app.models import Grant
from requests_app.services.letters import write_to_holders

TEMPLATES = {ReleaseState.SEALED: "release_ready", ReleaseState.FAILED: "release_failed"}


@transaction.atomic
def announce_release(grant_id: UUID) -> None:
    """Write to every holder that the release is ready, or that it failed."""
    grant: Grant = Grant.objects.locked(grant_id)
    release = Release.objects.get(grant_id=grant_id)
    template = TEMPLATES.get(ReleaseState(release.state))
    if template is None:
        return
    write_to_holders(grant, template)
