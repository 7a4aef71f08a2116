"""A few threads that take work from one list, one piece at a time; nothing is queued up in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event, Lock, Thread
from typing import TypeVar

T = TypeVar("T")


def work_through(pieces: Iterable[T], work: Callable[[T], None], *, hands: int, stop: Event) -> None:
    """Do *work* on all *pieces* with *hands* threads until they are done or *stop* is set.

    The first exception stops all of them and is raised here; so does Ctrl-C.
    """
    source, guard, errors = iter(pieces), Lock(), list[BaseException]()

    def toil() -> None:
        while not stop.is_set():
            try:
                with guard:
                    piece = next(source)
            except StopIteration:
                return
            try:
                work(piece)
            except BaseException as error:
                errors.append(error)
                stop.set()

    threads = [Thread(target=toil, daemon=True) for _ in range(max(1, hands))]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
    except KeyboardInterrupt:
        stop.set()
        raise
    if errors:
        raise errors[0]
