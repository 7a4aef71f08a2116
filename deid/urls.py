"""The addresses of the curator's pages."""

from django.urls import path

from deid import views

app_name = "deid"

urlpatterns = [
    path("certificate-key.json", views.certificate_key, name="certificate_key"),
    path("curation/", views.queue, name="queue"),
    path("curation/findings/<uuid:pk>/", views.DeskPage.as_view(), name="desk"),
    path("curation/findings/<uuid:pk>/picture.png", views.picture, name="picture"),
    path("curation/submissions/<uuid:pk>/", views.SubmissionPage.as_view(), name="submission"),
    path("curation/tables/<uuid:pk>/", views.TablePage.as_view(), name="table"),
]
