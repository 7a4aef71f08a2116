"""Collections, their versions and series, for everybody who may see them."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.serializers import (
    CollectionPatchSerializer,
    CollectionSerializer,
    ConfirmedSerializer,
    NewCollectionSerializer,
    NotesSerializer,
    ReasonSerializer,
    SeriesSerializer,
    VersionSerializer,
)
from portal.api.trials import trials_for
from portal.asking import asker
from portal.models import Collection, CollectionVersion, Series
from portal.policies import can_curate, can_manage, visible_collections, visible_versions
from portal.rest.authentication import TokenScopeAllows
from portal.rest.idempotency import IdempotentWrites
from portal.services import trials, versions
from portal.states import VersionState

FOR_ALL = [AllowAny, TokenScopeAllows]


def collections_for(person: Any) -> QuerySet[Collection]:
    """Return the collections that *person* may see, with the number of the published version."""
    published = CollectionVersion.objects.filter(collection=OuterRef("pk"), state=VersionState.PUBLISHED)
    return (
        visible_collections(person)
        .select_related("trial__sponsor")
        .annotate(published_number=Subquery(published.values("number")[:1]))
    )


class CollectionList(IdempotentWrites, generics.ListAPIView[Collection]):
    """The collections that you may see; POST registers one."""

    permission_classes = FOR_ALL
    serializer_class = CollectionSerializer
    queryset = Collection.objects.none()
    ordering = ("title", "pk")

    def get_queryset(self) -> QuerySet[Collection]:
        """Return what the asker may see."""
        return collections_for(asker(self.request))

    def get_permissions(self) -> Any:
        """Ask of writers that they are signed in."""
        return super().get_permissions() if self.request.method == "GET" else signed_in()

    @extend_schema(request=NewCollectionSerializer, responses={201: CollectionSerializer})
    def post(self, request: Request) -> Response:
        """Register a collection of a trial that you manage."""
        said = NewCollectionSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        fields = dict(said.validated_data)
        trial = get_object_or_404(trials_for(asker(self.request)), pk=fields.pop("trial"))
        collection = trials.register_collection(
            actor=asker(self.request), trial_id=trial.pk, slug=fields.pop("slug"), **fields
        )
        made = collections_for(asker(self.request)).get(pk=collection.pk)
        return Response(CollectionSerializer(made).data, status=status.HTTP_201_CREATED)


class CollectionDetail(generics.RetrieveAPIView[Collection]):
    """One collection; PATCH changes what it says of itself."""

    permission_classes = FOR_ALL
    serializer_class = CollectionSerializer
    queryset = Collection.objects.none()
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Collection]:
        """Return what the asker may see."""
        return collections_for(asker(self.request))

    def get_permissions(self) -> Any:
        """Ask of writers that they are signed in."""
        return super().get_permissions() if self.request.method == "GET" else signed_in()

    @extend_schema(request=CollectionPatchSerializer, responses=CollectionSerializer)
    def patch(self, request: Request, slug: str) -> Response:
        """Change a collection that you manage."""
        collection = self.get_object()
        said = CollectionPatchSerializer(data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        changes = dict(said.validated_data)
        confirmed = changes.pop("confirmed", ())
        trials.edit_collection(
            actor=asker(self.request), collection_id=collection.pk, changes=changes, confirmed=confirmed
        )
        return Response(CollectionSerializer(self.get_object()).data)


class VersionList(generics.ListAPIView[CollectionVersion]):
    """The versions of a collection that you may see; POST opens the next draft."""

    permission_classes = FOR_ALL
    serializer_class = VersionSerializer
    queryset = CollectionVersion.objects.none()
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[CollectionVersion]:
        """Return what the asker may see."""
        collection = get_object_or_404(visible_collections(asker(self.request)), slug=self.kwargs["slug"])
        seen = visible_versions(asker(self.request)).filter(collection=collection)
        return seen.select_related("collection")

    def get_permissions(self) -> Any:
        """Ask of writers that they are signed in."""
        return super().get_permissions() if self.request.method == "GET" else signed_in()

    @extend_schema(request=None, responses={201: VersionSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Open a draft, or return the one that is open."""
        collection = get_object_or_404(visible_collections(asker(self.request)), slug=slug)
        version = versions.open_draft_version(collection=collection, actor=asker(self.request))
        return Response(VersionSerializer(version).data, status=status.HTTP_201_CREATED)


