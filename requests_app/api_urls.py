"""The addresses of the request workflow's API, below `/api/v1/`."""

from django.urls import path

from requests_app.api import grants, requests, reviews, signing, sponsors

urlpatterns = [
    path("requests", requests.RequestList.as_view(), name="api-requests"),
    path("requests/<uuid:pk>", requests.RequestDetail.as_view(), name="api-request"),
    path("requests/<uuid:pk>/submit", requests.RequestSubmit.as_view(), name="api-request-submit"),
    path(
        "requests/<uuid:pk>/collaborators",
        requests.RequestCollaborators.as_view(),
        name="api-request-collaborators",
    ),
    path("reviews", reviews.ReviewList.as_view(), name="api-reviews"),
    path("reviews/<uuid:pk>", reviews.ReviewDetail.as_view(), name="api-review"),
    path("reviews/<uuid:pk>/withdraw", reviews.Withdraw.as_view(), name="api-review-withdraw"),
    path("reviews/<uuid:pk>/appeal", reviews.Appeal.as_view(), name="api-review-appeal"),
    path("reviews/<uuid:pk>/start", reviews.Start.as_view(), name="api-review-start"),
    path("reviews/<uuid:pk>/return", reviews.Return.as_view(), name="api-review-return"),
    path("reviews/<uuid:pk>/vote", reviews.Vote.as_view(), name="api-review-vote"),
    path("reviews/<uuid:pk>/recuse", reviews.Recuse.as_view(), name="api-review-recuse"),
    path("reviews/<uuid:pk>/decide", reviews.Decide.as_view(), name="api-review-decide"),
    path(
        "reviews/<uuid:pk>/recognisable", reviews.ReviewRecognisable.as_view(), name="api-review-recognisable"
    ),
    path("reviews/<uuid:pk>/messages", reviews.ReviewMessages.as_view(), name="api-review-messages"),
    path("grants/<uuid:pk>/revoke", grants.GrantRevoke.as_view(), name="api-grant-revoke"),
    path("grants/<uuid:pk>/close-out", grants.GrantCloseOut.as_view(), name="api-grant-close-out"),
    path("grants/<uuid:pk>/publications", grants.GrantPublications.as_view(), name="api-grant-publications"),
    path("register", grants.Register.as_view(), name="api-register"),
    path("reviews/<uuid:pk>/conditions", reviews.ReviewConditions.as_view(), name="api-review-conditions"),
    path(
        "reviews/<uuid:pk>/conditions/<int:number>",
        reviews.ReviewCondition.as_view(),
        name="api-review-condition",
    ),
    path("grants/<uuid:pk>/suspend", grants.GrantSuspend.as_view(), name="api-grant-suspend"),
    path("grants/<uuid:pk>/resume", grants.GrantResume.as_view(), name="api-grant-resume"),
    path("sign/<str:token>", signing.Sign.as_view(), name="api-sign"),
    path("committees", sponsors.CommitteeList.as_view(), name="api-committees"),
    path("committees/<uuid:pk>/seats", sponsors.SeatList.as_view(), name="api-seats"),
    path("committees/<uuid:pk>/seats/<int:seat>", sponsors.SeatDetail.as_view(), name="api-seat"),
    path("collections/<slug:slug>/terms", sponsors.TermsOfCollection.as_view(), name="api-terms"),
]
