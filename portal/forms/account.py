"""Forms for a person's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm

from portal.models import Organisation, Person, Scope

ORCID = r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$"


class SignInForm(AuthenticationForm):
    """Address and password."""

    error_messages = {
        "invalid_login": "This address and password do not belong together. Check both, or reset the password.",
        "inactive": "This account was closed. Ask the administrator of the portal.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail address"
        self.fields["username"].widget.attrs.update({"autocomplete": "email", "autofocus": False})


class CreateAccountForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """What we need to know of somebody new."""

    class Meta:
        model = Person
        fields = ["full_name", "email", "organisation", "job_title", "orcid"]
        help_texts = {
            "email": "Use the address of your organisation: committees check it.",
            "organisation": "Leave empty if yours is not in the list; you can name it in your request.",
            "orcid": "For example 0000-0002-1825-0097. Committees find your work by it.",
        }

    def clean_email(self) -> str:
        """Return the address in small letters, which is how we sign people in."""
        return str(self.cleaned_data["email"]).lower()


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What people may change about themselves; the address is their identity here and stays."""

    orcid = forms.RegexField(
        ORCID,
        label="ORCID iD",
        required=False,
        help_text="For example 0000-0002-1825-0097.",
        error_messages={
            "invalid": "An ORCID iD has four groups of four digits, such as 0000-0002-1825-0097."
        },
    )

    class Meta:
        model = Person
        fields = ["full_name", "organisation", "job_title", "orcid"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.organisation_id:
            # Committees computed conflicts from it: only an administrator moves somebody elsewhere.
            self.fields["organisation"].disabled = True
            self.fields["organisation"].help_text = "Ask an administrator if you have changed organisation."
        else:
            self.fields["organisation"].queryset = Organisation.objects.filter(is_sponsor=False)  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """What a new access token is for, and how long it lives."""

    name = forms.CharField(max_length=80, help_text="What will use it, for example “laptop”.")
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=Scope.choices,
        initial=Scope.values,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that it may do."},
    )
    days = forms.IntegerField(
        label="Days until it ends", min_value=1, max_value=365, initial=90, help_text="A year at most."
    )
