"""The curator's API: findings, submissions to send back, columns of tables."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from deid import policies
from deid.models import Finding
from deid.serializers import (
    FindingDecisionSerializer,
    FindingSerializer,
    RolesSerializer,
    SendBackSerializer,
    TableSerializer,
)
from deid.services import curating, tabling
from deid.states import FindingMove
from portal.asking import asker
from portal.models import ClinicalTable


class FindingList(generics.ListAPIView[Finding]):
    """The findings that you may decide on, the oldest first; `?state=open` for those that wait."""

    serializer_class = FindingSerializer
    queryset = Finding.objects.none()
    ordering = ("found_at", "pk")

    def get_queryset(self) -> QuerySet[Finding]:
        """Return what the asker curates."""
        found = policies.visible_findings(asker(self.request)).select_related("series")
        state = self.request.query_params.get("state")
        return found.filter(state=state) if state else found


class FindingDecision(APIView):
    """Deciding on a finding."""

    @extend_schema(request=FindingDecisionSerializer, responses=FindingSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Record the decision."""
        finding = get_object_or_404(policies.visible_findings(asker(request)), pk=pk)
        given = FindingDecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        decided = curating.decide_finding(
            curator=asker(request),
            finding_id=finding.pk,
            move=FindingMove(given.validated_data["move"]),
            boxes=given.validated_data.get("boxes"),
            note=given.validated_data["note"],
            instance_id=given.validated_data["instance"],
            frame=given.validated_data["frame"],
        )
        return Response(FindingSerializer(decided).data)


class SubmissionSendBack(APIView):
    """Sending a submission back."""

    @extend_schema(request=SendBackSerializer, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Reject it with a reason; its series are withheld."""
        submission = get_object_or_404(policies.curated_submissions(asker(request)), pk=pk)
        given = SendBackSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        curating.send_back_submission(
            curator=asker(request), submission_id=submission.pk, reason=given.validated_data["reason"]
        )
        return Response(status=204)


class TableList(generics.ListAPIView[ClinicalTable]):
    """The clinical tables whose columns you may give roles."""

    serializer_class = TableSerializer
    queryset = ClinicalTable.objects.none()
    ordering = ("title", "pk")

    def get_queryset(self) -> QuerySet[ClinicalTable]:
        """Return what the asker governs."""
        return policies.governed_tables(asker(self.request)).prefetch_related("columns", "collection")


class TableRoles(APIView):
    """Saying what the columns of a table hold."""

    @extend_schema(request=RolesSerializer, responses=TableSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        """Set the roles of the columns named, and what the public dictionary says of them and of the table."""
        table = get_object_or_404(policies.governed_tables(asker(request)), pk=pk)
        given = RolesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        pks = {column.name: column.pk for column in table.columns.all()}
        roles, descriptions = (
            {pks[name]: text for name, text in said.get(what, {}).items() if name in pks}
            for what in ("roles", "descriptions")
        )
        changed = tabling.set_roles(
            person=asker(request),
            table_id=table.pk,
            roles=roles,
            public_title=said.get("public_title"),
            descriptions=descriptions,
        )
        return Response(TableSerializer(changed).data)
