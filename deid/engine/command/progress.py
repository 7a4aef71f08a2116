"""Say on standard error which phase of the work runs and how far it is."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

PROGRESS_SECONDS = 1.0
Done = TypeVar("Done")


def _left(seconds: float) -> str:
    """Return how long it will take still, nothing where that is hardly anything."""
    if seconds < PROGRESS_SECONDS:
        return ""
    minutes = round(seconds / 60)
    return f", about {minutes} min left" if minutes > 1 else f", about {round(seconds)} s left"


def shown(phase: str, total: int, what: str, done: Iterable[Done]) -> Iterator[Done]:
    """Yield what is *done*, with a line about once a second and one at the end; nothing is said where nothing is to do."""
    started = time.monotonic()
    said = 0.0
    for count, one in enumerate(done, 1):
        now = time.monotonic()
        if now - said >= PROGRESS_SECONDS or count == total:
            said = now
            rate = count / max(now - started, 1e-6)
            sys.stderr.write(
                f"{phase}: {count} of {total} {what}, {rate:.3g} per second{_left((total - count) / rate)}\n"
            )
        yield one
