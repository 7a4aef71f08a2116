"""Who asks, where only signed-in people may."""

from __future__ import annotations

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from portal.models.people import Person


def asker(request: Request) -> Person:
    """Return the person who asks; raise `NotAuthenticated` for a visitor."""
    if not isinstance(request.user, Person):
        raise NotAuthenticated
    return request.user
