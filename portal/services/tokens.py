"""Personal access tokens: made, shown once, revoked; each act is in the ledger."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal import ledger
from portal.errors import InvalidInputError, NotThereError
from portal.models import AccessToken, Person, Scope
from portal.policies import own_tokens

LONGEST_DAYS = 365
MOST_ALIVE = 50


@transaction.atomic
def issue_token(*, person: Person, name: str, scopes: list[str], days: int) -> tuple[AccessToken, str]:
    """Return a new token and its secret, which is shown once and never again.

    Raises `InvalidInputError` for a token that could do nothing, or would live too long.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    wanted = [scope for scope in Scope.values if scope in scopes]
    if not wanted or set(scopes) - set(wanted):
        raise InvalidInputError(
            "Say what the token is for.",
            fields={"scopes": [f"Choose from: {', '.join(Scope.values)}."]},
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInputError(
            "A token lives for a year at most.", fields={"days": [f"Between 1 and {LONGEST_DAYS} days."]}
        )
    now = timezone.now()
    if own_tokens(person).filter(revoked_at=None, expires_at__gt=now).count() >= MOST_ALIVE:
        raise InvalidInputError(
            f"You have {MOST_ALIVE} tokens that are alive. Revoke those that you no longer use.",
            code="too_many_tokens",
        )
    token, secret = AccessToken.objects.issue(
        person=person, name=name, scopes=wanted, expires_at=now + timedelta(days=days)
    )
    ledger.record(person, "token made", token, scopes=wanted, days=days)
    return token, secret


@transaction.atomic
def revoke_token(*, person: Person, token_id: UUID) -> None:
    """End one of a person's own tokens now; ending it twice is fine."""
    token = own_tokens(person).select_for_update().filter(pk=token_id).first()
    if token is None:
        raise NotThereError("You have no such token.")
    if token.revoked_at is None:
        token.revoke()
        ledger.record(person, "token revoked", token)
