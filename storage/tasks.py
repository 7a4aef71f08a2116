"""What the workers do with uploads."""

from __future__ import annotations

from uuid import UUID

from portal.jobs import JobHandle, job
from storage.services.abandoning import abandon_untouched
from storage.services.receiving.submission import receive_submission as receive


@job("storage.receive_submission", queue="receiving", lease=60, limit=3 * 3600)
def receive_submission(identifier: str, handle: JobHandle) -> None:
    """Check, unpack and store what was handed in."""
    receive(UUID(identifier), handle)


@job("storage.abandon_untouched", limit=3600, every=6 * 3600)
def abandon_untouched_uploads(identifier: str, handle: JobHandle) -> None:
    """Close uploads that nobody has gone on with for a month, and remove what was sent of them."""
    abandon_untouched()
