"""The sponsor's pages: committees and their seats, terms of a collection, and who uses what."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from portal.acting import PersonalPage
from portal.asking import asker
from portal.errors import InvalidInputError
from portal.models import Collection, Organisation, Person
from portal.policies import MANAGE, managed_collections, organisations_with
from requests_app import policies
from requests_app.forms import CommitteeForm, SeatForm, TermsForm, errors_of
from requests_app.models import Committee, Seat
from requests_app.services import sitting


def _found(request: HttpRequest, sponsors: Any) -> str:
    sponsor = get_object_or_404(sponsors, pk=request.POST.get("sponsor"))
    form = CommitteeForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError("Give a name and a quorum of at least 2.", fields=errors_of(form))
    sitting.found_committee(person=asker(request), sponsor=sponsor, **form.cleaned_data)
    return "The committee is founded. Now seat its members."


class CommitteesPage(PersonalPage):
    """The committees of the sponsors that the person works for."""

    template_name = "requests_app/committees.html"
    actions = {"found": _found}

    def fetch(self, request: HttpRequest, **keys: Any) -> Any:
        """Return the sponsors; people who manage none get a 404."""
        sponsors = organisations_with(asker(request), MANAGE)
        get_object_or_404(Organisation, pk__in=sponsors.values("pk")[:1])
        return sponsors

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """Return the committees with their seats, and a form for one more."""
        committees = policies.managed_committees(asker(request)).prefetch_related(
            "seats__person", "terms__collection"
        )
        return {"sponsors": subject, "committees": committees, "form": CommitteeForm()}


def _seat(request: HttpRequest, committee: Committee) -> str:
    form = SeatForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError(
            " ".join(errors_of(form).get("email", ["Give an address."])), fields=errors_of(form)
        )
    member = Person.objects.get(email=form.cleaned_data["email"])
    sitting.give_seat(
        person=asker(request), committee=committee, member=member, is_chair=form.cleaned_data["is_chair"]
    )
    return f"{member.full_name} has a seat."


def _end_seat(request: HttpRequest, committee: Committee) -> str:
    seat = get_object_or_404(Seat, committee=committee, left_at=None, pk=request.POST.get("seat") or 0)
    sitting.end_seat(person=asker(request), seat_id=seat.pk)
    return f"{seat.person.full_name} has left the committee."


class CommitteePage(PersonalPage):
    """One committee: who sits, which rule holds, for which collections it decides."""

    template_name = "requests_app/committee.html"
    actions = {"seat": _seat, "end_seat": _end_seat}

    def fetch(self, request: HttpRequest, **keys: Any) -> Committee:
        """Return the committee, for its sponsor's data managers."""
        return get_object_or_404(policies.managed_committees(asker(request)), pk=keys["pk"])

    def context(self, request: HttpRequest, subject: Committee) -> dict[str, Any]:
        """Return the seats, the collections and the form for a seat."""
        seats = subject.seats.filter(left_at=None).select_related("person__organisation")
        return {
            "committee": subject,
            "seats": seats,
            "too_few": seats.count() < subject.quorum,
            "terms": subject.terms.select_related("collection"),
            "form": SeatForm(),
        }


def _set_terms(request: HttpRequest, collection: Collection) -> str:
    form = _terms_form(request, collection)
    if not form.is_valid():
        raise InvalidInputError("Some of it cannot be used.", fields=errors_of(form))
    sitting.set_terms(person=asker(request), collection_id=collection.pk, **form.cleaned_data)
    return "The terms are set. They hold for requests that are decided from now on."


def _terms_form(request: HttpRequest, collection: Collection) -> TermsForm:
    terms = getattr(collection, "terms", None)
    initial = (
        {
            "committee": terms.committee_id,
            "agreement_text": terms.agreement.text,
            "grant_days": terms.grant_days,
            "needs_official": terms.needs_official,
        }
        if terms
        else {}
    )
    form = TermsForm(request.POST or None, initial=initial)
    form.fields["committee"].queryset = Committee.objects.filter(sponsor=collection.sponsor)  # type: ignore[attr-defined]
    return form


class TermsPage(PersonalPage):
    """The terms under which a collection is shared."""

    template_name = "requests_app/terms.html"
    actions = {"set": _set_terms}

    def fetch(self, request: HttpRequest, **keys: Any) -> Collection:
        """Return the collection, for its sponsor's data managers."""
        return get_object_or_404(managed_collections(asker(request)), slug=keys["slug"])

    def context(self, request: HttpRequest, subject: Collection) -> dict[str, Any]:
        """Return the form and the editions of the agreement."""
        return {
            "collection": subject,
            "form": _terms_form(request, subject),
            "editions": subject.agreement_texts.all(),
            "committees_page": reverse("requests_app:committees"),
        }


@login_required
def use(request: HttpRequest) -> HttpResponse:
    """Show the sponsor who has what: grants, downloads, publications."""
    sponsors = organisations_with(asker(request), MANAGE)
    get_object_or_404(Organisation, pk__in=sponsors.values("pk")[:1])
    grants = (
        policies.sponsored_grants(asker(request))
        .select_related("review__collection", "review__access_request__requester__organisation")
        .annotate(publication_count=Count("publications"))
    )
    return render(request, "requests_app/use.html", {"grants": grants, "sponsors": sponsors})
