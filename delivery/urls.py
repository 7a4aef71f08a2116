"""The addresses of the download doors."""

from django.urls import path

from delivery import views

app_name = "delivery"

urlpatterns = [
    path("grants/<uuid:grant_id>/package.zip", views.package, name="package"),
    path("grants/<uuid:grant_id>/files/<path:path>", views.file, name="file"),
]
