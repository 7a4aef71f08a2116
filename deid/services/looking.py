"""The children of a worker, kept while it lives: models take seconds to load, and a release has many series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from deid.engine import EngineError, sandbox
from portal.errors import TryLaterError
from portal.models import SeriesKind

FILES_UNREACHABLE = "files_unreachable"

LIMITS = sandbox.Limits(memory_bytes=3 << 30, cpu_seconds=600, wall_seconds=900)


RELEASE_LIMITS = sandbox.Limits(memory_bytes=4 << 30, cpu_seconds=600, wall_seconds=1800)


@dataclass(frozen=True, slots=True)
class Looker:
    """The engine's functions that draw a series, draw it small, and say why it could not be masked (none where nobody can);
    whether it is searched for text."""

    render: str
    thumbnail: str
    can_mask: str = ""
    is_searched: bool = False


# A kind that is not here has no picture.
LOOKERS: Mapping[SeriesKind, Looker] = MappingProxyType(
    {
        SeriesKind.DICOM: Looker("render", "thumbnail", "can_mask", is_searched=True),
        SeriesKind.NIFTI: Looker("render", "thumbnail", "can_mask_volume", is_searched=True),
        SeriesKind.IMAGE: Looker("render_image", "thumbnail_image", "can_mask_image", is_searched=True),
        SeriesKind.RAW: Looker("render_raw", "thumbnail_raw"),
    }
)


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
