"""Running the tests of one mutant."""

import os
import select
from pathlib import Path

import pytest

from mutating import forks
from mutating.exchanging import exchange, forget, module_of

# How long the tests of a mutant may take: so many seconds, and so many times as long as without one.
SECONDS, MOST_RUNS = 15.0, 3


def verdict(items: list[pytest.Item], file: Path, text: str, seconds: float, folder: Path) -> str:
    """Return what became of the tests in a fork where *file* has another *text*."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        forks.be_child(lambda: os.write(writing, _tried(items, file, text, folder)), folder)
    os.close(writing)
    try:
        ready, _, _ = select.select([reading], [], [], SECONDS + MOST_RUNS * seconds)
        said = os.read(reading, 16) if ready else b""
    finally:
        os.close(reading)
        forks.end(child)
    (folder / "exchanged" / f"{module_of(file)}.py").unlink(missing_ok=True)
    return {b"ok": "survived", b"failed": "failed"}.get(said, "hung" if not ready else "crashed")


def _tried(items: list[pytest.Item], file: Path, text: str, folder: Path) -> bytes:
    try:
        exchange(file, text, folder)
    except Exception:
        return b"failed"
    forget()
    session = items[0].session
    session.testsfailed = 0
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return b"failed"
    return b"ok"
