"""The sponsor's side: committees, seats and terms."""

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
from portal.models import Person
from portal.policies import MANAGE, managed_collections, organisations_with
from requests_app import policies
from requests_app.api.given import said
from requests_app.models import Committee
from requests_app.serializers import (
    CommitteeSerializer,
    NewCommitteeSerializer,
    NewSeatSerializer,
    NewTermsSerializer,
    TermsSerializer,
)
from requests_app.services import sitting


class CommitteeList(generics.ListAPIView[Committee]):
    """The committees of your sponsors; POST founds one."""

    serializer_class = CommitteeSerializer
    queryset = Committee.objects.none()
    ordering = ("name", "pk")

    def get_queryset(self) -> QuerySet[Committee]:
        """Return the committees that the asker looks after."""
        return policies.managed_committees(asker(self.request)).select_related("sponsor")

    @extend_schema(request=NewCommitteeSerializer, responses={201: CommitteeSerializer})
    def post(self, request: Request) -> Response:
        """Found a committee."""
        given = said(NewCommitteeSerializer, request)
        sponsors = organisations_with(asker(request), MANAGE)
        sponsor = get_object_or_404(sponsors, slug=given.pop("sponsor"))
        committee = sitting.found_committee(person=asker(request), sponsor=sponsor, **given)
        return Response(CommitteeSerializer(committee).data, status=201)


class SeatList(APIView):
    """Seating members."""

    @extend_schema(request=NewSeatSerializer, responses={201: CommitteeSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Give somebody who has an account a seat."""
        committee = get_object_or_404(policies.managed_committees(asker(request)), pk=pk)
        given = said(NewSeatSerializer, request)
        member = get_object_or_404(Person, email__iexact=given["email"], is_active=True)
        sitting.give_seat(
            person=asker(request), committee=committee, member=member, is_chair=given["is_chair"]
        )
        return Response(CommitteeSerializer(committee).data, status=201)


class SeatDetail(APIView):
    """One seat."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID, seat: int) -> Response:
        """End a seat."""
        committee = get_object_or_404(policies.managed_committees(asker(request)), pk=pk)
        held = get_object_or_404(committee.seats, pk=seat, left_at=None)
        sitting.end_seat(person=asker(request), seat_id=held.pk)
        return Response(status=204)


class TermsOfCollection(APIView):
    """The terms of a collection."""

    @extend_schema(responses=TermsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return the terms."""
        collection = get_object_or_404(managed_collections(asker(request)), slug=slug, terms__isnull=False)
        return Response(TermsSerializer(collection.terms).data)

    @extend_schema(request=NewTermsSerializer, responses=TermsSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Set the terms; a changed text becomes a new edition."""
        collection = get_object_or_404(managed_collections(asker(request)), slug=slug)
        given = said(NewTermsSerializer, request)
        committee = get_object_or_404(policies.managed_committees(asker(request)), pk=given.pop("committee"))
        terms = sitting.set_terms(
            person=asker(request), collection_id=collection.pk, committee=committee, **given
        )
        return Response(TermsSerializer(terms).data)
