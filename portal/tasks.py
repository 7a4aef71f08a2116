"""What the portal does by itself at set times."""

from __future__ import annotations

from uuid import UUID

from portal.jobs import JobHandle, job
from portal.ledger.checking import make_checkpoint
from portal.services import letters


@job("portal.sign_ledger", limit=300, every=3600)
def sign_ledger(identifier: str, handle: JobHandle) -> None:
    """Sign the head of the ledger, so that a cut tail is found."""
    with handle.finishing():
        make_checkpoint()


@job("portal.send_invitation", limit=60)
def send_invitation(identifier: str, handle: JobHandle) -> None:
    """Send somebody new the link that sets a password."""
    letters.send_invitation(person_id=UUID(identifier))
    handle.finish()


@job("portal.announce_version", limit=60)
def announce_version(identifier: str, handle: JobHandle) -> None:
    """Tell the sponsor's data managers that a version is published."""
    letters.announce_version(version_id=UUID(identifier))
    handle.finish()


@job("portal.announce_withdrawal", limit=60)
def announce_withdrawal(identifier: str, handle: JobHandle) -> None:
    """Tell the sponsor's people that a version was withdrawn."""
    letters.announce_withdrawal(version_id=UUID(identifier))
    handle.finish()
