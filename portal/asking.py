"""Who asks, as the policies take it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from rest_framework.request import Request

from portal.models import Person
from portal.policies import organisations_with


def asker(request: HttpRequest | Request) -> Person:
    """Return the person who asks; a visitor is anonymous, which every policy knows to refuse."""
    return cast("Person", request.user)


def holds(request: HttpRequest, permission: str) -> bool:
    """Say whether who asks holds *permission* for any organisation; asked of the database once a request.

    For menus, which ask the same several times a page; what may be done, the policies answer anew each time.
    """
    known: dict[str, bool] = request.__dict__.setdefault("held_permissions", {})
    if permission not in known:
        known[permission] = organisations_with(asker(request), permission).exists()
    return known[permission]
