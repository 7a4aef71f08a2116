"""The requester's pages: all requests, and one request with where each of its parts stands."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.acting import PersonalPage
from portal.asking import asker
from requests_app import policies
from requests_app.content import TEXTS
from requests_app.models import AccessRequest, Message, Review
from requests_app.services import drafting, reviewing, submitting
from requests_app.states import ReviewMove
from requests_app.timeline import holder_of, timeline_of


@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """List the person's requests, newest first."""
    mine = policies.own_requests(asker(request)).prefetch_related(
        "reviews__collection", "reviews__committee", "reviews__requester"
    )
    shown = [
        {
            "request": one,
            "reviews": [(review, holder_of(review)) for review in one.reviews.all()],
            "draft": one.requester_id == asker(request).pk
            and any(review.state in policies.EDITABLE for review in one.reviews.all()),
        }
        for one in mine
    ]
    return render(request, "requests_app/requests.html", {"shown": shown})


@login_required
def draft(request: HttpRequest) -> HttpResponse:
    """Go to the person's draft, or to the catalogue when there is none."""
    found = drafting.current_draft(asker(request))
    if found is None:
        return redirect("portal:catalogue")
    return redirect("requests_app:wizard", found.pk, "collections")


def _review(request: HttpRequest, access_request: AccessRequest) -> Review:
    return get_object_or_404(access_request.reviews, pk=request.POST.get("review"))


def _withdraw(request: HttpRequest, access_request: AccessRequest) -> str:
    review = _review(request, access_request)
    drafting.withdraw_review(person=asker(request), review_id=review.pk, note=request.POST.get("reason", ""))
    return f"The request for “{review.collection.title}” is withdrawn."


def _appeal(request: HttpRequest, access_request: AccessRequest) -> str:
    review = _review(request, access_request)
    submitting.appeal(person=asker(request), review_id=review.pk, reason=request.POST.get("reason", ""))
    return "The appeal is submitted. Members who have not voted before decide now."


def _answer(request: HttpRequest, access_request: AccessRequest) -> str:
    review = _review(request, access_request)
    reviewing.write_message(author=asker(request), review_id=review.pk, text=request.POST.get("text", ""))
    return "Sent to the committee."


def _remove_person(request: HttpRequest, access_request: AccessRequest) -> str:
    named = get_object_or_404(access_request.collaborators, pk=request.POST.get("collaborator"))
    drafting.remove_collaborator(person=asker(request), collaborator_id=named.pk)
    return f"{named.full_name} no longer has access."


class RequestPage(PersonalPage):
    """One request: where each collection's part stands, what was asked, what was decided and why."""

    template_name = "requests_app/request.html"
    actions = {"withdraw": _withdraw, "appeal": _appeal, "answer": _answer, "remove_person": _remove_person}

    def fetch(self, request: HttpRequest, **keys: Any) -> AccessRequest:
        """Return the request, for those who made it."""
        return get_object_or_404(policies.own_requests(asker(request)), pk=keys["pk"])

    def context(self, request: HttpRequest, subject: AccessRequest) -> dict[str, Any]:
        """Return each part with its timeline, thread and next acts."""
        reviews = subject.reviews.select_related("collection", "version", "committee", "revision")
        is_requester = subject.requester_id == asker(request).pk
        return {
            "access_request": subject,
            "crumb": f"Request {subject.number}",
            "is_requester": is_requester,
            "can_edit": policies.can_edit(asker(request), subject),
            "parts": [_part(review, is_requester) for review in reviews],
            "texts": [(label, getattr(subject, name)) for name, label in TEXTS.items() if name != "title"],
            "collaborators": subject.collaborators.filter(removed_at=None),
        }


def _part(review: Review, is_requester: bool) -> dict[str, Any]:
    agreement = getattr(review, "agreement", None)
    return {
        "review": review,
        "holder": holder_of(review),
        "timeline": timeline_of(review),
        "messages": review.messages.filter(audience=Message.Audience.EVERYBODY).select_related("author"),
        "conditions": review.conditions.all(),
        "agreement": agreement,
        "signatures": agreement.signatures.all() if agreement else [],
        "grant": getattr(review, "grant", None),
        "can_withdraw": is_requester and review.may_move(ReviewMove.WITHDRAW) and review.state != "draft",
        "can_appeal": is_requester and review.may_move(ReviewMove.APPEAL) and review.round == 1,
    }
