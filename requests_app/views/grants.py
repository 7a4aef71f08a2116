"""Grants: how to get the data, what was downloaded, when it ends; and for sponsors, who has what."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from deid.models import Release
from portal.acting import PersonalPage
from portal.asking import asker
from portal.errors import InvalidInputError
from requests_app import policies
from requests_app.models import Grant
from requests_app.services import asking_again, drafting, ending

FIRST_YEAR = 1990


@login_required
def grants(request: HttpRequest) -> HttpResponse:
    """List the grants that the person holds."""
    held = policies.held_grants(asker(request)).select_related("review__collection", "review__access_request")
    return render(request, "requests_app/grants.html", {"grants": held})


def _close_out(request: HttpRequest, grant: Grant) -> str:
    ending.close_out_grant(
        person=asker(request), grant_id=grant.pk, statement=request.POST.get("statement", "")
    )
    return "Thank you. The grant is closed out."


def _report(request: HttpRequest, grant: Grant) -> str:
    title, year = request.POST.get("title", "").strip(), request.POST.get("year", "")
    if not title or not year.isdecimal() or not FIRST_YEAR <= int(year) <= timezone.now().year + 1:
        raise InvalidInputError("Give the title and the year of the publication.")
    ending.report_publication(
        person=asker(request),
        grant_id=grant.pk,
        title=title[:400],
        year=int(year),
        doi=request.POST.get("doi", "").strip()[:200],
    )
    return "Thank you; the sponsor sees it as well."


def _ask_again(request: HttpRequest, grant: Grant) -> str:
    draft = asking_again.ask_again(person=asker(request), grant_id=grant.pk)
    return f"Request {draft.number} begins with what you said before. Look through it, then send it."


def _revoke(request: HttpRequest, grant: Grant) -> str:
    ending.revoke_grant(person=asker(request), grant_id=grant.pk, reason=request.POST.get("reason", ""))
    return "Revoked. Every door of this grant is shut."


def _suspend(request: HttpRequest, grant: Grant) -> str:
    ending.suspend_grant(person=asker(request), grant_id=grant.pk, reason=request.POST.get("reason", ""))
    return "Suspended. Nothing can be downloaded until you resume it."


def _resume(request: HttpRequest, grant: Grant) -> str:
    ending.resume_grant(person=asker(request), grant_id=grant.pk)
    return "Resumed."


class GrantPage(PersonalPage):
    """One grant, for its holders and for the sponsor's data managers."""

    template_name = "requests_app/grant.html"
    actions = {
        "close_out": _close_out,
        "report": _report,
        "ask_again": _ask_again,
        "revoke": _revoke,
        "suspend": _suspend,
        "resume": _resume,
    }

    def fetch(self, request: HttpRequest, **keys: Any) -> Grant:
        """Return the grant, for holders and the sponsor."""
        visible = policies.visible_grants(asker(request)).select_related(
            "review__collection__trial__sponsor", "review__access_request__requester", "review__version"
        )
        return get_object_or_404(visible, pk=keys["pk"])

    def after(self, request: HttpRequest, subject: Grant) -> str:
        """Return the address of the draft after asking again, else of the same page."""
        draft = drafting.current_draft(asker(request))
        if request.POST["action"] == "ask_again" and draft is not None:
            return reverse("requests_app:wizard", args=[draft.pk, "collections"])
        return request.path

    def context(self, request: HttpRequest, subject: Grant) -> dict[str, Any]:
        """Return the release's progress and what the person may do."""
        person = asker(request)
        release = Release.objects.filter(grant_id=subject.pk).first()
        return {
            "grant": subject,
            "review": subject.review,
            "collection": subject.review.collection,
            "release": release,
            "has_certificate": policies.certified_releases(person).filter(grant_id=subject.pk).exists(),
            "progress": release_progress(release),
            "agreement": subject.review.agreement,
            "is_holder": policies.held_grants(person).contains(subject),
            "may_end": policies.can_end_grant(person, subject),
            "may_ask_again": policies.can_ask_again(person, subject)
            and policies.can_ask_for(person, subject.review.collection),
            "may_close_out": policies.can_close_out(person, subject),
            "publications": subject.publications.all(),
            "holders": subject.review.agreement.signatures.exclude(role="official"),
        }


def release_progress(release: Release | None) -> dict[str, int] | None:
    """Return how many items are cleaned and verified, of how many."""
    if release is None:
        return None
    states = list(release.items.values_list("state", flat=True))
    return {
        "total": len(states),
        "cleaned": sum(state != "planned" for state in states),
        "verified": sum(state == "verified" for state in states),
    }


@login_required
def progress(request: HttpRequest, pk: str) -> HttpResponse:
    """Show how far the release has come; the grant's page asks again every two seconds while it runs."""
    grant = get_object_or_404(policies.visible_grants(asker(request)), pk=pk)
    release = Release.objects.filter(grant_id=grant.pk).first()
    context = {"grant": grant, "release": release, "progress": release_progress(release)}
    return render(request, "requests_app/progress.html", context)
