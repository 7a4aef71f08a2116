"""The pages of profiles: which there are, what one says, and writing the next revision."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from deid import policies
from deid.engine.profiles.files import profile_json
from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import load_table
from deid.engine.review.differing import profile_difference
from deid.engine.review.wording import DONE, attribute_name
from deid.forms import (
    ACTIONS,
    ProfileForm,
    initial_of,
    override_rows,
    overrides_of,
    own_overrides,
    posted_rows,
)
from deid.services import profiling
from portal.asking import asker
from portal.errors import InvalidInputError
from portal.models import CleaningProfile, Collection, Organisation
from portal.models.profiles import SHIPPED


@login_required
def profiles(request: HttpRequest) -> HttpResponse:
    """Show the profiles that a sponsor can choose from: shipped ones, and the newest revision of its own."""
    sponsors = policies.profile_owners(asker(request))
    get_object_or_404(Organisation, pk__in=sponsors.values("pk")[:1])
    own = policies.visible_profiles(asker(request)).select_related("sponsor", "made_by")
    newest = own.order_by("sponsor_id", "name", "-revision").distinct("sponsor_id", "name")
    shipped = [
        {"name": name, "label": label, "profile": profiling.profile_of(name)} for name, label in SHIPPED
    ]
    return render(
        request,
        "deid/profiles.html",
        {"own": newest, "shipped": shipped, "sponsors": sponsors.order_by("name")},
    )


@login_required
def profile(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what a revision says, what it changes of what it stands on, and who follows it."""
    found = get_object_or_404(policies.visible_profiles(asker(request)).select_related("sponsor"), pk=pk)
    resolved = profiling.profile_of(found.reference)
    revisions = policies.visible_profiles(asker(request)).filter(sponsor=found.sponsor, name=found.name)
    context = {
        "profile": found,
        "options": [OPTIONS[name] for name in found.options],
        "rules": [
            {"attribute": attribute_name(int(tag, 16)), "done": DONE[code]}
            for tag, code in found.overrides.items()
        ],
        "complaints": profiling.complaints_about(resolved, found.options, {}),
        "difference": profile_difference(profiling.profile_of(found.stands_on), resolved),
        "revisions": revisions.select_related("made_by"),
        "collections": Collection.objects.filter(deid_profile=found.reference),
    }
    return render(request, "deid/profile.html", context)


@login_required
def profile_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out a revision as the JSON file that `python -m deid.engine --profile`, `lint` and `diff` take."""
    found = get_object_or_404(policies.visible_profiles(asker(request)), pk=pk)
    content = json.dumps(profile_json(profiling.profile_of(found.reference)), indent=2) + "\n"
    response = HttpResponse(content, content_type="application/json")
    name = re.sub(r"[^\w.-]+", "-", found.reference)
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@login_required
def edit_profile(request: HttpRequest, sponsor: str) -> HttpResponse:
    """Write a profile's next revision; what the check says is shown before anything is kept."""
    owner = get_object_or_404(policies.profile_owners(asker(request)), slug=sponsor)
    start = _start(request, owner)
    form = ProfileForm(request.POST or None, sponsor=owner, initial=initial_of(start))
    earlier = CleaningProfile.objects.filter(sponsor=owner, reference=start).first()
    rows = (
        posted_rows(request.POST)
        if request.POST
        else override_rows(own_overrides(earlier) if earlier else {})
    )
    context: dict[str, Any] = {
        "form": form,
        "sponsor": owner,
        "earlier": earlier,
        "rows": rows,
        "actions": ACTIONS,
    }
    if request.method == "POST" and form.is_valid():
        try:
            overrides = overrides_of(request.POST)
            # While somebody types, htmx sends the button that has the focus along, which nobody has pressed.
            if request.POST.get("action") == "save" and not request.headers.get("HX-Request"):
                return _save(request, owner, form, overrides)
            context |= _checked(form, overrides)
        except InvalidInputError as error:
            context["error"] = error
    if request.headers.get("HX-Request"):
        return render(request, "deid/profile_check.html", context)
    context["attributes"] = _attributes()
    return render(request, "deid/profile_form.html", context, status=400 if context.get("error") else 200)


def _start(request: HttpRequest, owner: Organisation) -> str:
    """Return the profile from which the form starts: one of the owner's or a shipped one, research if neither."""
    wanted = request.GET.get("from", "")
    own = CleaningProfile.objects.filter(sponsor=owner, reference=wanted).exists()
    return wanted if own or wanted in dict(SHIPPED) else SHIPPED[0][0]


def _save(
    request: HttpRequest, owner: Organisation, form: ProfileForm, overrides: dict[str, str]
) -> HttpResponse:
    saved = profiling.save_profile(
        person=asker(request), sponsor_id=owner.pk, overrides=overrides, **form.cleaned_data
    )
    messages.success(
        request, f"Revision {saved.revision} is kept. Collections follow it when you choose it there."
    )
    return redirect("deid:profile", saved.pk)


def _checked(form: ProfileForm, overrides: dict[str, str]) -> dict[str, Any]:
    """Return what the linter says of what was typed, and how it differs from what it stands on."""
    said = form.cleaned_data
    base = profiling.profile_of(said["stands_on"])
    complaints = profiling.complaints_about(base, said["options"], overrides)
    difference = None
    if not any(one.level == "error" for one in complaints):
        difference = profile_difference(base, profiling.derived(base, "draft", said["options"], overrides))
    return {"checked": True, "complaints": complaints, "difference": difference}


def _attributes() -> list[dict[str, str]]:
    """Return the attributes of Table E.1-1, which the form proposes while somebody types."""
    rows: Any = load_table()["attributes"]
    return [{"tag": key, "name": row[0]} for key, row in rows.items() if "x" not in key and key != "private"]
