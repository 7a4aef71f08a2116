"""The certificate of a grant's release: in words, and as the file that the package carries."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from deid.models import Release
from deid.services.releasing.telling import certificate_told
from portal.asking import asker
from portal.digests import canonical_json
from requests_app import policies


@login_required
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show in words what was done to the release, to those who may look at its grant; after its end too."""
    grant = get_object_or_404(
        policies.visible_grants(asker(request)).select_related("review__collection"), pk=pk
    )
    release = get_object_or_404(policies.certified_releases(asker(request)), grant_id=grant.pk)
    context = {"grant": grant, "release": release, "said": release.certificate}
    return render(request, "requests_app/certificate.html", context | certificate_told(release.certificate))


@login_required
def certificate_json(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the certificate byte for byte as it lies in the package."""
    release: Release = get_object_or_404(policies.certified_releases(asker(request)), grant_id=pk)
    response = HttpResponse(canonical_json(release.certificate) + b"\n", content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{release.name}-certificate.json"'
    response["Cache-Control"] = "no-store, private"
    return response
