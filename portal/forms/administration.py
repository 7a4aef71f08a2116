"""Forms of the administrators."""

from __future__ import annotations

from django import forms

from portal.models import Organisation
from portal.services.people import ROLE_CHOICES


class PersonForm(forms.Form):
    """Somebody new."""

    full_name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(label="E-mail address", help_text="A link to set a password is sent there.")
    organisation = forms.ModelChoiceField(Organisation.objects.all(), required=False)
    job_title = forms.CharField(label="Position", max_length=120, required=False)
    is_staff = forms.BooleanField(
        label="Administrator: runs the portal, creates people, gives roles", required=False
    )


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new organisation."""

    ror = forms.URLField(
        label="ROR identifier",
        required=False,
        assume_scheme="https",
        help_text="The address in the registry of research organisations, https://ror.org/…",
    )

    class Meta:
        model = Organisation
        fields = ["name", "slug", "country", "ror", "is_sponsor"]
        labels = {"slug": "Short name", "is_sponsor": "A sponsor: registers trials and shares their images"}
        help_texts = {
            "slug": "For addresses and file names, for example university-of-example.",
            "is_sponsor": "",
        }


class RoleForm(forms.Form):
    """A role for an organisation."""

    organisation = forms.ModelChoiceField(Organisation.objects.filter(is_sponsor=True))
    role = forms.ChoiceField(choices=ROLE_CHOICES)
