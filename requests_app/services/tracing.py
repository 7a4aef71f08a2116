"""Tracing a leaked file to the grant whose copy it is, on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction

from deid.models import Release
from deid.services.tracing import Found, Trace, trace_file
from portal import ledger
from portal.models import Person
from requests_app.models import Grant
from requests_app.policies import traceable_grants


@dataclass(frozen=True)
class Traced:
    """A grant that a file points at, and by what."""

    grant: Grant
    found: Found


@dataclass(frozen=True)
class Answer:
    """What a trace says: the grants whose own marks the file carries, or those that merely hold the same bytes.

    `complete` is false where not everything in the file could be looked at.
    """

    named: list[Traced]
    possible: list[Traced]
    marks: int
    complete: bool


@transaction.atomic
def trace_leak(*, person: Person, content: BinaryIO) -> Answer:
    """Return whose copy the file is, as far as *person* answers for the grants; the ledger keeps who asked."""
    grants = {grant.pk: grant for grant in traceable_grants(person)}
    trace: Trace = trace_file(content, Release.objects.filter(grant_id__in=grants))
    traced = [Traced(grants[one.release.grant_id], one) for one in trace.found]
    named = [one for one in traced if one.found.is_certain]
    possible = [] if named else traced
    for one in named:
        ledger.record(person, "file traced", one.grant)
    if not named:
        ledger.record(person, "file not traced", person)
    return Answer(named, possible, trace.marks, trace.complete)
