"""How a state moves: along its table only, by compare-and-set, under a row lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.db import models

from portal.errors import IllegalMoveError, NotThereError, OvertakenError

Table = Mapping[tuple[Any, Any], Any]


class LockingQuerySet(models.QuerySet[Any]):
    """A queryset that fetches one row and locks it in the same call."""

    def locked(self, pk: object) -> Any:
        """Return the row with its lock held until the transaction ends; raise `NotThereError` if missing."""
        row = self.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise NotThereError("It is not there (any more).")
        return row


class Moving(models.Model):
    """A model whose `state` moves along the class's `TRANSITIONS` and in no other way."""

    TRANSITIONS: ClassVar[Table]

    objects = LockingQuerySet.as_manager()

    class Meta:
        abstract = True

    def may_move(self, move: models.TextChoices) -> bool:
        """Say whether the table knows *move* from the present state."""
        return (self.state, move) in self.TRANSITIONS

    def move(self, move: models.TextChoices, **changes: object) -> Self:
        """Move along the table and set *changes* with it, in one compare-and-set.

        Raises `IllegalMoveError` when the table has no such move, `OvertakenError` when the row has moved
        since it was read.
        """
        source = self.state  # type: ignore[has-type]
        target = self.TRANSITIONS.get((source, move))
        if target is None:
            raise IllegalMoveError(f"“{move.label}” is not possible while it is {self.get_state_display()}.")  # type: ignore[attr-defined]
        rows = type(self)._default_manager.filter(pk=self.pk)
        won = rows.filter(**{"state": source}).update(state=target, **changes)
        if not won:
            raise OvertakenError("It has changed in the meantime; load the page again.")
        self.state = target
        computed = [name for name, value in changes.items() if hasattr(value, "resolve_expression")]
        for name, value in changes.items():
            if name not in computed:
                setattr(self, name, value)
        if computed:
            # What the database computes (its own time, above all) only it can tell.
            self.refresh_from_db(fields=computed)
        return self
