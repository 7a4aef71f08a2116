"""The children of a worker, kept while it lives: models take seconds to load, and a release has many series."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from deid.engine import EngineError, sandbox
from portal.errors import TryLaterError

FILES_UNREACHABLE = "files_unreachable"

LIMITS = sandbox.Limits(memory_bytes=3 << 30, cpu_seconds=600, wall_seconds=900)


RELEASE_LIMITS = sandbox.Limits(memory_bytes=4 << 30, cpu_seconds=600, wall_seconds=1800)


@cache
def looking_pool() -> sandbox.Pool:
    """Return this process's own pool for looking at pictures; its child ends with the process."""
    return sandbox.Pool(LIMITS)


@cache
def cleaning_pool() -> sandbox.Pool:
    """Return this process's own pool for cleaning and verifying; its child ends with the process."""
    return sandbox.Pool(RELEASE_LIMITS)


@contextmanager
def faults_that_pass() -> Iterator[None]:
    """Have a job come back when the engine could not reach its files, which says nothing of what is in them."""
    try:
        yield
    except EngineError as error:
        if error.code != FILES_UNREACHABLE:
            raise
        raise TryLaterError("The working copies could not be reached.", code=error.code) from error
