"""Where a review stands: who holds it, since when, until when, and how it came there."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from requests_app.models import Review
from requests_app.states import ReviewState

HOLDER = {
    ReviewState.DRAFT: "the requester",
    ReviewState.RETURNED: "the requester",
    ReviewState.DECLINED: "the requester",
    ReviewState.APPROVED: "the portal",
    ReviewState.APPROVED_WITH_CONDITIONS: "the portal",
    ReviewState.AGREEMENT_OUT: "those who sign",
    ReviewState.SIGNED: "the portal",
    ReviewState.GRANTED: "the holders",
}
TONE = {
    ReviewState.RETURNED: ("wait", "undo"),
    ReviewState.DECLINED: ("bad", "alert"),
    ReviewState.WITHDRAWN: ("", "stop"),
}


class TimelineStep(TypedDict):
    """One entry of the timeline component."""

    title: str
    tone: str
    icon: str
    at: datetime | None
    holder: str
    until: datetime | None
    text: str


def holder_of(review: Review) -> str:
    """Return who must act next, in words; empty when nobody must."""
    if review.state == ReviewState.WITHDRAWN:
        return ""
    return HOLDER.get(ReviewState(review.state), review.committee.name)


def timeline_of(review: Review) -> list[TimelineStep]:
    """Return the steps so far, the present one with its holder and clock."""
    steps = list(review.steps.select_related("actor"))
    shown = [
        TimelineStep(
            title=step.get_state_display(),
            tone=TONE.get(ReviewState(step.state), ("ok", "check"))[0],
            icon=TONE.get(ReviewState(step.state), ("ok", "check"))[1],
            at=step.taken_at,
            holder="",
            until=None,
            text=step.note,
        )
        for step in steps
    ]
    if shown and review.state not in {ReviewState.WITHDRAWN, ReviewState.GRANTED}:
        shown[-1] |= {"holder": holder_of(review), "until": review.due_at, "tone": "wait", "icon": "clock"}
    return shown
