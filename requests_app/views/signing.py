"""Signing: the link that leads to the exact text, and the executed agreement for its parties."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from portal.acting import ActingPage
from portal.asking import asker
from portal.errors import InvalidInputError, NotThereError
from requests_app.models import Agreement, Signature
from requests_app.policies import own_requests, sponsored_grants
from requests_app.services import signing
from storage.objects import released_store


def _sign(request: HttpRequest, signature: Signature) -> str:
    if "agreed" not in request.POST:
        raise InvalidInputError("Tick that you have read the agreement and accept it.")
    signing.sign(
        signature_id=signature.pk,
        shown_digest=request.POST.get("digest", ""),
        typed_name=request.POST.get("typed_name", ""),
        person=asker(request) if request.user.is_authenticated else None,
    )
    return "Signed. Thank you."


class SigningPage(ActingPage):
    """The agreement for one signatory, reached by the link in the letter."""

    template_name = "requests_app/sign.html"
    actions = {"sign": _sign}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep the page, whose address is a secret, out of caches and referrers."""
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def fetch(self, request: HttpRequest, **keys: Any) -> Signature:
        """Return the place to sign; a link that is not known is a 404."""
        try:
            return signing.signature_of_token(keys["token"])
        except NotThereError as error:
            raise Http404(error.message) from error

    def context(self, request: HttpRequest, subject: Signature) -> dict[str, Any]:
        """Return the text, its digest, and whether the account (if any) is the right one."""
        agreement = subject.agreement
        wrong_account = bool(subject.person_id) and request.user.pk != subject.person_id
        return {
            "signature": subject,
            "agreement": agreement,
            "review": agreement.review,
            "others": agreement.signatures.exclude(pk=subject.pk),
            "wrong_account": wrong_account,
            "wants_account": subject.role == Signature.Role.COLLABORATOR
            and not request.user.is_authenticated,
            "sign_in": f"{reverse('portal:sign_in')}?next={request.path}",
        }


@login_required
def agreement_pdf(request: HttpRequest, pk: str) -> HttpResponse:
    """Hand the executed agreement to its parties: those who asked, and the sponsor's data managers."""
    parties = Agreement.objects.filter(
        Q(review__access_request__in=own_requests(asker(request)).values("pk"))
        | Q(review__grant__in=sponsored_grants(asker(request)).values("pk"))
    )
    agreement = get_object_or_404(parties.distinct(), pk=pk, executed_at__isnull=False)
    number = agreement.review.access_request.number
    response = HttpResponse(released_store().get_bytes(agreement.pdf_key), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="agreement-request-{number}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response
