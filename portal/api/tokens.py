"""Access tokens in the API: for sessions only, since a token must not be able to make another one."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.models import AccessToken, Scope
from portal.policies import own_tokens
from portal.rest.asking import asker
from portal.services import tokens as service


class SignedInBySession(BasePermission):
    """Asks of the asker that they signed in themselves."""

    message = "Tokens are made and revoked on your account page, by yourself: no token can do it."
    code = "session_only"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse whoever came with a token."""
        return not isinstance(request.auth, AccessToken)


class TokenSerializer(serializers.ModelSerializer[AccessToken]):
    """A token, without its secret."""

    class Meta:
        model = AccessToken
        fields = ["id", "name", "scopes", "made_at", "expires_at", "last_used_at", "revoked_at"]
        read_only_fields = fields


class NewTokenSerializer(serializers.Serializer[AccessToken]):
    """What is said when a token is made."""

    name = serializers.CharField(max_length=80)
    scopes = serializers.MultipleChoiceField(choices=Scope.choices, allow_empty=False)
    days = serializers.IntegerField(min_value=1, max_value=service.LONGEST_DAYS, default=90)


class MadeTokenSerializer(TokenSerializer):
    """A new token with its secret, which is told this once."""

    secret = serializers.CharField()

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class TokenList(generics.ListAPIView[AccessToken]):
    """Your access tokens; POST makes one."""

    permission_classes = [IsAuthenticated, SignedInBySession]
    serializer_class = TokenSerializer
    queryset = AccessToken.objects.none()
    ordering = ("-made_at", "pk")

    def get_queryset(self) -> QuerySet[AccessToken]:
        """Return one's own."""
        return own_tokens(asker(self.request))

    @extend_schema(request=NewTokenSerializer, responses={201: MadeTokenSerializer})
    def post(self, request: Request) -> Response:
        """Make a token; its secret is in this answer and nowhere else."""
        said = NewTokenSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        given = said.validated_data
        token, secret = service.issue_token(
            person=asker(request), name=given["name"], scopes=sorted(given["scopes"]), days=given["days"]
        )
        answer = {**TokenSerializer(token).data, "secret": secret}
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class TokenDetail(APIView):
    """One of your tokens."""

    permission_classes = [IsAuthenticated, SignedInBySession]

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Revoke the token."""
        service.revoke_token(person=asker(request), token_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
