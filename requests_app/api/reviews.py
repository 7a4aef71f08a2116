"""Reviews: checking, asking, voting, deciding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from deid.services.recognising import recognisable_in
from portal.asking import asker
from requests_app import policies
from requests_app.api.given import said
from requests_app.models import Message, Review
from requests_app.selection import selected_series
from requests_app.serializers import (
    ConditionSerializer,
    DecisionSerializer,
    MessageSerializer,
    RecognisableSerializer,
    ReviewSerializer,
    VoteSerializer,
    WantedSerializer,
    WhySerializer,
)
from requests_app.services import deciding, drafting, reviewing, submitting


class ReviewList(generics.ListAPIView[Review]):
    """The reviews before your committees."""

    serializer_class = ReviewSerializer
    queryset = Review.objects.none()
    ordering = ("-since", "pk")

    def get_queryset(self) -> QuerySet[Review]:
        """Return what lies before the asker's committees."""
        before = policies.reviews_before(asker(self.request))
        return before.select_related("collection", "version", "committee", "grant")


class ReviewDetail(APIView):
    """One review, for both of its sides."""

    @extend_schema(responses=ReviewSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Return the review."""
        return Response(
            ReviewSerializer(get_object_or_404(policies.visible_reviews(asker(request)), pk=pk)).data
        )


class ReviewAct(APIView):
    """The frame of acts on a review: say what was given, do it, return the review."""

    wanted: ClassVar[type[serializers.Serializer[Any]] | None] = None

    def act(self, request: Request, review: Review, given: dict[str, Any]) -> object:
        """Do it."""
        raise NotImplementedError

    def post(self, request: Request, pk: UUID) -> Response:
        """Do it and return the review."""
        review = get_object_or_404(policies.visible_reviews(asker(request)), pk=pk)
        self.act(request, review, said(self.wanted, request) if self.wanted else {})
        review.refresh_from_db()
        return Response(ReviewSerializer(review).data)


def act(
    name: str,
    given: type[serializers.Serializer[Any]] | None,
    work: Callable[[Any, Review, dict[str, Any]], object],
) -> type[ReviewAct]:
    """Return the view of one act: its name, what must be given, and the service's call."""

    class Act(ReviewAct):
        def act(self, request: Request, review: Review, given: dict[str, Any]) -> object:
            return work(asker(request), review, given)

    Act.wanted = given
    Act.__name__ = Act.__qualname__ = f"Review{name}"
    described = extend_schema(
        request=given, responses=ReviewSerializer, operation_id=f"review_{name.lower()}"
    )
    return extend_schema_view(post=described)(Act)


Withdraw = act(
    "Withdraw",
    WhySerializer,
    lambda person, review, given: drafting.withdraw_review(
        person=person, review_id=review.pk, note=given["reason"]
    ),
)
Appeal = act(
    "Appeal",
    WhySerializer,
    lambda person, review, given: submitting.appeal(
        person=person, review_id=review.pk, reason=given["reason"]
    ),
)
Start = act(
    "Start", None, lambda person, review, given: reviewing.start_review(member=person, review_id=review.pk)
)
Return = act(
    "Return",
    WantedSerializer,
    lambda person, review, given: reviewing.return_review(
        member=person, review_id=review.pk, wanted=given["wanted"]
    ),
)
Vote = act(
    "Vote",
    VoteSerializer,
    lambda person, review, given: reviewing.cast_vote(member=person, review_id=review.pk, **given),
)
Recuse = act(
    "Recuse",
    WhySerializer,
    lambda person, review, given: reviewing.recuse(
        person=person, review_id=review.pk, member=person, reason=given["reason"]
    ),
)
Decide = act(
    "Decide",
    DecisionSerializer,
    lambda person, review, given: deciding.decide_review(member=person, review_id=review.pk, **given),
)


class ReviewConditions(APIView):
    """Conditions that the committee puts on its approval."""

    @extend_schema(request=ConditionSerializer, responses={201: ConditionSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Propose a condition."""
        review = get_object_or_404(policies.visible_reviews(asker(request)), pk=pk)
        text = said(ConditionSerializer, request)["text"]
        condition = reviewing.propose_condition(member=asker(request), review_id=review.pk, text=text)
        return Response(ConditionSerializer(condition).data, status=201)


class ReviewCondition(APIView):
    """One condition."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID, number: int) -> Response:
        """Take a proposed condition back before the decision."""
        review = get_object_or_404(policies.visible_reviews(asker(request)), pk=pk)
        condition = get_object_or_404(review.conditions, pk=number)
        reviewing.drop_condition(member=asker(request), review_id=review.pk, condition_id=condition.pk)
        return Response(status=204)


class ReviewRecognisable(APIView):
    """What a review asks for that identifies by itself, for its committee."""

    @extend_schema(responses=RecognisableSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """Return each reason with its exact counts; empty where nothing was kept."""
        review = get_object_or_404(policies.reviews_before(asker(request)), pk=pk)
        found = recognisable_in(selected_series(review))
        return Response(RecognisableSerializer(found, many=True).data)


class ReviewMessages(generics.ListAPIView[Message]):
    """The thread of a review, as far as the asker may read it; POST writes."""

    serializer_class = MessageSerializer
    queryset = Message.objects.none()
    ordering = ("sent_at", "pk")

    def get_queryset(self) -> QuerySet[Message]:
        """Return the messages that the asker may read."""
        review = get_object_or_404(policies.visible_reviews(asker(self.request)), pk=self.kwargs["pk"])
        shown = review.messages.select_related("author")
        inside = policies.can_see_deliberation(asker(self.request), review)
        return shown if inside else shown.filter(audience=Message.Audience.EVERYBODY)

    @extend_schema(request=MessageSerializer, responses={201: MessageSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Write a message."""
        review = get_object_or_404(policies.visible_reviews(asker(request)), pk=pk)
        given = said(MessageSerializer, request)
        message = reviewing.write_message(author=asker(request), review_id=review.pk, **given)
        return Response(MessageSerializer(message).data, status=201)
