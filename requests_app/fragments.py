"""What the request workflow shows on others' pages: how to ask, who decides, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from portal import slots
from portal.asking import holds
from portal.fragments import administers
from portal.models import Collection, CollectionVersion, Person
from portal.policies import MANAGE, managed_collections
from portal.slots import Condition
from requests_app import policies
from requests_app.figures import figures
from requests_app.models import Grant, Review, Signature, Terms
from requests_app.selection import choices_of
from requests_app.services.drafting import current_draft
from requests_app.states import GrantState, ReviewState
from requests_app.timeline import holder_of
from requests_app.views.committee import WAITING

MINE = (ReviewState.DRAFT, ReviewState.RETURNED)
OVER = (ReviewState.WITHDRAWN, ReviewState.GRANTED, ReviewState.DECLINED)


def sits(request: HttpRequest) -> bool:
    """Show it to members of committees."""
    return policies.seats_of(request.user).exists()  # type: ignore[arg-type]


def manages(request: HttpRequest) -> bool:
    """Show it to sponsors' data managers."""
    return holds(request, MANAGE)


def access(request: HttpRequest, collection: Collection) -> dict[str, Any]:
    """Return how the collection can be asked for, by this person, now."""
    version = collection.published_version()
    person = request.user
    running = None
    if person.is_authenticated:
        running = (
            Review.objects.filter(requester=person, collection=collection).exclude(state__in=OVER).first()
        )
    return {
        "collection": collection,
        "verdict": policies.can_ask_for(person, collection),  # type: ignore[arg-type]
        "choices": choices_of(version),
        "has_tables": version is not None and version.tables.exists(),
        "running": running,
        "draft": current_draft(person) if person.is_authenticated else None,
        "sign_in": f"{reverse('portal:sign_in')}?next={request.path}",
    }


def terms(request: HttpRequest, collection: Collection) -> dict[str, Any]:
    """Return who decides and what is signed."""
    return {
        "terms": Terms.objects.filter(collection=collection).select_related("committee", "agreement").first()
    }


def timing(request: HttpRequest, subject: object) -> dict[str, Any]:
    """Return how long decisions take here."""
    return {"figures": figures()}


def workbench(request: HttpRequest, collection: Collection) -> dict[str, Any] | None:
    """Return the terms, for those who set them."""
    if not managed_collections(request.user).contains(collection):  # type: ignore[arg-type]
        return None
    return {
        "collection": collection,
        "terms": Terms.objects.filter(collection=collection).select_related("committee").first(),
    }


def tasks(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Return what this person must do about requests, and what waits for others."""
    todo = [*_own(person), *_to_review(person), *_to_sign(person), *_to_close(person)]
    return {"tasks": todo, "waiting": _waiting(person)}


def _own(person: Person) -> Iterable[dict[str, Any]]:
    mine = Review.objects.filter(requester=person, state__in=MINE).select_related(
        "access_request", "collection"
    )
    for review in mine:
        href = reverse("requests_app:wizard", args=[review.access_request_id, "check"])
        yield _task(
            review, href, "Complete and submit it" if review.state == "draft" else "Change and submit again"
        )


def _to_review(person: Person) -> Iterable[dict[str, Any]]:
    before = (
        policies.reviews_before(person)
        .filter(state__in=WAITING)
        .select_related("access_request", "collection")
    )
    voted = person.votes.values("revision")
    for review in before.exclude(recusals__member=person).exclude(revision__in=voted):
        hint = "Vote" if review.state == ReviewState.IN_REVIEW else "Check whether it is complete"
        yield _task(review, reverse("requests_app:review", args=[review.pk]), hint)


def _to_sign(person: Person) -> Iterable[dict[str, Any]]:
    places = Signature.objects.filter(
        person=person, signed_at=None, agreement__review__state=ReviewState.AGREEMENT_OUT
    ).select_related("agreement__review__collection", "agreement__review__access_request")
    for place in places:
        review = place.agreement.review
        href = reverse("requests_app:request", args=[review.access_request_id])
        yield _task(review, href, "Sign the agreement: the link is in your mail")


def _to_close(person: Person) -> Iterable[dict[str, Any]]:
    over = Grant.objects.filter(
        review__requester=person, state__in=[GrantState.EXPIRED, GrantState.REVOKED]
    ).select_related("review__collection")
    for grant in over:
        yield {
            "title": f"Grant {grant.number}: {grant.review.collection.title}",
            "href": reverse("requests_app:grant", args=[grant.pk]),
            "hint": "Attest that all copies are destroyed",
            "status": grant.get_state_display(),
            "tone": "wait",
            "icon": "clock",
        }


def _waiting(person: Person) -> list[dict[str, Any]]:
    own = Review.objects.filter(access_request__in=policies.own_requests(person)).exclude(
        state__in=[*MINE, *OVER]
    )
    rows = own.select_related("access_request", "collection", "committee")
    return [
        _task(
            review,
            reverse("requests_app:request", args=[review.access_request_id]),
            f"With {holder_of(review)}",
        )
        for review in rows
    ]


def _task(review: Review, href: str, hint: str) -> dict[str, Any]:
    title = review.access_request.title or "untitled"
    return {
        "title": f"Request {review.access_request.number}: {title}",
        "href": href,
        "hint": f"{review.collection.title}. {hint}.",
        "status": review.get_state_display(),
        "tone": "wait",
        "icon": "clock",
        "due": review.due_at,
    }


def conditions(version: CollectionVersion) -> Iterable[Condition]:
    """Say whether the terms are set and the committee can decide."""
    found = Terms.objects.filter(collection=version.collection_id).select_related("committee").first()
    page = reverse("requests_app:terms", args=[version.collection.slug])
    yield Condition("The terms of access are set", met=found is not None, href=page)
    if found is not None:
        seats = found.committee.seats.filter(left_at=None).count()
        yield Condition(
            "The committee has enough members to decide",
            met=seats >= found.committee.quorum,
            detail=f"{seats} seated, quorum {found.committee.quorum}.",
        )


slots.register_link(
    "nav", label="Register", url_name="requests_app:register", shown=lambda request: True, order=15
)
slots.register_link(
    "nav",
    label="Requests",
    url_name="requests_app:requests",
    shown=lambda request: request.user.is_authenticated,
    order=30,
)
slots.register_link("nav", label="Committee", url_name="requests_app:queue", shown=sits, order=40)
slots.register_link(
    "sponsor", label="Committees", url_name="requests_app:committees", shown=manages, order=20
)
slots.register_link("sponsor", label="Use and credit", url_name="requests_app:use", shown=manages, order=30)
slots.register_link("sponsor", label="Trace a file", url_name="requests_app:trace", shown=manages, order=50)
slots.register_link("admin", label="Trace a file", url_name="requests_app:trace", shown=administers, order=60)
slots.register("collection.access", template="requests_app/fragments/access.html", context=access)
slots.register("collection.terms", template="requests_app/fragments/terms.html", context=terms)
slots.register("home.timing", template="requests_app/fragments/timing.html", context=timing)
slots.register("workbench.aside", template="requests_app/fragments/workbench.html", context=workbench)
slots.register("work.tasks", template="", context=tasks, order=20)
slots.register_conditions("version.publish", conditions)
