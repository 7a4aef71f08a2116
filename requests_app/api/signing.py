"""Signing by a link's token: reading the exact text, and signing it."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.asking import asker
from portal.errors import NotThereError
from requests_app.api.given import said
from requests_app.models import Signature
from requests_app.serializers import SigningSerializer, ToSignSerializer
from requests_app.services import signing


class Sign(APIView):
    """The agreement that a link's token leads to; whoever has the link may read it."""

    permission_classes = [AllowAny]

    @extend_schema(responses=ToSignSerializer)
    def get(self, request: Request, token: str) -> Response:
        """Return the text and its digest."""
        return Response(ToSignSerializer(_place(token)).data)

    @extend_schema(request=SigningSerializer, responses=ToSignSerializer)
    def post(self, request: Request, token: str) -> Response:
        """Sign the text whose digest is given."""
        given = said(SigningSerializer, request)
        signature = signing.sign(
            signature_id=_place(token).pk,
            shown_digest=given["digest"],
            typed_name=given["typed_name"],
            person=asker(request) if request.user.is_authenticated else None,
        )
        return Response(ToSignSerializer(signature).data)


def _place(token: str) -> Signature:
    try:
        return signing.signature_of_token(token)
    except NotThereError as error:
        raise Http404 from error
