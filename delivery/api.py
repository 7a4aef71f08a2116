"""The delivery API: what you may download, file by file."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from deid.models import ReleaseFile
from delivery.models import Download
from delivery.services.entitling import release_for
from portal.asking import asker
from portal.models import Scope
from requests_app.models import Grant
from requests_app.policies import held_grants, visible_grants


class ReleaseFileSerializer(serializers.ModelSerializer[ReleaseFile]):
    """One file of a release."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = ReleaseFile
        fields = ["path", "size", "sha256", "url"]

    def get_url(self, file: ReleaseFile) -> str:
        """Return where its bytes are handed out."""
        return reverse("delivery:file", args=[self.context["grant_id"], file.path])


class ManifestSerializer(serializers.Serializer[dict[str, object]]):
    """Which release a grant has, and how much it is."""

    name = serializers.CharField()
    files = serializers.IntegerField()
    bytes = serializers.IntegerField()
    manifest_sha256 = serializers.CharField()


class Manifest(APIView):
    """The sealed release of a grant, in figures."""

    token_scope = Scope.DOWNLOAD

    @extend_schema(responses=ManifestSerializer)
    def get(self, request: Request, grant_id: UUID) -> Response:
        """Return the release's name and size."""
        release = release_for(asker(request), grant_id)
        sizes = list(release.files.values_list("size", flat=True))
        answer = {
            "name": release.name,
            "files": len(sizes),
            "bytes": sum(sizes),
            "manifest_sha256": release.manifest_sha256,
        }
        return Response(ManifestSerializer(answer).data)


class Files(generics.ListAPIView[ReleaseFile]):
    """The files of a grant's sealed release, by path, with size, SHA-256 and address."""

    token_scope = Scope.DOWNLOAD
    serializer_class = ReleaseFileSerializer
    queryset = ReleaseFile.objects.none()
    ordering = ("path",)

    def get_queryset(self) -> QuerySet[ReleaseFile]:
        """Return the files, if the asker may read the release now."""
        return release_for(asker(self.request), self.kwargs["grant_id"]).files.all()

    def get_serializer_context(self) -> dict[str, object]:
        """Tell the serializer which grant it is about."""
        return {**super().get_serializer_context(), "grant_id": self.kwargs.get("grant_id")}


class DownloadSerializer(serializers.ModelSerializer[Download]):
    """A receipt."""

    person = serializers.CharField(source="person.full_name")

    class Meta:
        model = Download
        fields = [
            "id",
            "person",
            "door",
            "path",
            "first_byte",
            "size",
            "sent",
            "began_at",
            "ended_at",
            "cut_off",
        ]


class Receipts(generics.ListAPIView[Download]):
    """What was downloaded with a grant, newest first; for its holders and its sponsor."""

    serializer_class = DownloadSerializer
    queryset = Download.objects.none()
    ordering = ("-began_at", "pk")

    def get_queryset(self) -> QuerySet[Download]:
        """Return the receipts of a grant that the asker may look at."""
        if getattr(self, "swagger_fake_view", False):
            return Download.objects.none()
        grant = get_object_or_404(visible_grants(asker(self.request)), pk=self.kwargs["grant_id"])
        return Download.objects.filter(grant=grant).select_related("person")


class HeldGrantSerializer(serializers.Serializer[Grant]):
    """A grant that you hold."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    collection = serializers.CharField(source="review.collection.slug")
    expires_at = serializers.DateTimeField()


class HeldGrants(generics.ListAPIView[Grant]):
    """The grants that you hold."""

    token_scope = Scope.READ
    serializer_class = HeldGrantSerializer
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[Grant]:
        """Return the asker's grants."""
        return held_grants(asker(self.request)).select_related("review__collection")
