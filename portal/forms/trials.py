"""Forms for trials and collections."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy

from portal.forms.fields import LinesField
from portal.models import Collection, Organisation, Trial
from portal.models.profiles import SHIPPED, profile_choices

REGISTRIES = {
    "ClinicalTrials.gov": re.compile(r"NCT\d{8}"),
    "ISRCTN": re.compile(r"ISRCTN\d{8}"),
    "EU CTIS": re.compile(r"(EU CT )?20\d\d-5\d{5}-\d\d-\d\d"),
    "EudraCT": re.compile(r"20\d\d-\d{6}-\d\d"),
    "DRKS": re.compile(r"DRKS\d{8}"),
    "jRCT": re.compile(r"JRCT[A-Z]*\d+"),
    "UMIN": re.compile(r"UMIN\d{9}"),
    "ChiCTR": re.compile(r"CHICTR\d+"),
    "ANZCTR": re.compile(r"ACTRN\d{14}"),
}
MODALITIES = [
    ("CT", "CT"), ("MR", "MR"), ("PT", "PET"), ("NM", "Nuclear medicine"), ("CR", "Radiograph (CR)"),
    ("DX", "Radiograph (DX)"), ("MG", "Mammography"), ("US", "Ultrasound"), ("XA", "Angiography"),
    ("OP", "Eye photography"), ("OPT", "Eye tomography (OCT)"), ("SM", "Slide microscopy"), ("RTSTRUCT", "Contours"),
    ("SEG", "Segmentations"), ("SR", "Reports"), ("OT", "Other"),
]  # fmt: skip
CHECK = reverse_lazy("portal:check")


def registry_of(number: str) -> str:
    """Return the registry whose numbers look like *number*, or an empty string."""
    tidy = number.strip().upper()
    return next((name for name, pattern in REGISTRIES.items() if pattern.fullmatch(tidy)), "")


def live(name: str) -> dict[str, str]:
    """Return the attributes that let a field ask the server while somebody types."""
    return {
        "hx-get": str(CHECK),
        "hx-trigger": "input changed delay:400ms",
        "hx-target": f"#check-{name}",
        "hx-include": "this",
        "autocomplete": "off",
    }


class TrialForm(forms.ModelForm):  # type: ignore[type-arg]
    """A trial as its registry knows it."""

    arms = LinesField(required=False, help_text="One a line, for example “Stereotactic radiotherapy”.")
    sites = LinesField(
        required=False, help_text="One a line. Only the number of sites is shown to the public."
    )

    class Meta:
        model = Trial
        fields = ["sponsor", "registry_number", "title", "phase", "condition", "arms", "sites"]
        help_texts = {
            "sponsor": "The organisation that answers for the trial.",
            "title": "As the registry has it.",
            "condition": "One disease or state, in words that somebody would search for.",
        }

    def __init__(self, *args: Any, sponsors: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sponsor"].queryset = sponsors  # type: ignore[attr-defined]
        if sponsors.count() == 1:
            self.fields["sponsor"].initial = sponsors.first()
        self.fields["registry_number"].widget.attrs.update(live("registry_number"))


class CollectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a collection is and on which terms it is shared."""

    modalities = forms.MultipleChoiceField(
        choices=MODALITIES,
        widget=forms.CheckboxSelectMultiple,
        help_text="What you mean to upload. The catalogue shows what has arrived.",
    )
    deid_profile = forms.ChoiceField(
        label="De-identification profile",
        choices=SHIPPED,
        help_text="All remove everything that identifies people. Research keeps dates (shifted), device facts and "
        "cleaned descriptions. Your organisation can write rules of its own.",
    )

    class Meta:
        model = Collection
        fields = [
            "title", "slug", "summary", "description", "modalities", "licence", "deid_profile", "embargo_until",
            "citation_authors", "acknowledgement",
        ]  # fmt: skip
        widgets = {
            "embargo_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "summary": forms.Textarea(attrs={"rows": 3, "maxlength": 400}),
            "description": forms.Textarea(attrs={"rows": 12}),
            "acknowledgement": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {"slug": "Short name", "embargo_until": "Embargo until", "citation_authors": "Authors"}
        help_texts = {
            "title": "What it is, in at most ten words; the trial’s name is shown beside it.",
            "slug": "Part of the address and of file names, for example ct-lung-response. It cannot be changed later.",
            "citation_authors": "As they should be cited, for example Larsen, K., & Okafor, N. Empty: the sponsor.",
        }

    def __init__(self, *args: Any, sponsor: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profiles: Any = self.fields["deid_profile"]
        profiles.choices = profile_choices(sponsor, self.instance.deid_profile)
        if self.instance._state.adding:
            self.fields["slug"].widget.attrs.update(live("slug"))
        else:
            del self.fields["slug"]
