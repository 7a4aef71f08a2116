"""What the API says of requests, reviews and grants; every field is named."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from requests_app.content import missing_parts
from requests_app.models import (
    AccessRequest,
    Collaborator,
    Committee,
    Condition,
    Message,
    Review,
    Signature,
)
from requests_app.services.drafting import DRAFT_FIELDS
from requests_app.timeline import holder_of


class CollaboratorSerializer(serializers.ModelSerializer[Collaborator]):
    """Somebody named on a request."""

    class Meta:
        model = Collaborator
        fields = ["id", "full_name", "email", "organisation_name"]


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """Where the request for one collection stands."""

    collection = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    committee = serializers.CharField(source="committee.name", read_only=True)
    holder = serializers.SerializerMethodField()
    grant = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = [
            "id",
            "collection",
            "version",
            "committee",
            "selection",
            "state",
            "holder",
            "since",
            "due_at",
            "submitted_at",
            "decided_at",
            "decision_letter",
            "decline_reason",
            "grant",
        ]
        read_only_fields = fields

    def get_holder(self, review: Review) -> str:
        """Return who must act next."""
        return holder_of(review)

    def get_grant(self, review: Review) -> str | None:
        """Return the grant's identifier once there is one."""
        grant = getattr(review, "grant", None)
        return str(grant.pk) if grant else None


class RecognisableSerializer(serializers.Serializer[Any]):
    """A reason why images identify by themselves, and how many they are."""

    kind = serializers.CharField()
    reason = serializers.CharField()
    series = serializers.IntegerField()
    subjects = serializers.IntegerField()


class MissingSerializer(serializers.Serializer[Any]):
    """Something that a request still needs."""

    step = serializers.CharField()
    text = serializers.CharField()


class AccessRequestSerializer(serializers.ModelSerializer[AccessRequest]):
    """A request with the state of each of its parts."""

    reviews = ReviewSerializer(many=True, read_only=True)
    collaborators = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta:
        model = AccessRequest
        fields = ["id", "number", *DRAFT_FIELDS, "created_at", "collaborators", "reviews", "missing"]
        read_only_fields = fields

    def get_collaborators(self, access_request: AccessRequest) -> list[dict[str, Any]]:
        """Return those who are named now."""
        named = access_request.collaborators.filter(removed_at=None)
        return list(CollaboratorSerializer(named, many=True).data)

    def get_missing(self, access_request: AccessRequest) -> list[dict[str, Any]]:
        """Return what must be filled in before it can be submitted."""
        return list(MissingSerializer(missing_parts(access_request), many=True).data)


class DraftSerializer(serializers.Serializer[Any]):
    """The parts of a draft that are to be stored."""

    title = serializers.CharField(required=False, allow_blank=True)
    public_summary = serializers.CharField(required=False, allow_blank=True)
    purpose = serializers.CharField(required=False, allow_blank=True)
    plan = serializers.CharField(required=False, allow_blank=True)
    data_protection = serializers.CharField(required=False, allow_blank=True)
    funding = serializers.CharField(required=False, allow_blank=True)
    ethics = serializers.CharField(required=False, allow_blank=True)
    publication_intent = serializers.CharField(required=False, allow_blank=True)
    official_name = serializers.CharField(required=False, allow_blank=True)
    official_email = serializers.EmailField(required=False, allow_blank=True)


class SelectionSerializer(serializers.Serializer[Any]):
    """A collection to put on the draft, and what of it."""

    collection = serializers.SlugField()
    modalities = serializers.ListField(child=serializers.CharField(), required=False)
    body_parts = serializers.ListField(child=serializers.CharField(), required=False)
    tables = serializers.BooleanField(required=False)


class WhySerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(allow_blank=True, required=False, default="")


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A question, an answer, or a note among the members."""

    author = serializers.CharField(source="author.full_name", read_only=True)

    class Meta:
        model = Message
        fields = ["id", "author", "audience", "text", "sent_at"]
        read_only_fields = ["id", "author", "sent_at"]


class VoteSerializer(serializers.Serializer[Any]):
    """A member's vote."""

    choice = serializers.ChoiceField(choices=["approve", "decline"])
    comment = serializers.CharField(required=False, allow_blank=True, default="")


