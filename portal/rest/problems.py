"""Errors of the API as problem details (RFC 9457): a stable code, a human reason, and what to mend."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.errors import InvalidInputError, TesseraError

CONTENT_TYPE = "application/problem+json"


def problem(
    status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **more: object
) -> Response:
    """Return a problem details answer."""
    body: dict[str, object] = {
        "type": f"urn:tessera:error:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    body.update({key: value for key, value in more.items() if value})
    return Response(body, status=status, content_type=CONTENT_TYPE, headers=headers)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem details for *error*; None lets an error that nobody foresaw be a plain 500."""
    set_rollback()
    if isinstance(error, InvalidInputError):
        return problem(error.status, error.code, error.message, fields=error.fields)
    if isinstance(error, TesseraError):
        return problem(error.status, error.code, error.message)
    if isinstance(error, Http404):
        return problem(404, "not_there", "It does not exist, or you may not know that it does.")
    if isinstance(error, PermissionDenied):
        return problem(403, "not_allowed", "You may not do this.")
    if isinstance(error, exceptions.ValidationError):
        return problem(400, "invalid_input", "Some of what was sent cannot be used.", fields=error.detail)
    if isinstance(error, exceptions.APIException):
        return _framework_problem(error)
    return None


def _framework_problem(error: exceptions.APIException) -> Response:
    """Return the problem details for an error that Django REST framework raised."""
    headers: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    return problem(error.status_code, code, str(error.detail), headers=headers)
