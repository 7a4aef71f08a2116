"""Pages on which people act: one address, one object, a few named actions.

A page shows its object; a POST names one of its `actions`. When a service refuses, the same page comes back
with the reason and with everything that was typed, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from portal.errors import InvalidInputError, NotThereError, TesseraError

Action = Callable[[HttpRequest, Any], str]


class ActingPage(View):
    """A page about one object, with actions; subclasses say what it shows and what can be done."""

    template_name: ClassVar[str]
    actions: ClassVar[Mapping[str, Action]] = {}

    def fetch(self, request: HttpRequest, **keys: Any) -> Any:
        """Return the object that the page is about; raise `Http404` for strangers."""
        raise NotImplementedError

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """Return what the template needs."""
        raise NotImplementedError

    def after(self, request: HttpRequest, subject: Any) -> str:
        """Return the address to go to after an action: the same page, unless the subclass knows better."""
        return request.path

    def get(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        """Show the page."""
        return self._show(request, self.fetch(request, **keys))

    def post(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        """Do what was asked, then show what came of it."""
        subject = self.fetch(request, **keys)
        action = self.actions.get(request.POST.get("action", ""))
        if action is None:
            return self._show(request, subject, error=InvalidInputError("This page has no such action."))
        try:
            said = action(request, subject)
        except NotThereError as error:
            raise Http404(error.message) from error
        except TesseraError as error:
            return self._show(request, self.fetch(request, **keys), error=error)
        if said:
            messages.success(request, said)
        return redirect(self.after(request, subject))

    def _show(self, request: HttpRequest, subject: Any, error: TesseraError | None = None) -> HttpResponse:
        context = {**self.context(request, subject), "error": error, "posted": request.POST}
        return render(request, self.template_name, context, status=error.status if error else 200)


class PersonalPage(LoginRequiredMixin, ActingPage):
    """An acting page for people who have signed in; others are sent to sign in first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let signed-in people in, and keep what is personal out of shared caches."""
        response = super().dispatch(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
