"""Who asks: a personal access token in the `Authorization: Bearer` header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal.models.people import Person
from portal.models.tokens import AccessToken, Scope

if TYPE_CHECKING:
    # The framework loads its views while it reads this module's classes.
    from rest_framework.views import APIView


class AccessTokenAuthentication(BaseAuthentication):
    """Signs in whoever sends a token that is alive."""

    def authenticate(self, request: Request) -> tuple[Person, AccessToken] | None:
        """Return the person and the token, or None where no token was sent."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        token = AccessToken.objects.alive(words[1].decode("latin-1")) if len(words) == 2 else None
        if token is None:
            raise AuthenticationFailed(
                "This access token is unknown, expired or revoked. Make a new one on your account page."
            )
        token.touch()
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a missing token is answered with 401."""
        return 'Bearer realm="tessera"'


class TokenScopeAllows(BasePermission):
    """Asks of a token the scope that the view names (`token_scope`), else `read` or `write` by the method."""

    message = "This access token was not made for that. Make one with the scope that is needed."
    code = "token_scope"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the token (if one was used) reaches that far; a session always does."""
        if not isinstance(request.auth, AccessToken):
            return True
        usual = Scope.READ if request.method in SAFE_METHODS else Scope.WRITE
        return getattr(view, "token_scope", usual) in request.auth.scopes
