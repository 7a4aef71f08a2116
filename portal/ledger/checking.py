"""Checkpoints of the ledger, its export, and its verification in place."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from portal.ledger.chain import BEGINNING, faults, signature_of
from portal.models.ledger import LedgerCheckpoint, LedgerEvent


def make_checkpoint() -> LedgerCheckpoint:
    """Sign the head of the chain as it is now."""
    last = LedgerEvent.objects.order_by("-sequence").values_list("sequence", "digest").first()
    sequence, digest = last or (0, BEGINNING)
    return LedgerCheckpoint.objects.create(
        sequence=sequence,
        digest=digest,
        signature=signature_of(sequence, digest, settings.LEDGER_SIGNING_KEY),
    )


def rows() -> Iterator[dict[str, object]]:
    """Yield the whole ledger in order, then its checkpoints."""
    for event in LedgerEvent.objects.order_by("sequence").iterator(2000):
        yield event.as_row()
    for checkpoint in LedgerCheckpoint.objects.order_by("pk").iterator(2000):
        yield checkpoint.as_row()


def verify() -> list[str]:
    """Return what is wrong with the ledger in the database; an empty list where all is right."""
    return list(faults(rows(), signing_keys()))


def signing_keys() -> list[str]:
    """Return the key that signs checkpoints, and those that did before it."""
    return [settings.LEDGER_SIGNING_KEY, *settings.OLD_LEDGER_SIGNING_KEYS]
