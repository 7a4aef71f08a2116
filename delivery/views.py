"""The download doors: one file of a release, with ranges, or the whole release as a zip."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deid.models import Release, ReleaseFile
from delivery.models import Door, Download
from delivery.ranges import Span, UnsatisfiableError, span_of
from delivery.services import receipts
from delivery.services.entitling import release_for
from delivery.services.packaging import PACKAGE, file_stream, package_stream
from delivery.services.streaming import GuardedStream
from portal.errors import NotAllowedError, NotThereError, TesseraError
from portal.models import AccessToken, Person, Scope

T = TypeVar("T")
HEADERS = {
    "Cache-Control": "no-store, private",
    "Content-Type": "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Accept-Ranges": "bytes",
}


async def _ask(ask: Callable[..., T], *given: Any) -> T:
    """Run database work in a thread that leaves no connection behind."""

    def work() -> T:
        try:
            return ask(*given)
        finally:
            connection.close()

    return await asyncio.to_thread(work)


async def _asker(request: HttpRequest) -> tuple[Any, str]:
    """Return who asks, and through which door; raise `NotAllowedError` for a token that does not reach so far."""
    words = request.headers.get("Authorization", "").split()
    if len(words) == 2 and words[0].lower() == "bearer":
        token = await _ask(AccessToken.objects.alive, words[1])
        if token is None:
            raise NotAllowedError(
                "This access token is unknown, expired or revoked. Make a new one on your account page.",
                code="token_not_alive",
            )
        if Scope.DOWNLOAD not in token.scopes:
            raise NotAllowedError(
                "This access token was not made for downloads. Make one with that scope.", code="token_scope"
            )
        await _ask(token.touch)
        return token.person, Door.API
    return await request.auser(), Door.BROWSER


@require_safe
async def file(request: HttpRequest, grant_id: UUID, path: str) -> HttpResponseBase:
    """Hand out one file of the release; ranges, `If-Range` and HEAD work."""
    try:
        person, door = await _asker(request)
        release = await _ask(_release, person, grant_id)
        found = await _ask(_file, release, path)
    except TesseraError as error:
        return await _ask(_refusal, request, error)
    try:
        span = _span(request, found)
    except UnsatisfiableError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.size}"})
    headers = {**HEADERS, "Content-Length": str(span.length), "ETag": f'"{found.sha256}"'}
    headers["Content-Disposition"] = f'attachment; filename="{found.path.rpartition("/")[2]}"'
    if span.partial:
        headers["Content-Range"] = f"bytes {span.start}-{span.start + span.length - 1}/{found.size}"
    status = 206 if span.partial else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    download = await _ask(_begin, person, release, door, found.path, span.start, span.length)
    body = GuardedStream(
        file_stream(found, span.start, span.length),
        person_id=person.pk,
        release_id=release.pk,
        download_id=download.pk,
    )
    return StreamingHttpResponse(body, status=status, headers=headers)


@require_safe
async def package(request: HttpRequest, grant_id: UUID) -> HttpResponseBase:
    """Hand out the whole release as one stored zip."""
    try:
        person, door = await _asker(request)
        release = await _ask(_release, person, grant_id)
    except TesseraError as error:
        return await _ask(_refusal, request, error)
    stream, size = await _ask(package_stream, release)
    headers = {**HEADERS, "Content-Length": str(size), "Accept-Ranges": "none"}
    headers["Content-Disposition"] = f'attachment; filename="{release.name}.zip"'
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    download = await _ask(_begin, person, release, door, PACKAGE, 0, size)
    body = GuardedStream(stream, person_id=person.pk, release_id=release.pk, download_id=download.pk)
    return StreamingHttpResponse(body, headers=headers)


def _release(person: Person, grant_id: UUID) -> Release:
    return release_for(person, grant_id)


def _file(release: Release, path: str) -> ReleaseFile:
    found = release.files.filter(path=path).first()
    if found is None:
        raise NotThereError("There is no such file in this release.")
    return found


def _begin(person: Person, release: Release, door: str, path: str, first: int, size: int) -> Download:
    return receipts.begin(person=person, release=release, door=door, path=path, first_byte=first, size=size)


def _span(request: HttpRequest, found: ReleaseFile) -> Span:
    condition = request.headers.get("If-Range")
    stale = condition is not None and condition.strip() != f'"{found.sha256}"'
    return span_of("" if stale else request.headers.get("Range", ""), found.size)


def _refusal(request: HttpRequest, error: TesseraError) -> HttpResponseBase:
    """Answer a program with problem details, a person with a page; a stranger gets a 404 either way."""
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "delivery/refused.html", {"error": error}, status=error.status)
    body = {
        "type": f"urn:tessera:error:{error.code}",
        "title": error.status.phrase,
        "status": error.status,
        "detail": error.message,
        "code": error.code,
    }
    return JsonResponse(body, status=error.status, content_type="application/problem+json")
