"""People and organisations: who may what, and why."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.asking import asker
from portal.errors import InvalidInputError
from portal.forms.administration import OrganisationForm, PersonForm, RoleForm
from portal.models import Organisation, Person
from portal.services import people as service
from portal.views.administration.access import for_administrators
from portal.views.sponsor.registering import put_errors

PAGE = 50


@for_administrators
def people(request: HttpRequest) -> HttpResponse:
    """List the people and their roles."""
    words = request.GET.get("q", "").strip()
    found = Person.objects.filter(is_system=False).select_related("organisation")
    if words:
        found = found.filter(
            Q(full_name__icontains=words) | Q(email__icontains=words) | Q(organisation__name__icontains=words)
        )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    roles = service.roles_of(page.object_list)
    rows = [{"person": person, "roles": roles.get(person.pk, [])} for person in page]
    context = {"page": page, "rows": rows, "words": words}
    return render(request, "portal/administration/people.html", context)


@for_administrators
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations, and create one."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = service.create_organisation(actor=asker(request), **form.cleaned_data)
        messages.success(request, f"{made.name} is created.")
        return redirect("portal:organisations")
    found = Organisation.objects.annotate(
        person_count=Count("people", distinct=True), trial_count=Count("trials", distinct=True)
    )
    context = {"form": form, "organisations": found}
    return render(request, "portal/administration/organisations.html", context)


@for_administrators
def create_person(request: HttpRequest) -> HttpResponse:
    """Create an account for somebody."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        organisation = fields.pop("organisation")
        try:
            person = service.create_person(
                actor=asker(request), organisation_id=organisation.pk if organisation else None, **fields
            )
        except InvalidInputError as error:
            put_errors(form, error)
        else:
            messages.success(request, f"{person.full_name} is sent a link to set a password.")
            return redirect("portal:person", person.pk)
    return render(request, "portal/administration/person_new.html", {"form": form})


@for_administrators
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show somebody, and give a role."""
    shown = get_object_or_404(Person.objects.select_related("organisation"), pk=pk, is_system=False)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation, role = form.cleaned_data["organisation"], form.cleaned_data["role"]
        service.give_role(
            actor=asker(request), person_id=shown.pk, organisation_id=organisation.pk, role=role
        )
        messages.success(request, f"{shown.full_name} is {service.ROLES[role]} for {organisation} now.")
        return redirect("portal:person", pk)
    context = {
        "shown": shown,
        "roles": service.roles_of([shown]).get(shown.pk, []),
        "form": form,
        "events": shown.ledger_events.order_by("-sequence")[:10],
    }
    return render(request, "portal/administration/person.html", context)


@require_POST
@for_administrators
def take_role(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a role from somebody."""
    try:
        organisation_id = UUID(request.POST.get("organisation", ""))
    except ValueError as error:
        raise InvalidInputError("Say for which organisation.") from error
    service.take_role(
        actor=asker(request), person_id=pk, organisation_id=organisation_id, role=request.POST.get("role", "")
    )
    messages.success(request, "The role has ended.")
    return redirect("portal:person", pk)


@require_POST
@for_administrators
def close_account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shut somebody out."""
    service.close_account(actor=asker(request), person_id=pk)
    messages.success(request, "The account is closed.")
    return redirect("portal:person", pk)
