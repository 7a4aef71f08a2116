"""Running numbers that people can speak of."""

from __future__ import annotations

from django.db import connection, models


def next_number(model: type[models.Model], field: str = "number", **among: object) -> int:
    """Return the next free number of *model* among the rows given; others wait until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{model._meta.label}.{field}"])
    last = model._default_manager.filter(**among).aggregate(last=models.Max(field))["last"]
    return (last or 0) + 1
