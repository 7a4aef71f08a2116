"""One thing that is wrong or doubtful in a profile."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing about a profile: an `error` forbids its use, a `warning` wants a decision, a `note` informs."""

    level: str
    text: str
