"""What the API says of findings and tables; every field is named."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from deid.models import Finding
from deid.services.drawing import Reach
from deid.states import FindingMove
from portal.models import ClinicalTable, ColumnRole, TableColumn


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """A finding, and what was decided about it."""

    modality = serializers.CharField(source="series.modality", read_only=True)
    picture = serializers.SerializerMethodField()

    class Meta:
        model = Finding
        fields = [
            "id",
            "kind",
            "state",
            "series",
            "modality",
            "confidence",
            "boxes",
            "summary",
            "picture",
            "found_at",
            "decided_at",
            "note",
        ]
        read_only_fields = fields

    def get_picture(self, finding: Finding) -> str | None:
        """Return where its picture is handed out to curators."""
        return reverse("deid:picture", args=[finding.pk]) if finding.preview_key else None


class BoxSerializer(serializers.Serializer[Any]):
    """A rectangle of the mask, in pixels of the picture, and to which pictures of the series it goes."""

    x = serializers.IntegerField()
    y = serializers.IntegerField()
    width = serializers.IntegerField(min_value=1)
    height = serializers.IntegerField(min_value=1)
    reach = serializers.CharField(
        default=Reach.SERIES,
        max_length=20,
        help_text="`series`, `image` or `frame`; of a box that was found on a run of frames `frames:4-8`, numbered from 1.",
    )


class FindingDecisionSerializer(serializers.Serializer[Any]):
    """What a curator decides; boxes are needed for a change, stated on a frame (from 0) of an instance, or on the picture of
    the finding."""

    move = serializers.ChoiceField(FindingMove.choices)
    boxes = BoxSerializer(many=True, required=False)
    instance = serializers.UUIDField(required=False, allow_null=True, default=None)
    frame = serializers.IntegerField(min_value=0, default=0)
    note = serializers.CharField(required=False, allow_blank=True, default="")


class SendBackSerializer(serializers.Serializer[Any]):
    """Why a submission is sent back."""

    reason = serializers.CharField()


class ColumnSerializer(serializers.ModelSerializer[TableColumn]):
    """A column and what it holds."""

    class Meta:
        model = TableColumn
        fields = ["id", "name", "role", "description"]


class TableSerializer(serializers.ModelSerializer[ClinicalTable]):
    """A clinical table and its columns."""

    collection = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    columns = ColumnSerializer(many=True, read_only=True)

    class Meta:
        model = ClinicalTable
        fields = ["id", "collection", "title", "public_title", "row_count", "columns"]
        read_only_fields = fields


class RolesSerializer(serializers.Serializer[Any]):
    """The role of each column and what the public dictionary says of it, by the column's name; what the table is called there."""

    roles = serializers.DictField(child=serializers.ChoiceField(ColumnRole.choices))
    descriptions = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    public_title = serializers.CharField(allow_blank=True, required=False)
