"""Small pictures of series, for those who may see them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from portal.asking import asker
from storage import policies
from storage.errors import ObjectMissingError
from storage.objects import released_store

KEPT_SECONDS = 3600


def thumbnail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the picture of a series that the asker may see; it was made without text and without a name."""
    series = get_object_or_404(policies.series_with_picture(asker(request)), pk=pk)
    try:
        picture = released_store().get_bytes(series.thumbnail_key)
    except ObjectMissingError as error:
        raise Http404 from error
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response
