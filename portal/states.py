"""The states of a collection version, and how they may change.

draft ─submit─► in curation ─publish─► published ─supersede─► superseded
                    │ ▲                    │                      │
                    └─┘ send back          └──────withdraw────────┴─► withdrawn (a tombstone stays)
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models


class VersionState(models.TextChoices):
    """Where a collection version stands."""

    DRAFT = "draft", "Draft"
    IN_CURATION = "in_curation", "In curation"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


# What was published never changes as long as it is not withdrawn: grants live on it.
FROZEN = frozenset({VersionState.PUBLISHED, VersionState.SUPERSEDED})


class VersionMove(models.TextChoices):
    """What can happen to a collection version."""

    SUBMIT = "submit", "Hand over to curation"
    SEND_BACK = "send_back", "Send back"
    PUBLISH = "publish", "Publish"
    SUPERSEDE = "supersede", "Supersede"
    WITHDRAW = "withdraw", "Withdraw"


VERSION_TRANSITIONS: Mapping[tuple[VersionState, VersionMove], VersionState] = {
    (VersionState.DRAFT, VersionMove.SUBMIT): VersionState.IN_CURATION,
    (VersionState.IN_CURATION, VersionMove.SEND_BACK): VersionState.DRAFT,
    (VersionState.IN_CURATION, VersionMove.PUBLISH): VersionState.PUBLISHED,
    (VersionState.PUBLISHED, VersionMove.SUPERSEDE): VersionState.SUPERSEDED,
    (VersionState.PUBLISHED, VersionMove.WITHDRAW): VersionState.WITHDRAWN,
    (VersionState.SUPERSEDED, VersionMove.WITHDRAW): VersionState.WITHDRAWN,
}
