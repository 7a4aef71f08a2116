"""Grants: ending them, attesting, reporting."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.asking import asker
from requests_app import policies
from requests_app.api.given import said
from requests_app.figures import public_reviews
from requests_app.models import Grant, Review
from requests_app.serializers import (
    PublicationSerializer,
    RegisterSerializer,
    StatementSerializer,
    WhySerializer,
)
from requests_app.services import ending


def _grant(request: Request, pk: UUID) -> Grant:
    return get_object_or_404(policies.visible_grants(asker(request)), pk=pk)


class GrantRevoke(APIView):
    """Shutting every door of a grant."""

    @extend_schema(request=WhySerializer, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Revoke the grant."""
        reason = said(WhySerializer, request)["reason"]
        ending.revoke_grant(person=asker(request), grant_id=_grant(request, pk).pk, reason=reason)
        return Response(status=204)


class GrantSuspend(APIView):
    """Shutting every door of a grant for a while."""

    @extend_schema(request=WhySerializer, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Suspend the grant."""
        reason = said(WhySerializer, request)["reason"]
        ending.suspend_grant(person=asker(request), grant_id=_grant(request, pk).pk, reason=reason)
        return Response(status=204)


class GrantResume(APIView):
    """Opening the doors of a suspended grant again."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Resume the grant."""
        ending.resume_grant(person=asker(request), grant_id=_grant(request, pk).pk)
        return Response(status=204)


class GrantCloseOut(APIView):
    """Attesting that every copy is destroyed."""

    @extend_schema(request=StatementSerializer, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Attest the destruction."""
        statement = said(StatementSerializer, request)["statement"]
        ending.close_out_grant(person=asker(request), grant_id=_grant(request, pk).pk, statement=statement)
        return Response(status=204)


class GrantPublications(APIView):
    """Reporting publications."""

    @extend_schema(request=PublicationSerializer, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Report what was published with the data of a grant."""
        given = said(PublicationSerializer, request)
        ending.report_publication(person=asker(request), grant_id=_grant(request, pk).pk, **given)
        return Response(status=204)


class Register(generics.ListAPIView[Review]):
    """The public register."""

    permission_classes = [AllowAny]
    serializer_class = RegisterSerializer
    queryset = Review.objects.none()
    ordering = ("-submitted_at", "pk")

    def get_queryset(self) -> QuerySet[Review]:
        """Return every submitted request for a collection that everybody may see."""
        return public_reviews().select_related("access_request", "collection", "revision")