class DecisionSerializer(serializers.Serializer[Any]):
    """The committee's decision, which must be what the votes say."""

    choice = serializers.ChoiceField(choices=["approve", "decline"])
    letter = serializers.CharField()
    decline_reason = serializers.CharField(required=False, allow_blank=True, default="")


class WantedSerializer(serializers.Serializer[Any]):
    """Which changes the committee wants."""

    wanted = serializers.CharField()


class StatementSerializer(serializers.Serializer[Any]):
    """What was destroyed, where and how."""

    statement = serializers.CharField()


class PublicationSerializer(serializers.Serializer[Any]):
    """What was published."""

    title = serializers.CharField(max_length=400)
    year = serializers.IntegerField(min_value=1990, max_value=2200)
    doi = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class RegisterSerializer(serializers.ModelSerializer[Review]):
    """A line of the public register."""

    number = serializers.IntegerField(source="access_request.number", read_only=True)
    collection = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    title = serializers.CharField(source="revision.content.title", read_only=True)
    summary = serializers.CharField(source="revision.content.public_summary", read_only=True)

    class Meta:
        model = Review
        fields = [
            "number",
            "collection",
            "title",
            "summary",
            "state",
            "submitted_at",
            "decided_at",
            "decline_reason",
        ]
        read_only_fields = fields


class ConditionSerializer(serializers.ModelSerializer[Condition]):
    """A condition of the approval."""

    class Meta:
        model = Condition
        fields = ["id", "text"]
        read_only_fields = ["id"]


class SigningSerializer(serializers.Serializer[Any]):
    """A signature: the digest of the text that was read, and the name as it stands in the agreement."""

    digest = serializers.CharField(max_length=64)
    typed_name = serializers.CharField(max_length=150)


class ToSignSerializer(serializers.ModelSerializer[Signature]):
    """The text that somebody is asked to sign."""

    collection = serializers.CharField(source="agreement.review.collection.slug", read_only=True)
    text = serializers.CharField(source="agreement.text", read_only=True)
    text_digest = serializers.CharField(source="agreement.digest", read_only=True)

    class Meta:
        model = Signature
        fields = ["id", "role", "full_name", "collection", "text", "text_digest", "signed_at"]
        read_only_fields = fields


class CommitteeSerializer(serializers.ModelSerializer[Committee]):
    """A committee and who sits on it."""

    sponsor = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    members = serializers.SerializerMethodField()

    class Meta:
        model = Committee
        fields = ["id", "sponsor", "name", "quorum", "days_to_check", "days_to_decide", "members"]
        read_only_fields = fields

    def get_members(self, committee: Committee) -> list[dict[str, Any]]:
        """Return the seats that are held now."""
        seats = committee.seats.filter(left_at=None).select_related("person")
        return [
            {
                "seat": seat.pk,
                "name": seat.person.full_name,
                "email": seat.person.email,
                "chair": seat.is_chair,
            }
            for seat in seats
        ]


class NewCommitteeSerializer(serializers.Serializer[Any]):
    """A committee to be founded."""

    sponsor = serializers.SlugField()
    name = serializers.CharField(max_length=150)
    quorum = serializers.IntegerField(min_value=2, default=2)


class NewSeatSerializer(serializers.Serializer[Any]):
    """A seat to be given."""

    email = serializers.EmailField()
    is_chair = serializers.BooleanField(default=False)


class TermsSerializer(serializers.Serializer[Any]):
    """The terms under which a collection is shared."""

    committee = serializers.UUIDField(source="committee_id")
    agreement_text = serializers.CharField(source="agreement.text")
    grant_days = serializers.IntegerField(min_value=1, max_value=3650)
    needs_official = serializers.BooleanField()


class NewTermsSerializer(serializers.Serializer[Any]):
    """Terms to be set."""

    committee = serializers.UUIDField()
    agreement_text = serializers.CharField()
    grant_days = serializers.IntegerField(min_value=1, max_value=3650, default=365)
    needs_official = serializers.BooleanField(default=False)
