"""Announcing: the holders of a grant are told what became of their release."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.urls import reverse

from deid.models import Release
from deid.states import ReleaseState
from requests_app.models import Grant, Signature
from requests_app.services.letters import write_letter

TEMPLATES = {ReleaseState.SEALED: "release_ready", ReleaseState.FAILED: "release_failed"}


@transaction.atomic
def announce_release(grant_id: UUID) -> None:
    """Write to every holder that the release is ready, or that it failed."""
    grant: Grant = Grant.objects.locked(grant_id)
    release = Release.objects.get(grant_id=grant_id)
    template = TEMPLATES.get(ReleaseState(release.state))
    if template is None:
        return
    page = reverse("requests_app:grant", args=[grant.pk])
    signed = Signature.objects.filter(agreement__review__grant=grant, signed_at__isnull=False)
    for signature in signed.exclude(role=Signature.Role.OFFICIAL):
        write_letter(signature.email, template, page, grant=grant, name=signature.full_name)
