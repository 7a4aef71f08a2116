"""The states of a finding, a release and a release's items, and how they may change.

finding:
    open ─accept─► accepted    open ─change─► changed    open ─dismiss─► dismissed    open ─withhold─► withheld
    open ─keep─► kept
    accepted, changed, dismissed, kept, withheld ─reopen─► open

release:
    planned ─build─► building ─verify─► verifying ─seal─► sealed ─purge─► purged ─rebuild─► planned
                        └───────fail──────┴─► failed ─rebuild─► planned
    stopped: from planned, building, verifying, when the grant has ended meanwhile
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models


class FindingState(models.TextChoices):
    """Where a finding stands."""

    OPEN = "open", "Waits for a person"
    ACCEPTED = "accepted", "Proposal accepted"
    CHANGED = "changed", "Accepted with changes"
    DISMISSED = "dismissed", "Nothing to hide"
    KEPT = "kept", "Kept, committees are told"
    WITHHELD = "withheld", "Series withheld"


class FindingMove(models.TextChoices):
    """What a curator can do with a finding."""

    ACCEPT = "accept", "Accept the proposal"
    CHANGE = "change", "Accept with changes"
    DISMISS = "dismiss", "Nothing to hide"
    KEEP = "keep", "Keep it, and tell the committees"
    WITHHOLD = "withhold", "Withhold the series"
    REOPEN = "reopen", "Open again"


_DECISIONS = {
    FindingMove.ACCEPT: FindingState.ACCEPTED,
    FindingMove.CHANGE: FindingState.CHANGED,
    FindingMove.DISMISS: FindingState.DISMISSED,
    FindingMove.KEEP: FindingState.KEPT,
    FindingMove.WITHHOLD: FindingState.WITHHELD,
}

FINDING_TRANSITIONS: Mapping[tuple[FindingState, FindingMove], FindingState] = {
    **{(FindingState.OPEN, move): state for move, state in _DECISIONS.items()},
    **{(state, FindingMove.REOPEN): FindingState.OPEN for state in _DECISIONS.values()},
}


class ReleaseState(models.TextChoices):
    """Where a release stands; only a sealed one can be seen by anybody."""

    PLANNED = "planned", "Planned"
    BUILDING = "building", "Being cleaned"
    VERIFYING = "verifying", "Being verified"
    SEALED = "sealed", "Ready"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Stopped"
    PURGED = "purged", "Purged"


class ReleaseMove(models.TextChoices):
    """What can happen to a release."""

    BUILD = "build", "Build"
    VERIFY = "verify", "Verify"
    SEAL = "seal", "Seal"
    FAIL = "fail", "Fail"
    STOP = "stop", "Stop"
    PURGE = "purge", "Purge"
    REBUILD = "rebuild", "Build again"


RELEASE_TRANSITIONS: Mapping[tuple[ReleaseState, ReleaseMove], ReleaseState] = {
    (ReleaseState.PLANNED, ReleaseMove.BUILD): ReleaseState.BUILDING,
    (ReleaseState.BUILDING, ReleaseMove.VERIFY): ReleaseState.VERIFYING,
    (ReleaseState.VERIFYING, ReleaseMove.SEAL): ReleaseState.SEALED,
    (ReleaseState.BUILDING, ReleaseMove.FAIL): ReleaseState.FAILED,
    (ReleaseState.VERIFYING, ReleaseMove.FAIL): ReleaseState.FAILED,
    (ReleaseState.PLANNED, ReleaseMove.STOP): ReleaseState.STOPPED,
    (ReleaseState.BUILDING, ReleaseMove.STOP): ReleaseState.STOPPED,
    (ReleaseState.VERIFYING, ReleaseMove.STOP): ReleaseState.STOPPED,
    (ReleaseState.SEALED, ReleaseMove.PURGE): ReleaseState.PURGED,
    (ReleaseState.FAILED, ReleaseMove.REBUILD): ReleaseState.PLANNED,
    (ReleaseState.PURGED, ReleaseMove.REBUILD): ReleaseState.PLANNED,
}


class ItemState(models.TextChoices):
    """How far one series or table of a release has come."""

    PLANNED = "planned", "Planned"
    CLEANED = "cleaned", "Cleaned"
    VERIFIED = "verified", "Verified"
