"""The form of a profile: which options, and which attributes are treated in another way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from deid.engine.profiles.options import OPTIONS
from deid.engine.review.wording import DONE, attribute_name
from deid.services.profiling import profile_of, tag_of
from portal.errors import InvalidInputError
from portal.models import CleaningProfile, Organisation
from portal.models.profiles import profile_choices

ACTIONS = [("", "Choose …"), *((code, f"{text.capitalize()} ({code})") for code, text in DONE.items())]
EMPTY_ROWS = 3
MOST_ROWS = 200


class ProfileForm(forms.Form):
    """A profile's next revision, as somebody writes it."""

    title = forms.CharField(
        max_length=120, help_text="What it is for, for example “Head MR without devices”."
    )
    name = forms.SlugField(
        label="Short name",
        max_length=40,
        help_text="Small letters, digits and hyphens. Saving under a name that you have used makes its next revision.",
    )
    stands_on = forms.ChoiceField(
        label="Stands on", help_text="Its own rules go before those of the profile on which it stands."
    )
    options = forms.MultipleChoiceField(
        required=False,
        choices=[(name, option.meaning.removesuffix(" Option")) for name, option in OPTIONS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Of PS3.15 Annex E. Each one keeps or cleans what the Basic Profile would remove.",
    )
    note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why it is as it is. Everybody reads it.",
    )

    def __init__(self, *args: Any, sponsor: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        base: Any = self.fields["stands_on"]
        base.choices = profile_choices(sponsor, str(self.initial.get("stands_on", "")))


def initial_of(reference: str, title: str = "") -> dict[str, Any]:
    """Return what the form shows first: the profile that is revised, or the one to stand on."""
    own = CleaningProfile.objects.filter(reference=reference).first()
    if own:
        return {
            "title": own.title,
            "name": own.name,
            "stands_on": own.stands_on,
            "options": own.options,
            "note": own.note,
        }
    return {"title": title, "stands_on": reference, "options": sorted(profile_of(reference).options)}


def own_overrides(profile: CleaningProfile) -> dict[str, str]:
    """Return the actions that *profile* adds to, or sets against, those of what it stands on."""
    base = profile_of(profile.stands_on).overrides
    return {tag: code for tag, code in profile.overrides.items() if base.get(tag) != code}


def override_rows(overrides: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the rows of the form: a row for each override, and empty ones to fill in."""
    rows = [
        {"attribute": tag, "name": attribute_name(int(tag, 16)), "action": code}
        for tag, code in overrides.items()
    ]
    return rows + [{"attribute": "", "name": "", "action": ""}] * EMPTY_ROWS


def posted_rows(posted: QueryDict) -> list[dict[str, str]]:
    """Return the rows as they were typed, so that nothing is lost when the form comes back."""
    pairs = zip(posted.getlist("attribute")[:MOST_ROWS], posted.getlist("treatment"), strict=False)
    rows = [
        {"attribute": one.strip(), "name": "", "action": code} for one, code in pairs if one.strip() or code
    ]
    return rows + [{"attribute": "", "name": "", "action": ""}] * EMPTY_ROWS


def overrides_of(posted: QueryDict) -> dict[str, str]:
    """Return the overrides that were typed; raise `InvalidInputError` for rows that say only half."""
    overrides: dict[str, str] = {}
    for row in posted_rows(posted):
        if not row["attribute"] and not row["action"]:
            continue
        if not row["attribute"] or not row["action"]:
            raise InvalidInputError("Each rule needs both an attribute and what happens to it.")
        tag = tag_of(row["attribute"])
        if overrides.setdefault(tag, row["action"]) != row["action"]:
            raise InvalidInputError(f"{attribute_name(int(tag, 16))} has two rules. Keep one of them.")
    return overrides
