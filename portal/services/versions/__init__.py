"""Versions of a collection, by phase of the work: drafting, publishing, withdrawing."""

from portal.services.versions.comparing import Difference, difference_of
from portal.services.versions.drafting import open_draft_version, send_back_version, submit_version
from portal.services.versions.publishing import conditions_to_publish, publish_version
from portal.services.versions.withdrawing import withdraw_version

__all__ = [
    "Difference",
    "conditions_to_publish",
    "difference_of",
    "open_draft_version",
    "publish_version",
    "send_back_version",
    "submit_version",
    "withdraw_version",
]
