"""Forms of the wizard and of the sponsor's pages: words and helps; what is right, the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.models import Person
from requests_app.content import TEXTS
from requests_app.models import AccessRequest, Collaborator, Committee


class WizardForm(forms.ModelForm):  # type: ignore[type-arg]
    """One step of the wizard; an incomplete draft is kept, so the browser refuses nothing."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name in TEXTS


class PurposeForm(WizardForm):
    """What the request is for."""

    class Meta:
        model = AccessRequest
        fields = ["title", "public_summary", "purpose"]
        help_texts = {
            "title": "As it will stand in the public register.",
            "public_summary": "For everybody, in plain words, at least 60 characters. It stands in the register.",
            "purpose": "The question, why it matters, and why these data can answer it. At least 100 characters.",
        }
        widgets = {
            "public_summary": forms.Textarea(attrs={"rows": 4}),
            "purpose": forms.Textarea(attrs={"rows": 8}),
        }


class PlanForm(WizardForm):
    """How the data will be used and kept."""

    class Meta:
        model = AccessRequest
        fields = ["plan", "data_protection"]
        help_texts = {
            "plan": "Methods, outcomes, which images and variables, validation. At least 100 characters.",
            "data_protection": "Which systems, who has access, how copies are destroyed at the end.",
        }
        widgets = {
            "plan": forms.Textarea(attrs={"rows": 10}),
            "data_protection": forms.Textarea(attrs={"rows": 5}),
        }


class ConductForm(WizardForm):
    """Money, ethics and publication."""

    class Meta:
        model = AccessRequest
        fields = ["funding", "ethics", "publication_intent"]
        help_texts = {
            "funding": "Who pays, with grant numbers; say so when nobody does.",
            "ethics": "The approval and its number, or why none is needed.",
            "publication_intent": "Where and when you mean to publish; say so when you do not.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in fields}


class OfficialForm(WizardForm):
    """Who signs for the requester's organisation, where a sponsor asks for it."""

    class Meta:
        model = AccessRequest
        fields = ["official_name", "official_email"]
        help_texts = {"official_email": "Gets a link to read and sign the agreement; needs no account."}


class CollaboratorForm(forms.ModelForm):  # type: ignore[type-arg]
    """Somebody who will work with the data."""

    class Meta:
        model = Collaborator
        fields = ["full_name", "email", "organisation_name"]
        help_texts = {"email": "Gets a link to read and sign the agreement."}


WIZARD_FORMS: dict[str, type[WizardForm]] = {
    "purpose": PurposeForm,
    "plan": PlanForm,
    "conduct": ConductForm,
    "people": OfficialForm,
}


class CommitteeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A committee's name and rule."""

    class Meta:
        model = Committee
        fields = ["name", "quorum"]


class SeatForm(forms.Form):
    """A seat on a committee."""

    email = forms.EmailField(label="Address", help_text="Of somebody who has an account.")
    is_chair = forms.BooleanField(label="Takes the chair", required=False)

    def clean_email(self) -> str:
        """Return the address; refuse one that nobody signs in with."""
        email: str = self.cleaned_data["email"].lower()
        if not Person.objects.filter(email=email, is_active=True).exists():
            raise forms.ValidationError(
                "Nobody signs in with this address. Ask them to create an account first."
            )
        return email


class TermsForm(forms.Form):
    """The terms under which a collection is shared."""

    committee = forms.ModelChoiceField(
        Committee.objects.none(), empty_label="Choose a committee", help_text="Who decides."
    )
    agreement_text = forms.CharField(
        label="Agreement",
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Markdown. Parties, purpose, conditions and signatures are added by themselves.",
    )
    grant_days = forms.IntegerField(label="Days of access", min_value=1, max_value=3650, initial=365)
    needs_official = forms.BooleanField(
        label="A signing official of the requester's organisation must sign too", required=False
    )


def errors_of(form: forms.BaseForm) -> dict[str, list[str]]:
    """Return what is wrong with each field, in words."""
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}
