"""One watcher for all running downloads of a process: asks every second who may still read, and keeps receipts true.

A thread of its own asks once for everybody, so that a hundred slow downloads cost hardly more than one.
"""

from __future__ import annotations

import atexit
import logging
import time
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from uuid import UUID

from django.db import connection

from delivery.services import receipts
from delivery.services.entitling import still_readable

log = logging.getLogger(__name__)

CHECK_SECONDS = 1.0
NOTE_SECONDS = 5.0
# When nobody could be asked for so long, nobody is trusted: the download breaks off and may be resumed.
BLIND_SECONDS = 15.0


@dataclass
class Running:
    """A download on its way."""

    person_id: UUID
    release_id: UUID
    download_id: UUID
    sent: int = 0
    ended: bool = False
    gone: bool = False
    seen_at: float = field(default_factory=time.monotonic)

    def may_go_on(self) -> bool:
        """Say whether the grant was alive when we last looked, and that we looked lately."""
        return not self.ended and time.monotonic() - self.seen_at < BLIND_SECONDS

    def leave(self) -> None:
        """Say that nobody reads it any more, though nobody ended it."""
        self.gone = True


class Watch:
    """Knows the running downloads; its thread lives as long as there are some, and the process does not end."""

    def __init__(self) -> None:
        self.guard = Lock()
        self.running: dict[UUID, Running] = {}
        self.thread: Thread | None = None
        self.over = Event()
        # The database and the logs may be gone before a thread is that nobody waits for.
        atexit.register(self.over.set)

    def begin(self, running: Running) -> None:
        """Watch a download from now on."""
        with self.guard:
            self.running[running.download_id] = running
            if self.thread is None:
                self.thread = Thread(target=self._watch, name="download-watch", daemon=True)
                self.thread.start()

    def end(self, running: Running) -> None:
        """Watch it no longer."""
        with self.guard:
            self.running.pop(running.download_id, None)

    def _watch(self) -> None:
        noted_at = time.monotonic()
        while True:
            self.over.wait(CHECK_SECONDS)
            with self.guard:
                self.running = {key: one for key, one in self.running.items() if not one.gone}
                now = list(self.running.values())
                if not now or self.over.is_set():
                    self.thread = None
                    return
            try:
                self._look(now)
                if time.monotonic() - noted_at >= NOTE_SECONDS:
                    receipts.note_running({one.download_id: one.sent for one in now})
                    noted_at = time.monotonic()
            except Exception as error:
                # Whatever went wrong, the watch goes on: without it every download of this process breaks off.
                log.warning("running downloads could not be looked at: %s", type(error).__name__)
            finally:
                connection.close()

    def _look(self, now: list[Running]) -> None:
        asked_at = time.monotonic()
        pairs = {(one.person_id, one.release_id) for one in now}
        alive = {pair for pair in pairs if still_readable(*pair)}
        for one in now:
            if (one.person_id, one.release_id) in alive:
                one.seen_at = asked_at
            else:
                one.ended = True


WATCH = Watch()
