"""The addresses of the curator's pages, and of the rules by which is cleaned."""

from django.urls import path

from deid.views import curation, headers, leafing, profiles, queue, reports, tables

app_name = "deid"

urlpatterns = [
    path("certificate-key.json", curation.certificate_key, name="certificate_key"),
    path("curation/", queue.QueuePage.as_view(), name="queue"),
    path("curation/findings/<uuid:pk>/", curation.DeskPage.as_view(), name="desk"),
    path("curation/findings/<uuid:pk>/picture.png", curation.picture, name="picture"),
    path(
        "curation/findings/<uuid:pk>/images/<int:image>/frames/<int:frame>/",
        curation.DeskPage.as_view(),
        name="leaf",
    ),
    path(
        "curation/findings/<uuid:pk>/images/<int:image>/frames/<int:frame>/picture.png",
        leafing.leaf_picture,
        name="leaf_picture",
    ),
    path("curation/series/<uuid:pk>/header/", headers.header, name="header"),
    path("curation/series/<uuid:pk>/header/rows/", headers.header_rows, name="header_rows"),
    path("curation/series/<uuid:pk>/reports/<int:number>/", reports.report_words, name="report_words"),
    path("curation/submissions/<uuid:pk>/", curation.SubmissionPage.as_view(), name="submission"),
    path("curation/tables/<uuid:pk>/", tables.TablePage.as_view(), name="table"),
    path("curation/tables/<uuid:pk>/columns/", tables.columns, name="table_columns"),
    path("sponsor/profiles/", profiles.profiles, name="profiles"),
    path("sponsor/profiles/<uuid:pk>/", profiles.profile, name="profile"),
    path("sponsor/profiles/<uuid:pk>/profile.json", profiles.profile_file, name="profile_file"),
    path("sponsor/profiles/write/<slug:sponsor>/", profiles.edit_profile, name="edit_profile"),
]
