"""The addresses of the portal's part of the API, below `/api/v1/`."""

from __future__ import annotations

from django.urls import path

from portal.api import catalogue, people, tokens, trials

VERSION = "collections/<slug:slug>/versions/<int:number>"

urlpatterns = [
    path("me", people.Me.as_view(), name="api-me"),
    path("tokens", tokens.TokenList.as_view(), name="api-tokens"),
    path("tokens/<uuid:pk>", tokens.TokenDetail.as_view(), name="api-token"),
    path("trials", trials.TrialList.as_view(), name="api-trials"),
    path("trials/<uuid:pk>", trials.TrialDetail.as_view(), name="api-trial"),
    path("collections", catalogue.CollectionList.as_view(), name="api-collections"),
    path("collections/<slug:slug>", catalogue.CollectionDetail.as_view(), name="api-collection"),
    path("collections/<slug:slug>/versions", catalogue.VersionList.as_view(), name="api-versions"),
    path(VERSION, catalogue.VersionDetail.as_view(), name="api-version"),
    path(f"{VERSION}/series", catalogue.VersionSeries.as_view(), name="api-version-series"),
    path(f"{VERSION}/submit", catalogue.SubmitVersion.as_view(), name="api-version-submit"),
    path(f"{VERSION}/send-back", catalogue.SendBackVersion.as_view(), name="api-version-send-back"),
    path(f"{VERSION}/publish", catalogue.PublishVersion.as_view(), name="api-version-publish"),
    path(f"{VERSION}/withdraw", catalogue.WithdrawVersion.as_view(), name="api-version-withdraw"),
    path("people", people.PersonList.as_view(), name="api-people"),
    path("people/<uuid:pk>/roles", people.PersonRoles.as_view(), name="api-person-roles"),
    path("organisations", people.OrganisationList.as_view(), name="api-organisations"),
    path("jobs", people.JobList.as_view(), name="api-jobs"),
    path("jobs/<uuid:pk>/retry", people.RetryJob.as_view(), name="api-job-retry"),
    path("ledger", people.LedgerList.as_view(), name="api-ledger"),
]
