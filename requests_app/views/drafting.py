"""The request wizard: one step a page, each saved by itself, each saying what is missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.acting import PersonalPage
from portal.asking import asker
from portal.errors import InvalidInputError, TesseraError
from portal.models import Collection
from portal.policies import visible_collections
from portal.slots import Condition
from requests_app.content import Missing, missing_parts
from requests_app.forms import WIZARD_FORMS, CollaboratorForm, errors_of
from requests_app.models import AccessRequest
from requests_app.policies import own_requests
from requests_app.selection import choices_of
from requests_app.services import drafting, submitting

STEPS = {
    "collections": "Collections",
    "purpose": "Purpose",
    "plan": "Plan",
    "conduct": "Funding, ethics, publication",
    "people": "People",
    "check": "Check and submit",
}


@login_required
@require_POST
def select_collection(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a collection on the draft, as far as it was chosen, and go to the draft."""
    collection = get_object_or_404(visible_collections(asker(request)), slug=slug)
    try:
        review = drafting.add_collection(
            person=asker(request), collection=collection, selection=_selection(request, collection)
        )
    except TesseraError as error:
        messages.error(request, error.message)
        return redirect("portal:collection", slug=slug)
    messages.success(request, f"“{collection.title}” is on your request {review.access_request.number}.")
    return redirect("requests_app:wizard", review.access_request_id, "collections")


def _selection(request: HttpRequest, collection: Collection) -> dict[str, Any]:
    known = choices_of(collection.published_version())
    chosen: dict[str, Any] = {
        name: [value for value in request.POST.getlist(name) if value in values]
        for name, values in known.items()
    }
    if "without_tables" in request.POST:
        chosen["tables"] = False
    return {name: value for name, value in chosen.items() if value or value is False}


@login_required
@require_POST
def autosave(request: HttpRequest, pk: str) -> HttpResponse:
    """Save what was typed so far and say so; the page asks for this while its user writes."""
    access_request = get_object_or_404(own_requests(asker(request)), pk=pk)
    fields = {name: request.POST[name] for name in drafting.DRAFT_FIELDS if name in request.POST}
    try:
        access_request = drafting.save_draft(
            person=asker(request), request_id=access_request.pk, fields=fields
        )
    except TesseraError as error:
        return render(request, "requests_app/saved.html", {"error": error}, status=error.status)
    return render(request, "requests_app/saved.html", {"access_request": access_request})


def _save(request: HttpRequest, access_request: AccessRequest) -> str:
    assert request.resolver_match is not None
    step = request.resolver_match.kwargs["step"]
    names = WIZARD_FORMS[step].base_fields if step in WIZARD_FORMS else {}
    fields = {name: request.POST.get(name, "") for name in names}
    drafting.save_draft(person=asker(request), request_id=access_request.pk, fields=fields)
    return ""


def _add_person(request: HttpRequest, access_request: AccessRequest) -> str:
    form = CollaboratorForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError("Give a name, an address and an organisation.", fields=errors_of(form))
    named = drafting.add_collaborator(
        person=asker(request), request_id=access_request.pk, **form.cleaned_data
    )
    return f"{named.full_name} is named as a collaborator."


def _remove_person(request: HttpRequest, access_request: AccessRequest) -> str:
    named = get_object_or_404(access_request.collaborators, pk=request.POST.get("collaborator"))
    drafting.remove_collaborator(person=asker(request), collaborator_id=named.pk)
    return f"{named.full_name} is no longer named."


def _remove_collection(request: HttpRequest, access_request: AccessRequest) -> str:
    review = get_object_or_404(access_request.reviews, pk=request.POST.get("review"))
    drafting.remove_collection(person=asker(request), review_id=review.pk)
    return f"“{review.collection.title}” is off the request."


def _submit(request: HttpRequest, access_request: AccessRequest) -> str:
    submitting.submit_request(person=asker(request), request_id=access_request.pk)
    return "Submitted. From now on this page always says where it stands."


class WizardPage(PersonalPage):
    """One step of the wizard."""

    template_name = "requests_app/wizard.html"
    actions = {
        "save": _save,
        "add_person": _add_person,
        "remove_person": _remove_person,
        "remove_collection": _remove_collection,
        "submit": _submit,
    }

    def fetch(self, request: HttpRequest, **keys: Any) -> AccessRequest:
        """Return the request, for its requester only; a step that does not exist is a 404."""
        if keys["step"] not in STEPS:
            raise Http404("There is no such step.")
        return get_object_or_404(AccessRequest, requester=asker(request), pk=keys["pk"])

    def context(self, request: HttpRequest, subject: AccessRequest) -> dict[str, Any]:
        """Return the step's form, and what is missing in each step."""
        step = self.kwargs["step"]
        form_class = WIZARD_FORMS.get(step)
        names = list(STEPS)
        place = names.index(step)
        missing = missing_parts(subject)
        return {
            "access_request": subject,
            "crumb": f"Request {subject.number}",
            "step": step,
            "title": STEPS[step],
            "place": place + 1,
            "steps": [_step(subject, name, step, missing) for name in names],
            "form": form_class(instance=subject) if form_class else None,
            "collaborator_form": CollaboratorForm(request.POST or None),
            "reviews": subject.reviews.exclude(state="withdrawn").select_related("collection", "version"),
            "collaborators": subject.collaborators.filter(removed_at=None),
            "needs_official": subject.reviews.filter(collection__terms__needs_official=True).exists(),
            "missing": [gap for gap in missing if step in {gap.step, "check"}],
            "checks": [_check(subject, name, missing) for name in names if name != "check"],
            "first_gap": missing[0].step if missing else "",
            "previous": names[place - 1] if place else "",
            "following": names[place + 1] if place + 1 < len(names) else "",
        }

    def after(self, request: HttpRequest, subject: AccessRequest) -> str:
        """Go on to the next step after saving, to the request's page after submitting."""
        names, step = list(STEPS), self.kwargs["step"]
        if request.POST["action"] == "submit":
            return reverse("requests_app:request", args=[subject.pk])
        if request.POST["action"] == "save" and step != names[-1]:
            step = names[names.index(step) + 1]
        return reverse("requests_app:wizard", args=[subject.pk, step])


def _check(access_request: AccessRequest, name: str, missing: list[Missing]) -> Condition:
    gaps = [gap.text for gap in missing if gap.step == name]
    href = reverse("requests_app:wizard", args=[access_request.pk, name])
    return Condition(STEPS[name], met=not gaps, detail=" ".join(gaps), href=href)


def _step(access_request: AccessRequest, name: str, current: str, missing: list[Missing]) -> dict[str, Any]:
    gaps = sum(gap.step == name for gap in missing) if name != "check" else len(missing)
    return {
        "label": STEPS[name],
        "href": reverse("requests_app:wizard", args=[access_request.pk, name]),
        "current": name == current,
        "gaps": gaps,
    }
