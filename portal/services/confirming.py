"""What whoever makes something public must say to have read; a page ticks it, a script names it, and the service asks for it."""

from __future__ import annotations

from collections.abc import Collection as Tokens

from portal.errors import InvalidInputError
from portal.models import Collection
from portal.slots import Confirmation, confirmations_for

GATE, FIELD = "collection.public", "confirmed"


def asked_of(collection: Collection) -> list[Confirmation]:
    """Return what must be confirmed before what people typed of *collection* is public."""
    return confirmations_for(GATE, collection)


def require_confirmed(asked: list[Confirmation], confirmed: Tokens[str]) -> None:
    """Raise `InvalidInputError` with the tokens that are missing, unless all that is *asked* is among what was *confirmed*."""
    missing = [one for one in asked if one.token not in confirmed]
    if missing:
        raise InvalidInputError(
            f"A subject may be named in public by: {', '.join(one.label for one in missing)}. Read it and say it in other words;"
            " where somebody else is meant who is called so, confirm that you have read it.",
            code="confirmation_needed",
            fields={FIELD: [one.token for one in missing]},
        )
