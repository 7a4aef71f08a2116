"""A policy's answer: yes, or no with the reason that a person reads."""

from __future__ import annotations

from dataclasses import dataclass

from portal.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be done, and if not, why."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(allowed=True)


def denied(reason: str) -> Verdict:
    """Return a refusal that carries its *reason*."""
    return Verdict(allowed=False, reason=reason)


def require(verdict: Verdict) -> None:
    """Raise `NotAllowedError` with the verdict's reason unless it allows."""
    if not verdict:
        raise NotAllowedError(verdict.reason)
