"""The states of a review and of a grant, and how they may change.

An access request may name several collections; each has its own review, decided independently.

review:
    draft ─submit─► submitted ─start─► in review ─approve─► approved ─────────────┐
              ▲         │return           │ │  └─approve with conditions─► … ─────┤
              └─submit─ returned ◄─return─┘ └─decline─► declined ─appeal─► appealed ─start─► in review
    approved, approved with conditions ─send agreement─► agreement out ─complete signatures─► signed ─grant─► granted
    withdrawn: from every open state

grant:
    pending ─open─► active ◄─suspend / resume─► suspended
    active, suspended ─expire─► expired;  pending, active, suspended ─revoke─► revoked
    expired, revoked ─close out─► closed out
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models


class ReviewState(models.TextChoices):
    """Where the request for one collection stands."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned for changes"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions", "Approved with conditions"
    DECLINED = "declined", "Declined"
    APPEALED = "appealed", "Appealed"
    AGREEMENT_OUT = "agreement_out", "Agreement out for signature"
    SIGNED = "signed", "Signed"
    GRANTED = "granted", "Access granted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ReviewMove(models.TextChoices):
    """What can happen to the request for one collection."""

    SUBMIT = "submit", "Submit"
    START = "start", "Start the review"
    RETURN = "return", "Return for changes"
    APPROVE = "approve", "Approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions", "Approve with conditions"
    DECLINE = "decline", "Decline"
    APPEAL = "appeal", "Appeal"
    SEND_AGREEMENT = "send_agreement", "Send the agreement out"
    COMPLETE_SIGNATURES = "complete_signatures", "Complete the signatures"
    GRANT = "grant", "Grant access"
    WITHDRAW = "withdraw", "Withdraw"


OPEN_REVIEW_STATES = (
    ReviewState.DRAFT,
    ReviewState.SUBMITTED,
    ReviewState.RETURNED,
    ReviewState.IN_REVIEW,
    ReviewState.APPROVED,
    ReviewState.APPROVED_WITH_CONDITIONS,
    ReviewState.APPEALED,
    ReviewState.AGREEMENT_OUT,
    ReviewState.SIGNED,
)

REVIEW_TRANSITIONS: Mapping[tuple[ReviewState, ReviewMove], ReviewState] = {
    (ReviewState.DRAFT, ReviewMove.SUBMIT): ReviewState.SUBMITTED,
    (ReviewState.RETURNED, ReviewMove.SUBMIT): ReviewState.SUBMITTED,
    (ReviewState.SUBMITTED, ReviewMove.RETURN): ReviewState.RETURNED,
    (ReviewState.SUBMITTED, ReviewMove.START): ReviewState.IN_REVIEW,
    (ReviewState.IN_REVIEW, ReviewMove.RETURN): ReviewState.RETURNED,
    (ReviewState.IN_REVIEW, ReviewMove.APPROVE): ReviewState.APPROVED,
    (ReviewState.IN_REVIEW, ReviewMove.APPROVE_WITH_CONDITIONS): ReviewState.APPROVED_WITH_CONDITIONS,
    (ReviewState.IN_REVIEW, ReviewMove.DECLINE): ReviewState.DECLINED,
    (ReviewState.DECLINED, ReviewMove.APPEAL): ReviewState.APPEALED,
    (ReviewState.APPEALED, ReviewMove.START): ReviewState.IN_REVIEW,
    (ReviewState.APPROVED, ReviewMove.SEND_AGREEMENT): ReviewState.AGREEMENT_OUT,
    (ReviewState.APPROVED_WITH_CONDITIONS, ReviewMove.SEND_AGREEMENT): ReviewState.AGREEMENT_OUT,
    (ReviewState.AGREEMENT_OUT, ReviewMove.COMPLETE_SIGNATURES): ReviewState.SIGNED,
    (ReviewState.SIGNED, ReviewMove.GRANT): ReviewState.GRANTED,
    **{(state, ReviewMove.WITHDRAW): ReviewState.WITHDRAWN for state in OPEN_REVIEW_STATES},
}


class GrantState(models.TextChoices):
    """Where a grant stands."""

    PENDING = "pending", "Pending"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
    CLOSED_OUT = "closed_out", "Closed out"


class GrantMove(models.TextChoices):
    """What can happen to a grant."""

    OPEN = "open", "Open"
    SUSPEND = "suspend", "Suspend"
    RESUME = "resume", "Resume"
    EXPIRE = "expire", "Expire"
    REVOKE = "revoke", "Revoke"
    CLOSE_OUT = "close_out", "Close out"


GRANT_TRANSITIONS: Mapping[tuple[GrantState, GrantMove], GrantState] = {
    (GrantState.PENDING, GrantMove.OPEN): GrantState.ACTIVE,
    (GrantState.ACTIVE, GrantMove.SUSPEND): GrantState.SUSPENDED,
    (GrantState.SUSPENDED, GrantMove.RESUME): GrantState.ACTIVE,
    (GrantState.ACTIVE, GrantMove.EXPIRE): GrantState.EXPIRED,
    (GrantState.SUSPENDED, GrantMove.EXPIRE): GrantState.EXPIRED,
    (GrantState.PENDING, GrantMove.REVOKE): GrantState.REVOKED,
    (GrantState.ACTIVE, GrantMove.REVOKE): GrantState.REVOKED,
    (GrantState.SUSPENDED, GrantMove.REVOKE): GrantState.REVOKED,
    (GrantState.EXPIRED, GrantMove.CLOSE_OUT): GrantState.CLOSED_OUT,
    (GrantState.REVOKED, GrantMove.CLOSE_OUT): GrantState.CLOSED_OUT,
}
