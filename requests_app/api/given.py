"""What a program said, checked for its form."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request


def said(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return what was given, or answer 400 naming what cannot be used."""
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
