"""Requests: drafting, naming people, submitting."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.asking import asker
from portal.policies import visible_collections
from portal.rest.idempotency import IdempotentWrites
from requests_app import policies
from requests_app.api.given import said
from requests_app.models import AccessRequest
from requests_app.serializers import (
    AccessRequestSerializer,
    CollaboratorSerializer,
    DraftSerializer,
    SelectionSerializer,
)
from requests_app.services import drafting, submitting


def _own(request: Request, pk: UUID) -> AccessRequest:
    return get_object_or_404(policies.own_requests(asker(request)), pk=pk)


class RequestList(IdempotentWrites, generics.ListAPIView[AccessRequest]):
    """Your requests; POST puts a collection on your draft, which is begun when there is none."""

    serializer_class = AccessRequestSerializer
    queryset = AccessRequest.objects.none()
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[AccessRequest]:
        """Return the requests that the asker made or is named in."""
        own = policies.own_requests(asker(self.request))
        return own.prefetch_related("reviews__collection", "reviews__version", "reviews__committee")

    @extend_schema(request=SelectionSerializer, responses={201: AccessRequestSerializer})
    def post(self, request: Request) -> Response:
        """Put a collection on the draft."""
        given = said(SelectionSerializer, request)
        seen = visible_collections(asker(request))
        collection = get_object_or_404(seen, slug=given.pop("collection"))
        review = drafting.add_collection(person=asker(request), collection=collection, selection=given)
        return Response(AccessRequestSerializer(review.access_request).data, status=201)


class RequestDetail(APIView):
    """One request; PATCH stores parts of the draft."""

    @extend_schema(responses=AccessRequestSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Return the request."""
        return Response(AccessRequestSerializer(_own(request, pk)).data)

    @extend_schema(request=DraftSerializer, responses=AccessRequestSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        """Store what was given."""
        own = _own(request, pk)
        fields = said(DraftSerializer, request)
        saved = drafting.save_draft(person=asker(request), request_id=own.pk, fields=fields)
        return Response(AccessRequestSerializer(saved).data)


class RequestSubmit(APIView):
    """Submitting."""

    @extend_schema(request=None, responses=AccessRequestSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Freeze the wording and hand it to every committee that waits for it."""
        own = _own(request, pk)
        return Response(
            AccessRequestSerializer(submitting.submit_request(person=asker(request), request_id=own.pk)).data
        )


class RequestCollaborators(APIView):
    """Naming collaborators."""

    @extend_schema(request=CollaboratorSerializer, responses={201: CollaboratorSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Name somebody."""
        own = _own(request, pk)
        given = said(CollaboratorSerializer, request)
        named = drafting.add_collaborator(person=asker(request), request_id=own.pk, **given)
        return Response(CollaboratorSerializer(named).data, status=201)
