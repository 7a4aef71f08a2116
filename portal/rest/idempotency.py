"""A write that is sent twice with the same `Idempotency-Key` happens once and is answered twice."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from portal.errors import InvalidInputError, OvertakenError
from portal.models.idempotency import IdempotentWrite
from portal.rest.asking import asker

HEADER = "Idempotency-Key"
LONGEST = 100


class IdempotentWrites:
    """Mixin for API views (put it first): honours `Idempotency-Key` on POST for signed-in people."""

    _write: IdempotentWrite | None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer, and keep the answer beside the key."""
        self._write = None
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        self._keep(response)
        return response

    def _keep(self, response: Any) -> None:
        """Keep a good answer; a refused write may be tried again under the same key."""
        if self._write is None:
            return
        if response.status_code < 400:
            self._write.keep(response.status_code, json.loads(response.rendered_content or b"null"))
        else:
            self._write.delete()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After everything that lets the person in: find out whether this write has already happened."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get(HEADER, "")
        if request.method != "POST" or not key:
            return
        if len(key) > LONGEST:
            raise InvalidInputError(f"An {HEADER} has at most {LONGEST} characters.")
        said = json.dumps([request.method, request.path, request.data], sort_keys=True, default=str)
        write, is_new = IdempotentWrite.objects.get_or_create(
            person=asker(request), key=key, defaults={"digest": hashlib.sha256(said.encode()).hexdigest()}
        )
        if is_new:
            self._write = write
            return
        if write.digest != hashlib.sha256(said.encode()).hexdigest():
            raise InvalidInputError(f"This {HEADER} was used for another write.", code="key_reused")
        if write.status is None:
            raise OvertakenError("The same write is still being done; ask again in a moment.")
        raise AlreadyDoneError(write)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a repeated write as the first one was answered."""
        if isinstance(exc, AlreadyDoneError):
            return Response(
                exc.write.answer, status=exc.write.status, headers={"Idempotent-Replayed": "true"}
            )
        response: Response = super().handle_exception(exc)  # type: ignore[misc]
        return response


class AlreadyDoneError(Exception):
    """The write has happened; its answer is kept."""

    def __init__(self, write: IdempotentWrite) -> None:
        super().__init__()
        self.write = write
