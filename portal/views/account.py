"""Signing in and out, making an account, passwords, and one's own profile."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy

from portal.asking import asker
from portal.forms.account import CreateAccountForm, ProfileForm, SignInForm
from portal.services import people

BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(auth.LoginView):
    """Sign in with address and password."""

    template_name = "portal/account/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    next_page = reverse_lazy("portal:work")  # type: ignore[assignment]


class SignOut(auth.LogoutView):
    """Sign out."""

    next_page = reverse_lazy("portal:home")  # type: ignore[assignment]


class ChangePassword(auth.PasswordChangeView):
    """Change one's password."""

    template_name = "portal/account/password_change.html"
    success_url = reverse_lazy("portal:profile")

    def form_valid(self, form: object) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)  # type: ignore[arg-type]


class ResetPassword(auth.PasswordResetView):
    """Ask for a link that sets a new password; the answer is the same whoever asks."""

    template_name = "portal/account/password_reset.html"
    email_template_name = "portal/mail/password_reset.txt"
    subject_template_name = "portal/mail/password_reset_subject.txt"
    success_url = reverse_lazy("portal:password_reset_sent")


class ResetPasswordSent(auth.PasswordResetDoneView):
    """Say where to look for the link."""

    template_name = "portal/account/password_reset_sent.html"


class SetPassword(auth.PasswordResetConfirmView):
    """Set a new password by the link that was sent."""

    template_name = "portal/account/password_set.html"
    success_url = reverse_lazy("portal:sign_in")

    def form_valid(self, form: object) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, "Your new password is set. Sign in with it.")
        return super().form_valid(form)  # type: ignore[arg-type]


def create_account(request: HttpRequest) -> HttpResponse:
    """Make an account and sign its owner in; who is signed in has one."""
    if request.user.is_authenticated:
        return redirect("portal:work")
    form = CreateAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = people.create_account(
            email=data["email"],
            full_name=data["full_name"],
            password=data["password1"],
            organisation=data["organisation"],
            job_title=data["job_title"],
            orcid=data["orcid"],
        )
        login(request, person, backend=BACKEND)
        messages.success(request, "Welcome. Your account is ready.")
        return redirect("portal:work")
    return render(request, "portal/account/create.html", {"form": form})


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change one's own details."""
    form = ProfileForm(request.POST or None, instance=asker(request))
    if request.method == "POST" and form.is_valid():
        people.edit_profile(person_id=asker(request).pk, changes=form.cleaned_data)
        messages.success(request, "Your details are saved.")
        return redirect("portal:profile")
    return render(request, "portal/account/profile.html", {"form": form})
