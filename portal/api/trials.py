"""Trials, for those who manage them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.serializers import NewTrialSerializer, TrialSerializer
from portal.asking import asker
from portal.models import Organisation, Person, Trial
from portal.policies import CURATE, MANAGE, organisations_with
from portal.rest.idempotency import IdempotentWrites
from portal.services import trials


def trials_for(person: Person) -> QuerySet[Trial]:
    """Return the trials of the organisations that *person* manages or curates for."""
    return Trial.objects.filter(
        Q(sponsor__in=organisations_with(person, MANAGE)) | Q(sponsor__in=organisations_with(person, CURATE))
    ).select_related("sponsor")


class TrialList(IdempotentWrites, generics.ListAPIView[Trial]):
    """The trials of your organisations; POST registers one."""

    serializer_class = TrialSerializer
    queryset = Trial.objects.none()
    ordering = ("title", "pk")

    def get_queryset(self) -> QuerySet[Trial]:
        """Return what the asker may see."""
        return trials_for(asker(self.request))

    @extend_schema(request=NewTrialSerializer, responses={201: TrialSerializer})
    def post(self, request: Request) -> Response:
        """Register a trial of a sponsor that you manage."""
        said = NewTrialSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        fields = dict(said.validated_data)
        sponsor = get_object_or_404(Organisation, slug=fields.pop("sponsor"))
        trial = trials.register_trial(actor=asker(self.request), sponsor_id=sponsor.pk, **fields)
        return Response(TrialSerializer(trial).data, status=status.HTTP_201_CREATED)


class TrialDetail(generics.RetrieveAPIView[Trial]):
    """One trial."""

    serializer_class = TrialSerializer
    queryset = Trial.objects.none()

    def get_queryset(self) -> QuerySet[Trial]:
        """Return what the asker may see."""
        return trials_for(asker(self.request))
