"""What de-identification does in workers: one identifier, one call."""

from __future__ import annotations

from uuid import UUID

from deid.services import curating, defacing, picturing, telling_administrators
from deid.services.intake import indexing, inspecting, inspecting_again
from deid.services.releasing import checking, cleaning, sealing, steps, verifying, watching
from portal.jobs import JobHandle, job

PATIENT = 40


@job("deid.index_submission", queue="receiving", limit=4 * 3600 - 600, attempts=PATIENT)
def index_submission(identifier: str, handle: JobHandle) -> None:
    """Give every received file of a submission its answer."""
    indexing.index_submission(UUID(identifier), handle)


@job("deid.inspect_series", queue="heavy", limit=3600, attempts=10)
def inspect_series(identifier: str, handle: JobHandle) -> None:
    """Look at a series once and for all."""
    inspecting.inspect_series(UUID(identifier), handle)


@job("deid.inspect_again", queue="heavy", limit=3600, attempts=10)
def inspect_again(identifier: str, handle: JobHandle) -> None:
    """Look at a series again that an earlier build of the engine inspected."""
    inspecting_again.inspect_again(UUID(identifier), handle)


@job("deid.plan_faces", queue="heavy", limit=3600, attempts=10)
def plan_faces(identifier: str, handle: JobHandle) -> None:
    """Plan the removal of a subject's faces."""
    defacing.plan_faces(UUID(identifier), handle)


@job("deid.settle_series", limit=120)
def settle_series(identifier: str, handle: JobHandle) -> None:
    """Clear or withhold a series once nothing about it is open."""
    curating.settle_series(UUID(identifier))


@job("deid.picture_series", limit=600, attempts=10)
def picture_series(identifier: str, handle: JobHandle) -> None:
    """Make the public picture of a cleared series."""
    picturing.picture_series(UUID(identifier))


@job("deid.close_submission", limit=120)
def close_submission(identifier: str, handle: JobHandle) -> None:
    """Take a submission on when all its series have come so far."""
    curating.close_submission(UUID(identifier))


@job("deid.build_release", limit=600, attempts=PATIENT)
def build_release(identifier: str, handle: JobHandle) -> None:
    """Start the cleaning of a release's items."""
    steps.build_release(UUID(identifier))


@job("deid.clean_item", queue="heavy", limit=4 * 3600 - 600, attempts=PATIENT)
def clean_item(identifier: str, handle: JobHandle) -> None:
    """Clean one series or table of a release."""
    cleaning.clean_item(UUID(identifier), handle)


@job("deid.verify_item", queue="heavy", limit=4 * 3600 - 600, attempts=PATIENT)
def verify_item(identifier: str, handle: JobHandle) -> None:
    """Re-read one series or table of a release with the second reader."""
    verifying.verify_item(UUID(identifier), handle)


@job("deid.seal_release", limit=1800, attempts=PATIENT)
def seal_release(identifier: str, handle: JobHandle) -> None:
    """Make a verified release visible, all of it at once."""
    sealing.seal_release(UUID(identifier))


@job("deid.purge_release", limit=1800, attempts=PATIENT)
def purge_release(identifier: str, handle: JobHandle) -> None:
    """Delete the objects of a release that nobody may read any more."""
    steps.purge_release(UUID(identifier))


@job("deid.watch_releases", limit=300, every=60)
def watch_releases(identifier: str, handle: JobHandle) -> None:
    """Take on, or fail, releases that no job moves any more."""
    watching.watch_releases()


@job("deid.check_releases", limit=300, every=24 * 3600)
def check_releases(identifier: str, handle: JobHandle) -> None:
    """Have sealed releases read again that were not for a week."""
    checking.ask_for_checks()


@job("deid.check_release", queue="heavy", limit=4 * 3600 - 600, attempts=PATIENT)
def check_release(identifier: str, handle: JobHandle) -> None:
    """Read every stored object of a sealed release."""
    checking.check_release(UUID(identifier), lambda done, total: handle.progress(done, total, "objects"))


@job("deid.tell_of_damage", limit=60)
def tell_of_damage(identifier: str, handle: JobHandle) -> None:
    """Tell the administrators that a release is not stored as it was sealed."""
    telling_administrators.tell_of_damage(release_id=UUID(identifier))
    handle.finish()
