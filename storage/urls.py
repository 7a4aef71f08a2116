"""The addresses of the pages of uploads."""

from __future__ import annotations

from django.urls import path

from storage.views import administration, submissions, thumbnails, uploading

app_name = "storage"
urlpatterns = [
    path("thumbnails/<uuid:pk>.png", thumbnails.thumbnail, name="thumbnail"),
    path("sponsor/collections/<slug:slug>/upload/", uploading.upload, name="upload"),
    path("sponsor/submissions/<uuid:pk>/", submissions.report, name="report"),
    path("sponsor/submissions/<uuid:pk>/files.csv", submissions.report_csv, name="report_csv"),
    path("administration/storage/", administration.usage, name="usage"),
]
