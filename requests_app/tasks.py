"""What the request workflow does later or by itself at set times: one identifier, one call."""

from __future__ import annotations

from uuid import UUID

from portal.jobs import JobHandle, job
from requests_app.services import announcing, ending, granting, letters, reminding, signing


@job("requests_app.send_letter", limit=120, attempts=20)
def send_letter(identifier: str, handle: JobHandle) -> None:
    """Send one letter."""
    letters.send_letter(UUID(identifier))


@job("requests_app.send_agreement", limit=120)
def send_agreement(identifier: str, handle: JobHandle) -> None:
    """Write the agreement of an approved review and invite all who must sign."""
    signing.send_agreement(UUID(identifier))


@job("requests_app.execute_agreement", limit=300, attempts=20)
def execute_agreement(identifier: str, handle: JobHandle) -> None:
    """Keep the signed agreement and open the grant."""
    granting.execute_agreement(UUID(identifier))


@job("requests_app.announce_release", limit=120)
def announce_release(identifier: str, handle: JobHandle) -> None:
    """Tell the holders that their data is ready, or that it needs attention."""
    announcing.announce_release(UUID(identifier))


@job("requests_app.remind", limit=600, every=3600)
def remind(identifier: str, handle: JobHandle) -> None:
    """Remind those who hold a request or a grant whose time is nearly over, once."""
    reminding.remind()
    reminding.remind_of_ends()
    reminding.remind_of_copies()


@job("requests_app.expire_grants", limit=300, every=20)
def expire_grants(identifier: str, handle: JobHandle) -> None:
    """Close every grant whose time is over, or whose version was withdrawn."""
    ending.expire_grants()
    ending.end_withdrawn_grants()
