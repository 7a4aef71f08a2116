"""Registering trials and collections, and changing collections."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.asking import asker
from portal.errors import InvalidInputError, NotAllowedError
from portal.forms.trials import CollectionForm, TrialForm, registry_of
from portal.models import Collection, Organisation, Person, Trial
from portal.policies import MANAGE, managed_collections, organisations_with
from portal.services import trials
from portal.services.confirming import FIELD


@login_required
def register_trial(request: HttpRequest) -> HttpResponse:
    """Register a trial."""
    sponsors = _managed_sponsors(asker(request))
    form = TrialForm(request.POST or None, sponsors=sponsors)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        sponsor = fields.pop("sponsor")
        try:
            trial = trials.register_trial(actor=asker(request), sponsor_id=sponsor.pk, **fields)
        except InvalidInputError as error:
            put_errors(form, error)
        else:
            messages.success(request, "The trial is registered. Now describe a collection of its images.")
            return redirect("portal:register_collection", trial.pk)
    return render(request, "portal/sponsor/trial_form.html", {"form": form})


def _managed_sponsors(person: Person) -> QuerySet[Organisation]:
    sponsors = organisations_with(person, MANAGE).filter(is_sponsor=True)
    if not sponsors.exists():
        raise NotAllowedError(
            "Only a data manager of a sponsor registers trials. An administrator gives that role."
        )
    return sponsors


@login_required
def register_collection(request: HttpRequest, trial_id: UUID) -> HttpResponse:
    """Register a collection of a trial."""
    sponsors = organisations_with(asker(request), MANAGE)
    trial = get_object_or_404(Trial.objects.filter(sponsor__in=sponsors), pk=trial_id)
    form = CollectionForm(request.POST or None, sponsor=trial.sponsor)
    if request.method == "POST" and form.is_valid():
        try:
            collection = trials.register_collection(
                actor=asker(request), trial_id=trial.pk, **form.cleaned_data
            )
        except InvalidInputError as error:
            put_errors(form, error)
        else:
            messages.success(request, "The collection is registered. Now upload its images.")
            return redirect("portal:workbench", collection.slug)
    return render(request, "portal/sponsor/collection_form.html", {"form": form, "trial": trial})


@login_required
def edit_collection(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what a collection says of itself."""
    collection = get_object_or_404(
        managed_collections(asker(request)).select_related("trial__sponsor"), slug=slug
    )
    present = Collection.objects.get(pk=collection.pk)
    form = CollectionForm(request.POST or None, sponsor=collection.sponsor, instance=present)
    to_confirm: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            trials.edit_collection(
                actor=asker(request),
                collection_id=collection.pk,
                changes=form.cleaned_data,
                confirmed=request.POST.get(FIELD, "").split(),
            )
        except InvalidInputError as error:
            put_errors(form, error)
            to_confirm = error.fields.get(FIELD, [])
        else:
            messages.success(request, "Saved.")
            return redirect("portal:workbench", collection.slug)
    context = {"form": form, "trial": collection.trial, "collection": collection, "to_confirm": to_confirm}
    return render(request, "portal/sponsor/collection_form.html", context)


@login_required
def check(request: HttpRequest) -> HttpResponse:
    """Say while somebody types whether a registry number or a short name can be used; to those who may use it."""
    _managed_sponsors(asker(request))
    number, slug = request.GET.get("registry_number", "").strip(), request.GET.get("slug", "").strip()
    tone, text = "", ""
    if number:
        taken = Trial.objects.filter(registry_number__iexact=number).exists()
        registry = registry_of(number)
        tone = "bad" if taken else "ok" if registry else "wait"
        text = "Registered here already." if taken else f"A number of {registry}." if registry else (
            "No registry that we know writes its numbers like this. Check it."
        )  # fmt: skip
    elif slug:
        taken = Collection.objects.filter(slug=slug).exists()
        tone, text = ("bad", "Taken. Choose another one.") if taken else ("ok", "Free.")
    return render(request, "portal/sponsor/check.html", {"tone": tone, "text": text})


def put_errors(form: BaseForm, error: InvalidInputError) -> None:
    """Show what a service refused beside the fields that it names."""
    named = {name: texts for name, texts in error.fields.items() if name in form.fields}
    for name, texts in named.items():
        for text in texts:
            form.add_error(name, text)
    if not named:
        form.add_error(None, error.message)
