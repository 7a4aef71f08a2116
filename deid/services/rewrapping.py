"""Wrap by the instance's present key what an earlier one wrapped, so that the earlier one can be thrown away."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from deid.keys import is_wrapped_anew, unwrap, wrap
from deid.models import CollectionSecret, GrantSecret, SubjectSecret
from portal.errors import TryLaterError

KEPT = (CollectionSecret, GrantSecret, SubjectSecret)


@dataclass
class Rewrapped:
    """How many rows the present key opened, how many it wraps from now on, and how many no key opens."""

    before: int = 0
    now: int = 0
    closed: int = 0


def rewrap() -> Rewrapped:
    """Wrap every key and every known value of subjects by the present key; each row by itself, so that it may be run again."""
    told = Rewrapped()
    for model in KEPT:
        for secret in model.objects.iterator(2000):
            if is_wrapped_anew(secret.wrapped, secret.purpose):
                told.before += 1
                continue
            with transaction.atomic():
                _rewrap(model.objects.select_for_update().filter(pk=secret.pk).first(), told)
    return told


def _rewrap(secret: CollectionSecret | GrantSecret | SubjectSecret | None, told: Rewrapped) -> None:
    if secret is None:  # it went while the others were wrapped
        return
    try:
        secret.wrapped = wrap(unwrap(secret.wrapped, secret.purpose), secret.purpose)
    except TryLaterError:
        told.closed += 1
        return
    secret.save(update_fields=["wrapped"])
    told.now += 1
