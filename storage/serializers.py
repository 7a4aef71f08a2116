"""How submissions look in the API."""

from __future__ import annotations

from rest_framework import serializers

from portal.models import Collection
from storage.models import Submission, SubmissionFile, UploadedPart


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """A submission, with how many files of it are in each state."""

    collection: serializers.SlugRelatedField[Collection] = serializers.SlugRelatedField(
        "slug", read_only=True
    )
    counts = serializers.SerializerMethodField()

    class Meta:
        model = Submission
        fields = [
            "id",
            "collection",
            "state",
            "note",
            "reason",
            "opened_at",
            "handed_in_at",
            "received_at",
            "counts",
        ]
        read_only_fields = fields

    def get_counts(self, submission: Submission) -> dict[str, int]:
        """Return the counts by state, `total` and `bytes`."""
        return submission.counts()


class NewSubmissionSerializer(serializers.Serializer[Submission]):
    """What is said when a submission is opened."""

    collection = serializers.SlugField(max_length=60)
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class PartSerializer(serializers.ModelSerializer[UploadedPart]):
    """A part that has arrived."""

    class Meta:
        model = UploadedPart
        fields = ["number", "size", "sha256"]
        read_only_fields = fields


class FileSerializer(serializers.ModelSerializer[SubmissionFile]):
    """A file of a submission, or what came out of one: a member of an archive, a subject's copy of a file that tells of many."""

    class Meta:
        model = SubmissionFile
        fields = [
            "id",
            "path",
            "size",
            "client_sha256",
            "sha256",
            "state",
            "reason_code",
            "reason",
            "archive",
        ]
        read_only_fields = fields


class FileWithPartsSerializer(FileSerializer):
    """A file with the parts that have arrived, so that an upload can be resumed."""

    parts = PartSerializer(many=True, read_only=True)

    class Meta(FileSerializer.Meta):
        fields = [*FileSerializer.Meta.fields, "parts"]
        read_only_fields = fields


class AnnouncedSerializer(serializers.Serializer[SubmissionFile]):
    """A file that is going to be uploaded."""

    path = serializers.CharField(trim_whitespace=False)
    size = serializers.IntegerField(min_value=0, max_value=1 << 50)
    sha256 = serializers.CharField(required=False, default="", allow_blank=True)


class AnnouncementSerializer(serializers.Serializer[SubmissionFile]):
    """Files that are going to be uploaded."""

    files = AnnouncedSerializer(many=True)
