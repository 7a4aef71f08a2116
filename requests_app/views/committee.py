"""The committee's pages: the queue by due time, and everything to decide on one page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from deid.services.recognising import recognisable_in, suggested_conditions
from portal.acting import PersonalPage
from portal.asking import asker
from portal.models import Person
from requests_app import policies
from requests_app.content import TEXTS, Change, changes_between
from requests_app.models import Choice, Condition, Message, Review, Revision, Seat
from requests_app.selection import selected_series
from requests_app.services import deciding, reviewing
from requests_app.states import ReviewState
from requests_app.tally import counted_votes, tally
from requests_app.timeline import timeline_of

WAITING = (ReviewState.SUBMITTED, ReviewState.IN_REVIEW, ReviewState.APPEALED)


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits for the person's committees, by due time, and what they decided before."""
    before = policies.reviews_before(asker(request)).select_related(
        "access_request__requester__organisation", "collection", "committee"
    )
    voted = set(asker(request).votes.values_list("review_id", "revision_id", "round"))
    aside = set(asker(request).recusals.values_list("review_id", flat=True))
    waiting = before.filter(state__in=WAITING).order_by(F("due_at").asc(nulls_last=True))
    context = {
        "waiting": [
            {
                "review": review,
                "voted": (review.pk, review.revision_id, review.round) in voted,
                "aside": review.pk in aside,
            }
            for review in waiting
        ],
        "others": before.exclude(state__in=WAITING)[:100],
        "seats": policies.seats_of(asker(request)).select_related("committee"),
    }
    return render(request, "requests_app/queue.html", context)


def _start(request: HttpRequest, review: Review) -> str:
    reviewing.start_review(member=asker(request), review_id=review.pk)
    return "The review has begun; members can vote."


def _return(request: HttpRequest, review: Review) -> str:
    reviewing.return_review(member=asker(request), review_id=review.pk, wanted=request.POST.get("wanted", ""))
    return "Returned to the requester."


def _vote(request: HttpRequest, review: Review) -> str:
    reviewing.cast_vote(
        member=asker(request),
        review_id=review.pk,
        choice=request.POST.get("choice", ""),
        comment=request.POST.get("comment", ""),
    )
    return "Your vote is recorded. You can change it until the decision."


def _recuse(request: HttpRequest, review: Review) -> str:
    member = asker(request)
    if request.POST.get("member"):
        seats = Seat.objects.filter(committee=review.committee, left_at=None)
        member = get_object_or_404(Person, pk=request.POST["member"], pk__in=seats.values("person"))
    reviewing.recuse(
        person=asker(request), review_id=review.pk, member=member, reason=request.POST.get("reason", "")
    )
    return f"{member.full_name} stands aside from this request."


def _condition(request: HttpRequest, review: Review) -> str:
    reviewing.propose_condition(member=asker(request), review_id=review.pk, text=request.POST.get("text", ""))
    return "The condition is on the list."


def _drop_condition(request: HttpRequest, review: Review) -> str:
    condition = get_object_or_404(review.conditions, pk=request.POST.get("condition") or 0)
    reviewing.drop_condition(member=asker(request), review_id=review.pk, condition_id=condition.pk)
    return "The condition is off the list."


def _message(request: HttpRequest, review: Review) -> str:
    audience = Message.Audience.COMMITTEE if "inside" in request.POST else Message.Audience.EVERYBODY
    reviewing.write_message(
        author=asker(request), review_id=review.pk, text=request.POST.get("text", ""), audience=audience
    )
    return "Written."


def _decide(request: HttpRequest, review: Review) -> str:
    decided = deciding.decide_review(
        member=asker(request),
        review_id=review.pk,
        choice=request.POST.get("choice", ""),
        letter=request.POST.get("letter", ""),
        decline_reason=request.POST.get("decline_reason", ""),
    )
    return f"Decided: {decided.get_state_display().lower()}. The requester has been told."


class ReviewPage(PersonalPage):
    """Everything to decide on one request for one collection."""

    template_name = "requests_app/review.html"
    actions = {
        "start": _start,
        "return": _return,
        "vote": _vote,
        "recuse": _recuse,
        "condition": _condition,
        "drop_condition": _drop_condition,
        "message": _message,
        "decide": _decide,
    }

    def fetch(self, request: HttpRequest, **keys: Any) -> Review:
        """Return the review, for members of its committee only."""
        known = policies.reviews_before(asker(request)).select_related(
            "access_request__requester__organisation", "collection", "committee", "revision", "version"
        )
        return get_object_or_404(known, pk=keys["pk"])

    def context(self, request: HttpRequest, subject: Review) -> dict[str, Any]:
        """Return the wording and its changes, people and conflicts, votes and what may be done now."""
        person = asker(request)
        inside = policies.can_see_deliberation(person, subject)
        content = submitted_revision(subject).content
        votes = counted_votes(subject)
        return {
            "review": subject,
            "crumb": f"Request {subject.access_request.number}",
            "record": _record(subject),
            "access_request": subject.access_request,
            "content": content,
            "texts": [(label, content.get(name, "")) for name, label in TEXTS.items() if name != "title"],
            "changes": _changes(subject),
            "timeline": timeline_of(subject),
            "may_review": policies.can_review(person, subject),
            "may_decide": policies.can_decide(person, subject),
            "inside": inside,
            "messages_shown": _messages(subject, bool(inside)),
            "members": _members(subject),
            "tally": (counted := tally(subject, votes)),
            "marks": counted.marks,
            "votes": votes if inside else [],
            "own_vote": next((vote for vote in votes if vote.member_id == person.pk), None),
            "conditions": (conditions := list(subject.conditions.select_related("proposed_by"))),
            "recognisable": (found := recognisable_in(selected_series(subject))),
            "suggestions": _not_yet(suggested_conditions(found), conditions),
            "choices": Choice.choices,
            "decline_reasons": deciding.DeclineReason.choices,
            "is_chair": policies.seats_of(person).filter(committee=subject.committee, is_chair=True).exists(),
        }


def submitted_revision(review: Review) -> Revision:
    """Return the wording that lies before the committee; there is one for every review that it sees."""
    assert review.revision is not None
    return review.revision


def _record(review: Review) -> dict[str, int]:
    """Return what the requester asked for and received here before."""
    former = Review.objects.filter(
        requester=review.requester_id, access_request__number__lt=review.access_request.number
    ).filter(submitted_at__isnull=False)
    return former.aggregate(
        requests=Count("access_request", distinct=True),
        grants=Count("grant", distinct=True),
        publications=Count("grant__publications", distinct=True),
    )


def _changes(review: Review) -> list[Change]:
    present = submitted_revision(review)
    former = review.access_request.revisions.filter(number__lt=present.number).first()
    return changes_between(former.content, present.content) if former else []


def _not_yet(suggested: list[str], conditions: list[Condition]) -> list[str]:
    """Return the suggested conditions that nobody has proposed."""
    return [text for text in suggested if text not in {condition.text for condition in conditions}]


def _messages(review: Review, inside: bool) -> Any:
    shown = review.messages.select_related("author")
    return shown if inside else shown.filter(audience=Message.Audience.EVERYBODY)


def _members(review: Review) -> list[dict[str, Any]]:
    aside = {recusal.member_id: recusal for recusal in review.recusals.all()}
    seats = Seat.objects.filter(committee=review.committee, left_at=None).select_related(
        "person__organisation"
    )
    return [{"seat": seat, "person": seat.person, "recusal": aside.get(seat.person_id)} for seat in seats]
