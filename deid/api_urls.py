"""The addresses of the curator's API, below `/api/v1/`."""

from django.urls import path

from deid import api

urlpatterns = [
    path("findings", api.FindingList.as_view(), name="api-findings"),
    path("findings/<uuid:pk>/decision", api.FindingDecision.as_view(), name="api-finding-decision"),
    path(
        "submissions/<uuid:pk>/send-back", api.SubmissionSendBack.as_view(), name="api-submission-send-back"
    ),
    path("tables", api.TableList.as_view(), name="api-tables"),
    path("tables/<uuid:pk>/roles", api.TableRoles.as_view(), name="api-table-roles"),
]
