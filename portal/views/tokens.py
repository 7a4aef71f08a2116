"""One's own access tokens: the list, a new one (whose secret is shown once), and the end of one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.asking import asker
from portal.errors import InvalidInputError, NotThereError
from portal.forms.account import TokenForm
from portal.policies import own_tokens
from portal.services import tokens as service


@login_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens; POST makes one and shows its secret, this once."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = service.issue_token(person=asker(request), **form.cleaned_data)
            form = TokenForm()
        except InvalidInputError as error:
            form.add_error(None, error.message)
    context = {"form": form, "secret": secret, "tokens": own_tokens(asker(request))}
    return render(request, "portal/account/tokens.html", context)


@login_required
@require_POST
def revoke_token(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a token."""
    try:
        service.revoke_token(person=asker(request), token_id=pk)
    except NotThereError as error:
        raise Http404(error.message) from error
    messages.success(request, "The token is revoked. What used it can no longer sign in.")
    return redirect("portal:tokens")
