"""The upload API: open, announce, send parts, complete, hand in; each step may be repeated and resumed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.models import Collection, Person, Scope
from portal.policies import visible_collections
from portal.rest.asking import asker
from portal.rest.idempotency import IdempotentWrites
from storage import policies
from storage.models import Submission, SubmissionFile
from storage.models.submissions import PART_BYTES
from storage.serializers import (
    AnnouncementSerializer,
    FileSerializer,
    FileWithPartsSerializer,
    NewSubmissionSerializer,
    PartSerializer,
    SubmissionSerializer,
)
from storage.services import uploading
from storage.services.parts import PartTooLargeError, keep_part, sha256_of


def visible_file(person: Person, pk: UUID) -> SubmissionFile:
    """Return a file that *person* may look at; to everybody else it does not exist."""
    seen = policies.visible_submissions(person)
    file: SubmissionFile = get_object_or_404(SubmissionFile.objects.filter(submission__in=seen), pk=pk)
    return file


class SubmissionList(IdempotentWrites, generics.ListAPIView[Submission]):
    """The submissions that you may look at; POST opens one."""

    token_scope = Scope.UPLOAD
    serializer_class = SubmissionSerializer
    ordering = ("-opened_at", "pk")

    def get_queryset(self) -> QuerySet[Submission]:
        """Return what the asker may see."""
        return policies.visible_submissions(asker(self.request))

    @extend_schema(request=NewSubmissionSerializer, responses={201: SubmissionSerializer})
    def post(self, request: Request) -> Response:
        """Open a submission to a collection."""
        said = NewSubmissionSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        seen: QuerySet[Collection] = visible_collections(asker(request))
        collection = get_object_or_404(seen, slug=said.validated_data["collection"])
        submission = uploading.open_submission(
            collection_id=collection.pk,
            person=asker(request),
            note=said.validated_data["note"],
        )
        return Response(SubmissionSerializer(submission).data, status=status.HTTP_201_CREATED)


class SubmissionDetail(generics.RetrieveAPIView[Submission]):
    """One submission, with the counts of its files."""

    token_scope = Scope.UPLOAD
    serializer_class = SubmissionSerializer

    def get_queryset(self) -> QuerySet[Submission]:
        """Return what the asker may see."""
        return policies.visible_submissions(asker(self.request))


class SubmissionFiles(generics.ListAPIView[SubmissionFile]):
    """The files of a submission (`?state=rejected` for some of them); POST announces files."""

    token_scope = Scope.UPLOAD
    serializer_class = FileSerializer
    ordering = ("path", "ordinal", "pk")

    def get_queryset(self) -> QuerySet[SubmissionFile]:
        """Return the files, where the asker may see the submission."""
        if getattr(self, "swagger_fake_view", False):
            return SubmissionFile.objects.none()
        seen = policies.visible_submissions(asker(self.request))
        files: QuerySet[SubmissionFile] = get_object_or_404(seen, pk=self.kwargs["pk"]).files.all()
        wanted = self.request.query_params.get("state")
        return files.filter(state=wanted) if wanted else files

    @extend_schema(request=AnnouncementSerializer, responses={201: FileWithPartsSerializer(many=True)})
    def post(self, request: Request, pk: UUID) -> Response:
        """Announce up to 1,000 files; those that are known come back with the parts that have arrived."""
        seen = policies.visible_submissions(asker(request))
        submission = get_object_or_404(seen, pk=pk)
        said = AnnouncementSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        announced = [uploading.Announced(**file) for file in said.validated_data["files"]]
        files = uploading.announce_files(submission_id=submission.pk, person=asker(request), files=announced)
        return Response(FileWithPartsSerializer(files, many=True).data, status=status.HTTP_201_CREATED)


class HandIn(IdempotentWrites, APIView):
    """Closes a submission and has it received."""

    token_scope = Scope.UPLOAD

    @extend_schema(request=None, responses=SubmissionSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Hand the submission in; every file must be complete."""
        seen = policies.visible_submissions(asker(request))
        submission = get_object_or_404(seen, pk=pk)
        submission = uploading.hand_in(submission_id=submission.pk, person=asker(request))
        return Response(SubmissionSerializer(submission).data)


class FileDetail(APIView):
    """One file with the parts that have arrived; DELETE takes it back."""

    token_scope = Scope.UPLOAD

    @extend_schema(responses=FileWithPartsSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Return the file and its parts."""
        return Response(FileWithPartsSerializer(visible_file(asker(request), pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take the file back, before it is handed in."""
        file = visible_file(asker(request), pk)
        uploading.remove_file(file_id=file.pk, person=asker(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class FileComplete(APIView):
    """Says that all parts of a file were sent."""

    token_scope = Scope.UPLOAD

    @extend_schema(request=None, responses=FileSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Check that nothing is missing and close the file."""
        file = visible_file(asker(request), pk)
        file = uploading.complete_file(file_id=file.pk, person=asker(request))
        return Response(FileSerializer(file).data)


class Untouched(BaseParser):
    """Leaves the body as it is: a part is bytes, whatever the sender calls them."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return the body unread."""
        return stream


class FilePart(APIView):
    """One part of a file."""

    token_scope = Scope.UPLOAD
    parser_classes = [Untouched]

    @extend_schema(
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: PartSerializer, 201: PartSerializer},
        parameters=[
            OpenApiParameter(
                "Content-Digest", str, OpenApiParameter.HEADER, required=True, description="RFC 9530, sha-256"
            )
        ],
    )
    def put(self, request: Request, pk: UUID, number: int) -> Response:
        """Keep the part; sending it again is fine, sending other bytes as the same part is refused."""
        file = visible_file(asker(request), pk)
        if int(request.headers.get("Content-Length") or 0) > PART_BYTES:
            raise PartTooLargeError(f"A part has at most {PART_BYTES} bytes.")
        part, is_new = keep_part(
            file_id=file.pk,
            person=asker(request),
            number=number,
            body=request.stream or _no_body(),
            sha256=sha256_of(request.headers.get("Content-Digest", "")),
        )
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(PartSerializer(part).data, status=code)


def _no_body() -> Any:
    raise Http404
