"""The addresses of the delivery API, below `/api/v1/`."""

from django.urls import path

from delivery import api

urlpatterns = [
    path("grants", api.HeldGrants.as_view(), name="api-held-grants"),
    path("grants/<uuid:grant_id>/release", api.Manifest.as_view(), name="api-release"),
    path("grants/<uuid:grant_id>/files", api.Files.as_view(), name="api-release-files"),
    path("grants/<uuid:grant_id>/downloads", api.Receipts.as_view(), name="api-downloads"),
]
