"""Streaming released bytes: as long as the watcher says that the grant is alive, and not a piece longer."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from django.db import connection

from delivery.services import receipts
from delivery.services.watching import WATCH, Running


class CutOffError(ConnectionAbortedError):
    """The grant ended while its bytes were on their way; the connection is broken off, so no client takes it for whole."""


class GuardedStream:
    """Yields what *source* gives as long as the person may read the release, and keeps the receipt true.

    Reading happens in threads, so that a slow client holds none; raises `CutOffError` when the grant has ended.
    The server calls `close` however the answer ends; a client that went away is not left to the garbage collector.
    """

    def __init__(
        self, source: Iterator[bytes], *, person_id: UUID, release_id: UUID, download_id: UUID
    ) -> None:
        self.source = source
        self.running = Running(person_id, release_id, download_id)
        self.cut_off = self.closed = False
        # An answer that is neither read nor closed is not watched for ever.
        weakref.finalize(self, self.running.leave)
        WATCH.begin(self.running)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while chunk := await asyncio.to_thread(next, self.source, b""):
                if not self.running.may_go_on():
                    self.cut_off = True
                    raise CutOffError("The grant has ended.")
                yield chunk
                self.running.sent += len(chunk)
        except Exception:
            # An answer that fails is not closed by the server.
            await asyncio.to_thread(self.close)
            raise

    def close(self) -> None:
        """Write down that it is over; a second time does nothing."""
        if self.closed:
            return
        self.closed = True
        WATCH.end(self.running)
        release = getattr(self.source, "close", None)
        if release is not None:
            # A piece that is being read just now is let go when its thread is done.
            with contextlib.suppress(ValueError):
                release()
        try:
            receipts.end(self.running.download_id, self.running.sent, cut_off=self.cut_off)
        finally:
            if not connection.in_atomic_block:
                connection.close()
