"""What is known of who a subject is, gathered from all its files and kept encrypted, for cleaning its texts."""

from __future__ import annotations

import json
from collections.abc import Iterable

from deid.keys import unwrap, wrap
from deid.models import SubjectSecret
from portal.models import Subject

MOST_VALUES = 1000


def remember_known_values(subject: Subject, values: Iterable[str]) -> None:
    """Add *values* to what is known of *subject*; inside a transaction, since others may add at the same time."""
    known = set(known_values_of(subject))
    if known.issuperset(values):
        return
    Subject.objects.select_for_update().get(pk=subject.pk)
    together = sorted({*known_values_of(subject), *values})[:MOST_VALUES]
    wrapped = wrap(json.dumps(together).encode(), _purpose(subject))
    SubjectSecret.objects.update_or_create(subject=subject, defaults={"wrapped": wrapped})


def known_values_of(subject: Subject) -> list[str]:
    """Return every name and identifier known of *subject*; keep them out of logs and task arguments."""
    secret = SubjectSecret.objects.filter(subject=subject).first()
    if secret is None:
        return []
    values: list[str] = json.loads(unwrap(secret.wrapped, _purpose(subject)))
    return values


def _purpose(subject: Subject) -> str:
    return f"known values of subject {subject.pk}"
