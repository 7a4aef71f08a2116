"""How large a body may be, before anything is read of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]

# A part of an upload has 8 MiB; nothing else that is sent to us is larger.
LARGEST_BODY = 10 * 1024 * 1024
REFUSAL = b'{"type":"urn:tessera:error:body_too_large","title":"Content Too Large","status":413,' \
    b'"detail":"Send files in parts of at most 8 MiB.","code":"body_too_large"}'  # fmt: skip


class BodyTooLargeError(Exception):
    """More arrived than the sender had announced or may send."""


class BodyLimit:
    """Refuses a body that is too large before the web framework spools it to the disk."""

    def __init__(self, app: App, largest: int = LARGEST_BODY) -> None:
        self.app, self.largest = app, largest

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Let a request through whose body is small enough."""
        headers = dict(scope.get("headers", []))
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self.largest:
            await self._refuse(send)
            return
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self.largest:
                raise BodyTooLargeError
            return message

        try:
            await self.app(scope, counted, send)
        except BodyTooLargeError:
            await self._refuse(send)

    async def _refuse(self, send: Callable[[Message], Awaitable[None]]) -> None:
        headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": REFUSAL})
