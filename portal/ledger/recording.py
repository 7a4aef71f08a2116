"""How a row gets into the ledger: one at a time, in the transaction of the change."""

from __future__ import annotations

import re
from enum import Enum
from uuid import UUID

from django.db import connection, models

from portal.ledger.chain import BEGINNING, digest_of
from portal.models.ledger import LedgerEvent
from portal.models.people import Person

# Any constant will do; it is the name of the lock under which rows are numbered.
LOCK = 0x7E55E7A
CODE = re.compile(r"[A-Za-z0-9_:./@+-]{0,80}")
DICOM_UID = re.compile(r"\d+(\.\d+){3,}")


def record(actor: Person, verb: str, subject: models.Model, **detail: object) -> LedgerEvent:
    """Write one row: *actor* did *verb* to *subject*; *detail* holds identifiers, codes and counts only.

    Raises `RuntimeError` outside a transaction: a row that can outlive its change, or be lost, is worth nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The ledger is written in the transaction of the change that it tells of.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    last = LedgerEvent.objects.order_by("-sequence").values_list("sequence", "digest").first()
    event = LedgerEvent(
        sequence=last[0] + 1 if last else 1,
        at=now,
        actor=actor,
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        detail={name: opaque(value) for name, value in detail.items()},
        previous=last[1] if last else BEGINNING,
    )
    event.digest = digest_of(event.as_row())
    event.save(force_insert=True)
    return event


def opaque(value: object) -> object:
    """Return *value* as it may stand in the ledger; raise `ValueError` for anything that could be a datum."""
    if isinstance(value, Enum):
        return opaque(value.value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [opaque(item) for item in value]
    if isinstance(value, str) and CODE.fullmatch(value) and not DICOM_UID.fullmatch(value):
        return value
    raise ValueError("The ledger takes identifiers, codes and counts only; keep words and values elsewhere.")
