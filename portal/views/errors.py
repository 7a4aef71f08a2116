"""Error pages that say what happened and what to do, and services' errors as pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from portal.errors import TesseraError


def page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    """Return an error page."""
    return render(
        request, "portal/error.html", {"status": status, "title": title, "text": text}, status=status
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return page(
        request, 400, "We could not read that", "Go back, load the page again, and repeat what you did."
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    text = str(exception or "") or "Your account does not have the role that this needs."
    return page(request, 403, "You may not do this", text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was open for too long, or came from elsewhere."""
    text = "The form was open for too long or cookies are off. Go back, load the page again, and send it once more."
    return page(request, 403, "This form has expired", text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    text = (
        "It does not exist, or it is not for your eyes. Check the address, or sign in with another account."
    )
    return page(request, 404, "There is nothing here", text)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without asking the database for anything."""
    return render(None, "500.html", status=500)


class ErrorPagesMiddleware(MiddlewareMixin):
    """Shows the error that a service raised as a page that says how to mend it."""

    get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a `TesseraError` into its page."""
        if not isinstance(exception, TesseraError):
            return None
        return page(request, exception.status, HTTPStatus(exception.status).phrase, exception.message)
