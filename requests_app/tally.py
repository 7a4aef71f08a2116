"""Counting votes: only what the database holds at this moment counts."""

from __future__ import annotations

from dataclasses import dataclass

from requests_app.models import Choice, Review, Vote
from requests_app.policies import unconflicted_seats


@dataclass(frozen=True, slots=True)
class Tally:
    """How the votes stand on the present wording in the present round."""

    approvals: int
    declines: int
    quorum: int
    able: int

    @property
    def cast(self) -> int:
        """Votes that count."""
        return self.approvals + self.declines

    @property
    def marks(self) -> list[dict[str, object]]:
        """One mark a member who may vote, for the picture: those for, those against, those still to vote."""
        kinds = ["for"] * self.approvals + ["against"] * self.declines + ["open"] * (self.able - self.cast)
        return [
            {"kind": kind, "last_of_quorum": place == self.quorum and place < len(kinds)}
            for place, kind in enumerate(kinds, 1)
        ]

    @property
    def has_quorum(self) -> bool:
        """Whether enough members without a conflict have voted."""
        return self.cast >= self.quorum

    @property
    def carries(self) -> bool:
        """Whether an approval is carried: quorum, and more approvals than declines."""
        return self.has_quorum and self.approvals > self.declines

    @property
    def fails(self) -> bool:
        """Whether a decline is carried: quorum, and not more approvals than declines."""
        return self.has_quorum and self.approvals <= self.declines

    @property
    def can_reach_quorum(self) -> bool:
        """Whether enough members are left who may vote at all."""
        return self.able >= self.quorum


def counted_votes(review: Review) -> list[Vote]:
    """Return the votes that count: on this wording, in this round, by members who may vote now."""
    able = unconflicted_seats(review).values("person")
    return list(
        review.votes.filter(revision=review.revision, round=review.round, member__in=able).select_related(
            "member"
        )
    )


def tally(review: Review, votes: list[Vote] | None = None) -> Tally:
    """Return how the votes on *review* stand; *votes* are the counted ones where they are known already."""
    votes = counted_votes(review) if votes is None else votes
    approvals = sum(vote.choice == Choice.APPROVE for vote in votes)
    return Tally(
        approvals=approvals,
        declines=len(votes) - approvals,
        quorum=review.committee.quorum,
        able=unconflicted_seats(review).count(),
    )
