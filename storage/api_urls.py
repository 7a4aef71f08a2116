"""The addresses of the upload API, below `/api/v1/`."""

from django.urls import path

from storage import api

urlpatterns = [
    path("submissions", api.SubmissionList.as_view(), name="api-submissions"),
    path("submissions/<uuid:pk>", api.SubmissionDetail.as_view(), name="api-submission"),
    path("submissions/<uuid:pk>/files", api.SubmissionFiles.as_view(), name="api-submission-files"),
    path("submissions/<uuid:pk>/hand-in", api.HandIn.as_view(), name="api-submission-hand-in"),
    path("submission-files/<uuid:pk>", api.FileDetail.as_view(), name="api-submission-file"),
    path(
        "submission-files/<uuid:pk>/complete", api.FileComplete.as_view(), name="api-submission-file-complete"
    ),
    path(
        "submission-files/<uuid:pk>/parts/<int:number>",
        api.FilePart.as_view(),
        name="api-submission-file-part",
    ),
]
