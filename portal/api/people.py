"""Oneself, and, for administrators, everybody."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.serializers import (
    EventSerializer,
    JobSerializer,
    MeSerializer,
    NewPersonSerializer,
    OrganisationSerializer,
    PersonSerializer,
    RoleSerializer,
)
from portal.asking import asker
from portal.models import Job, LedgerEvent, Organisation, Person
from portal.policies import can_administer
from portal.rest.authentication import TokenScopeAllows
from portal.rest.idempotency import IdempotentWrites
from portal.services import operations
from portal.services import people as service
from portal.services.people import roles_of
from portal.verdicts import require


class Administers(BasePermission):
    """Asks of the asker that they run the portal, and says so where not."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Let administrators in; raise with the reason for anybody else."""
        require(can_administer(request.user))  # type: ignore[arg-type]
        return True


FOR_ADMINISTRATORS = [IsAuthenticated, TokenScopeAllows, Administers]


class Me(APIView):
    """Who you are here."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Return yourself and your roles."""
        held = roles_of([asker(self.request)]).get(asker(self.request).pk, [])
        roles = [{"organisation": one.organisation.slug, "role": one.role} for one in held]
        return Response({**PersonSerializer(asker(self.request)).data, "roles": roles})


class PersonList(IdempotentWrites, generics.ListAPIView[Person]):
    """Everybody with an account; POST creates somebody."""

    permission_classes = FOR_ADMINISTRATORS
    serializer_class = PersonSerializer
    queryset = Person.objects.filter(is_system=False).select_related("organisation")
    ordering = ("full_name", "pk")

    @extend_schema(request=NewPersonSerializer, responses={201: PersonSerializer})
    def post(self, request: Request) -> Response:
        """Create somebody, who is sent a link to set a password."""
        said = NewPersonSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        fields = dict(said.validated_data)
        slug = fields.pop("organisation")
        organisation = get_object_or_404(Organisation, slug=slug) if slug else None
        person = service.create_person(
            actor=asker(self.request), organisation_id=organisation.pk if organisation else None, **fields
        )
        return Response(PersonSerializer(person).data, status=status.HTTP_201_CREATED)


class PersonRoles(APIView):
    """The roles of somebody."""

    permission_classes = FOR_ADMINISTRATORS

    @extend_schema(request=RoleSerializer, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Give a role."""
        organisation, role = self._said(request)
        service.give_role(actor=asker(self.request), person_id=pk, organisation_id=organisation.pk, role=role)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(parameters=[RoleSerializer], responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """End a role."""
        organisation, role = self._said(request)
        service.take_role(actor=asker(self.request), person_id=pk, organisation_id=organisation.pk, role=role)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _said(self, request: Request) -> tuple[Organisation, str]:
        said = RoleSerializer(data=request.data if request.method == "POST" else request.query_params)
        said.is_valid(raise_exception=True)
        organisation = get_object_or_404(Organisation, slug=said.validated_data["organisation"])
        return organisation, said.validated_data["role"]


class OrganisationList(generics.ListAPIView[Organisation]):
    """The organisations; POST creates one."""

    permission_classes = FOR_ADMINISTRATORS
    serializer_class = OrganisationSerializer
    queryset = Organisation.objects.all()
    ordering = ("name",)

    @extend_schema(request=OrganisationSerializer, responses={201: OrganisationSerializer})
    def post(self, request: Request) -> Response:
        """Create an organisation."""
        said = OrganisationSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        made = service.create_organisation(actor=asker(self.request), **said.validated_data)
        return Response(OrganisationSerializer(made).data, status=status.HTTP_201_CREATED)


class JobList(generics.ListAPIView[Job]):
    """The jobs, newest first; `?state=failed` for some of them."""

    permission_classes = FOR_ADMINISTRATORS
    serializer_class = JobSerializer
    queryset = Job.objects.all()
    ordering = ("-created_at", "pk")

    def get_queryset(self) -> QuerySet[Job]:
        """Return the jobs of the state asked for."""
        state = self.request.query_params.get("state")
        return Job.objects.filter(state=state) if state else Job.objects.all()


class RetryJob(APIView):
    """Asks for a failed job again."""

    permission_classes = FOR_ADMINISTRATORS

    @extend_schema(request=None, responses={201: JobSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Return the new job."""
        job = operations.retry_job(actor=asker(self.request), job_id=pk)
        return Response(JobSerializer(job).data, status=status.HTTP_201_CREATED)


class LedgerList(generics.ListAPIView[LedgerEvent]):
    """The ledger, newest first; `?subject=` for one thing."""

    permission_classes = FOR_ADMINISTRATORS
    serializer_class = EventSerializer
    queryset = LedgerEvent.objects.all()
    ordering = ("-sequence",)

    def get_queryset(self) -> QuerySet[LedgerEvent]:
        """Return the rows, of one subject where it is named."""
        subject = self.request.query_params.get("subject")
        return LedgerEvent.objects.filter(subject_id=subject) if subject else LedgerEvent.objects.all()
