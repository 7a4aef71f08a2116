"""Ending: grants expire by themselves, sponsors suspend or revoke, requesters attest and report."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from deid.services.planning import stop_release
from portal import ledger
from portal.errors import InvalidInputError
from portal.models import Person
from portal.states import VersionState
from portal.verdicts import require
from requests_app import policies
from requests_app.models import Grant, Publication
from requests_app.services.letters import write_to_holders
from requests_app.states import GrantMove, GrantState


def expire_grants() -> int:
    """Close every grant whose time is over; the doors have refused it since that moment already."""
    return _end_each(Q(expires_at__lte=Now()), GrantMove.EXPIRE, "The agreed time is over.")


def end_withdrawn_grants() -> int:
    """End every grant on a version that was withdrawn; the doors have refused it since that moment already."""
    gone = Q(review__version__state=VersionState.WITHDRAWN)
    return _end_each(gone, GrantMove.REVOKE, "The sponsor has withdrawn the version.")


def _end_each(which: Q, move: GrantMove, reason: str) -> int:
    """End the running grants that are meant, each in a transaction of its own, and return how many they were."""
    running = Grant.objects.filter(which, state__in=[GrantState.ACTIVE, GrantState.SUSPENDED])
    ids = list(running.values_list("pk", flat=True))
    for grant_id in ids:
        _end_alone(grant_id, move, reason)
    return len(ids)


@transaction.atomic
def _end_alone(grant_id: UUID, move: GrantMove, reason: str) -> None:
    grant: Grant = Grant.objects.locked(grant_id)
    if grant.may_move(move):
        _end(grant, move, Person.system(), reason)


@transaction.atomic
def revoke_grant(*, person: Person, grant_id: UUID, reason: str) -> Grant:
    """Shut every door of a grant for good, from this moment."""
    grant: Grant = Grant.objects.locked(grant_id)
    require(policies.can_end_grant(person, grant))
    _require_reason(reason)
    return _end(grant, GrantMove.REVOKE, person, reason)


def _end(grant: Grant, move: GrantMove, actor: Person, reason: str) -> Grant:
    grant.move(move, ended_at=timezone.now(), end_reason=reason, reminded_at=None)
    stop_release(grant_id=grant.pk)
    ledger.record(actor, f"grant: {move.label.lower()}", grant)
    write_to_holders(grant, "grant_ended")
    return grant


@transaction.atomic
def suspend_grant(*, person: Person, grant_id: UUID, reason: str) -> Grant:
    """Shut every door of a grant until it is resumed."""
    grant: Grant = Grant.objects.locked(grant_id)
    require(policies.can_end_grant(person, grant))
    _require_reason(reason)
    grant.move(GrantMove.SUSPEND, end_reason=reason)
    ledger.record(person, "grant: suspend", grant)
    write_to_holders(grant, "grant_suspended")
    return grant


@transaction.atomic
def resume_grant(*, person: Person, grant_id: UUID) -> Grant:
    """Open the doors of a suspended grant again, until its end."""
    grant: Grant = Grant.objects.locked(grant_id)
    require(policies.can_end_grant(person, grant))
    grant.move(GrantMove.RESUME, end_reason="")
    ledger.record(person, "grant: resume", grant)
    write_to_holders(grant, "grant_resumed")
    return grant


@transaction.atomic
def close_out_grant(*, person: Person, grant_id: UUID, statement: str) -> Grant:
    """Record the requester's attestation that every copy is destroyed."""
    grant: Grant = Grant.objects.locked(grant_id)
    require(policies.can_close_out(person, grant))
    if not statement.strip():
        raise InvalidInputError("Say what was destroyed and how.", fields={"statement": ["Empty."]})
    grant.move(
        GrantMove.CLOSE_OUT,
        destruction_statement=statement.strip(),
        destruction_attested_by=person,
        destruction_attested_at=timezone.now(),
    )
    ledger.record(person, "destruction attested", grant)
    return grant


@transaction.atomic
def report_publication(
    *, person: Person, grant_id: UUID, title: str, year: int, doi: str = ""
) -> Publication:
    """Record what was published with the data of a grant, also after its end."""
    grant: Grant = Grant.objects.locked(grant_id)
    require(policies.can_report(person, grant))
    publication = grant.publications.create(title=title, doi=doi, year=year, reported_by=person)
    ledger.record(person, "publication reported", grant)
    return publication


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInputError("Give the reason; the holders will read it.", fields={"reason": ["Empty."]})
