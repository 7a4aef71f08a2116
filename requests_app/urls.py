"""The addresses of the request workflow's pages."""

from django.urls import path

from requests_app.views import (
    certificates,
    committee,
    drafting,
    grants,
    register,
    requests,
    signing,
    sponsors,
    tracing,
)

app_name = "requests_app"

urlpatterns = [
    path("register/", register.register, name="register"),
    path("collections/<slug:slug>/select/", drafting.select_collection, name="select"),
    path("requests/", requests.requests, name="requests"),
    path("requests/draft/", requests.draft, name="draft"),
    path("requests/<uuid:pk>/", requests.RequestPage.as_view(), name="request"),
    path("requests/<uuid:pk>/autosave/", drafting.autosave, name="autosave"),
    path("requests/<uuid:pk>/edit/<slug:step>/", drafting.WizardPage.as_view(), name="wizard"),
    path("committee/", committee.queue, name="queue"),
    path("committee/reviews/<uuid:pk>/", committee.ReviewPage.as_view(), name="review"),
    path("sign/<str:token>/", signing.SigningPage.as_view(), name="sign"),
    path("agreements/<uuid:pk>.pdf", signing.agreement_pdf, name="agreement_pdf"),
    path("grants/", grants.grants, name="grants"),
    path("grants/<uuid:pk>/", grants.GrantPage.as_view(), name="grant"),
    path("grants/<uuid:pk>/certificate/", certificates.certificate, name="certificate"),
    path("grants/<uuid:pk>/certificate.json", certificates.certificate_json, name="certificate_json"),
    path("grants/<uuid:pk>/progress/", grants.progress, name="progress"),
    path("sponsor/committees/", sponsors.CommitteesPage.as_view(), name="committees"),
    path("sponsor/committees/<uuid:pk>/", sponsors.CommitteePage.as_view(), name="committee"),
    path("sponsor/collections/<slug:slug>/terms/", sponsors.TermsPage.as_view(), name="terms"),
    path("sponsor/use/", sponsors.use, name="use"),
    path("sponsor/trace/", tracing.trace, name="trace"),
]