class OneVersion(generics.GenericAPIView[CollectionVersion]):
    """What the views of one version share."""

    serializer_class = VersionSerializer
    queryset = CollectionVersion.objects.none()

    def version(self) -> CollectionVersion:
        """Return the version of the address, if the asker may see it."""
        seen = visible_versions(asker(self.request)).select_related("collection__trial__sponsor")
        return get_object_or_404(seen, collection__slug=self.kwargs["slug"], number=self.kwargs["number"])


class VersionDetail(OneVersion):
    """One version."""

    permission_classes = FOR_ALL

    def get(self, request: Request, slug: str, number: int) -> Response:
        """Return the version with its figures."""
        return Response(VersionSerializer(self.version()).data)


class VersionSeries(generics.ListAPIView[Series]):
    """The series of a version, page by page."""

    serializer_class = SeriesSerializer
    queryset = Series.objects.none()
    ordering = ("pk",)

    def get_queryset(self) -> QuerySet[Series]:
        """Return the series, where the asker may see the version and it was not withdrawn."""
        return Series.objects.filter(versions=self._version())

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell the serializer the published figures, unless the asker works for the sponsor."""
        context = dict(super().get_serializer_context())
        if "slug" not in self.kwargs:
            return context
        version, person = self._version(), asker(self.request)
        inside = can_manage(person, version.collection.sponsor) or can_curate(person, version.collection)
        return context if inside else {**context, "statistics": version.statistics}

    def _version(self) -> CollectionVersion:
        seen = visible_versions(asker(self.request)).exclude(state=VersionState.WITHDRAWN)
        return get_object_or_404(seen, collection__slug=self.kwargs["slug"], number=self.kwargs["number"])


class SubmitVersion(OneVersion):
    """Hands a draft over to the curators."""

    @extend_schema(request=NotesSerializer, responses=VersionSerializer)
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Hand over."""
        said = NotesSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        done = versions.submit_version(
            version_id=self.version().pk, actor=asker(self.request), notes=said.validated_data["notes"]
        )
        return Response(VersionSerializer(done).data)


class SendBackVersion(OneVersion):
    """Sends a version back to the sponsor."""

    @extend_schema(request=ReasonSerializer, responses=VersionSerializer)
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Send back with a reason."""
        said = ReasonSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        done = versions.send_back_version(
            version_id=self.version().pk, actor=asker(self.request), reason=said.validated_data["reason"]
        )
        return Response(VersionSerializer(done).data)


class PublishVersion(OneVersion):
    """Publishes a version for ever."""

    @extend_schema(request=ConfirmedSerializer, responses=VersionSerializer)
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Publish, if every hard condition is met and what may name a subject is confirmed."""
        said = ConfirmedSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        done = versions.publish_version(
            version_id=self.version().pk,
            actor=asker(self.request),
            confirmed=said.validated_data["confirmed"],
        )
        return Response(VersionSerializer(done).data)


class WithdrawVersion(OneVersion):
    """Withdraws a version; a page with the reason stays."""

    @extend_schema(request=ReasonSerializer, responses=VersionSerializer)
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Withdraw with a reason."""
        said = ReasonSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        done = versions.withdraw_version(
            version_id=self.version().pk, actor=asker(self.request), reason=said.validated_data["reason"]
        )
        return Response(VersionSerializer(done).data)


def signed_in() -> list[Any]:
    """Return the permissions of views that change something."""
    return [permission() for permission in generics.GenericAPIView.permission_classes]
