"""How people, trials, collections and versions look in the API; every field is named, none comes by itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.forms.trials import MODALITIES
from portal.models import (
    Collection,
    CollectionVersion,
    Job,
    LedgerEvent,
    Licence,
    Organisation,
    Person,
    Phase,
    Series,
    Trial,
)
from portal.services.people import ROLE_CHOICES
from portal.services.statistics import is_told


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    """An organisation."""

    class Meta:
        model = Organisation
        fields = ["id", "name", "slug", "country", "ror", "is_sponsor"]


class TrialSerializer(serializers.ModelSerializer[Trial]):
    """A trial."""

    sponsor: serializers.SlugRelatedField[Organisation] = serializers.SlugRelatedField("slug", read_only=True)

    class Meta:
        model = Trial
        fields = ["id", "sponsor", "registry_number", "title", "phase", "condition", "arms", "sites"]
        read_only_fields = fields


class NewTrialSerializer(serializers.Serializer[Trial]):
    """What is said when a trial is registered."""

    sponsor = serializers.SlugField(max_length=60)
    registry_number = serializers.CharField(max_length=40)
    title = serializers.CharField(max_length=300)
    phase = serializers.ChoiceField(Phase.choices)
    condition = serializers.CharField(max_length=200)
    arms = serializers.ListField(child=serializers.CharField(max_length=200), required=False, default=list)
    sites = serializers.ListField(child=serializers.CharField(max_length=200), required=False, default=list)


class CollectionSerializer(serializers.ModelSerializer[Collection]):
    """A collection as its page shows it."""

    sponsor = serializers.CharField(source="trial.sponsor.name", read_only=True)
    registry_number = serializers.CharField(source="trial.registry_number", read_only=True)
    condition = serializers.CharField(source="trial.condition", read_only=True)
    phase = serializers.CharField(source="trial.phase", read_only=True)
    published_version = serializers.IntegerField(source="published_number", read_only=True, allow_null=True)

    class Meta:
        model = Collection
        fields = [
            "slug",
            "title",
            "summary",
            "description",
            "sponsor",
            "registry_number",
            "condition",
            "phase",
            "modalities",
            "licence",
            "deid_profile",
            "embargo_until",
            "citation_authors",
            "acknowledgement",
            "published_version",
        ]
        read_only_fields = fields


class CollectionChangeSerializer(serializers.Serializer[Collection]):
    """What a sponsor may say of a collection."""

    title = serializers.CharField(max_length=200)
    summary = serializers.CharField(max_length=400)
    description = serializers.CharField()
    modalities = serializers.ListField(child=serializers.ChoiceField(MODALITIES))
    licence = serializers.ChoiceField(Licence.choices, required=False)
    deid_profile = serializers.CharField(
        max_length=140,
        required=False,
        help_text="`research`, `basic`, or the reference of a profile of the sponsor’s.",
    )
    embargo_until = serializers.DateField(required=False, allow_null=True)
    citation_authors = serializers.CharField(max_length=500, required=False, allow_blank=True)
    acknowledgement = serializers.CharField(required=False, allow_blank=True)


class ConfirmedSerializer(serializers.Serializer[Collection]):
    """What somebody says to have read before it is public."""

    confirmed = serializers.ListField(
        child=serializers.CharField(),
        default=list,
        help_text="The tokens that a refusal with `confirmation_needed` names, of texts that you have read.",
    )


class CollectionPatchSerializer(CollectionChangeSerializer, ConfirmedSerializer):
    """What a sponsor changes of a collection; of a published one with what was read."""


class NewCollectionSerializer(CollectionChangeSerializer):
    """What is said when a collection is registered."""

    trial = serializers.UUIDField()
    slug = serializers.SlugField(max_length=60)


class VersionSerializer(serializers.ModelSerializer[CollectionVersion]):
    """A version of a collection, with the figures of its page."""

    collection: serializers.SlugRelatedField[Collection] = serializers.SlugRelatedField(
        "slug", read_only=True
    )
    statistics = serializers.SerializerMethodField()

    class Meta:
        model = CollectionVersion
        fields = [
            "id",
            "collection",
            "number",
            "state",
            "notes",
            "content_digest",
            "published_at",
            "withdrawn_reason",
            "statistics",
        ]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_statistics(self, version: CollectionVersion) -> dict[str, Any]:
        """Return the figures, small cells suppressed; a withdrawn version has none."""
        return {} if version.withdrawn_reason else version.statistics


class ReasonSerializer(serializers.Serializer[CollectionVersion]):
    """Why something is sent back or withdrawn."""

    reason = serializers.CharField()


class NotesSerializer(serializers.Serializer[CollectionVersion]):
    """What changed since the last version."""

    notes = serializers.CharField(required=False, allow_blank=True, default="")


class SeriesSerializer(serializers.ModelSerializer[Series]):
    """A series as the catalogue knows it: nothing that says whose it is, nor what only a few people have.

    The context has the `statistics` of its version for those who may not know small counts.
    """

    class Meta:
        model = Series
        fields = ["id", "kind", "modality", "body_part", "slice_thickness_mm", "instance_count", "byte_count"]
        read_only_fields = fields

    def to_representation(self, instance: Series) -> dict[str, Any]:
        """Return the values, without those whose count the version does not publish."""
        values = super().to_representation(instance)
        statistics = self.context.get("statistics")
        for name, empty in (("modality", ""), ("body_part", ""), ("slice_thickness_mm", None)):
            if statistics is not None and values[name] and not is_told(statistics, values[name], name):
                values[name] = empty
        return values


class RoleSerializer(serializers.Serializer[Person]):
    """A role for a sponsor."""

    organisation = serializers.SlugField(max_length=60)
    role = serializers.ChoiceField(ROLE_CHOICES)


class PersonSerializer(serializers.ModelSerializer[Person]):
    """Somebody with an account."""

    organisation: serializers.SlugRelatedField[Organisation] = serializers.SlugRelatedField(
        "slug", read_only=True
    )

    class Meta:
        model = Person
        fields = [
            "id",
            "email",
            "full_name",
            "organisation",
            "job_title",
            "orcid",
            "is_staff",
            "is_active",
            "joined_at",
        ]
        read_only_fields = fields


class MeSerializer(PersonSerializer):
    """Oneself, with one's roles."""

    roles = RoleSerializer(many=True, read_only=True)

    class Meta(PersonSerializer.Meta):
        fields = [*PersonSerializer.Meta.fields, "roles"]
        read_only_fields = fields


class NewPersonSerializer(serializers.Serializer[Person]):
    """What is said when an administrator creates somebody."""

    email = serializers.EmailField()
    full_name = serializers.CharField(max_length=150)
    organisation = serializers.SlugField(max_length=60, required=False, allow_null=True, default=None)
    job_title = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    is_staff = serializers.BooleanField(required=False, default=False)


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job."""

    class Meta:
        model = Job
        fields = [
            "id",
            "name",
            "identifier",
            "state",
            "attempt",
            "done",
            "total",
            "unit",
            "message",
            "error_code",
            "created_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields = fields


class EventSerializer(serializers.ModelSerializer[LedgerEvent]):
    """A row of the ledger."""

    class Meta:
        model = LedgerEvent
        fields = [
            "sequence",
            "at",
            "actor",
            "verb",
            "subject_type",
            "subject_id",
            "detail",
            "previous",
            "digest",
        ]
        read_only_fields = fields
