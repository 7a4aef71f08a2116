"""The columns of a table as it arrived, and what would leave of them, for who says what they hold; nothing is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from deid.engine import RefusedError
from deid.keys import collection_key, preview_key
from deid.policies import governed_tables
from deid.services.knowing import aliases_of, known_values_by_key
from deid.services.looking import looking_pool
from deid.services.releasing.sources import fetch_table
from deid.services.tabling import require_one_subject
from portal.errors import InvalidInputError, NotThereError
from portal.models import ClinicalTable, Person, TableColumn

MOST_BYTES = 256 << 20


def explain_table(
    *, person: Person, table: ClinicalTable, roles: Mapping[int, str]
) -> list[tuple[TableColumn, dict[str, Any]]]:
    """Return each column with what it holds and what would leave of that, as `explain_columns` tells it.

    *roles* are tried in place of those that are set. Pseudonyms and shift are those of a preview, of no grant. Raises
    `InvalidInputError` where nothing can be shown.
    """
    if not governed_tables(person).contains(table):
        raise NotThereError("There is no such table.")
    columns = list(table.columns.all())
    tried = {column.name: roles.get(column.pk, column.role) for column in columns}
    require_one_subject(tried.values())
    if table.size > MOST_BYTES:
        raise InvalidInputError("The table is too large to be shown in the browser.")
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        try:
            file, ending = fetch_table(table, Path(folder), looking_pool())
            told = looking_pool().run(
                "explain_columns",
                str(file),
                preview_key(table.collection),
                collection_key(table.collection).hex(),
                tried,
                ending=ending,
                people=known_values_by_key(table.collection),
                aliases=aliases_of(table.collection),
            )
        except RefusedError as error:
            raise InvalidInputError(error.reason) from error
    return list(zip(columns, told, strict=True))
