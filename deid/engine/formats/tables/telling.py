"""Which columns of a table are gone, said without a value of the table: a first row may hold somebody instead of names."""

from collections.abc import Sequence

from deid.engine.formats.tables.cdisc import is_cdisc, is_variable
from deid.engine.formats.tables.column_roles import ColumnRole
from deid.engine.formats.tables.roles import BIRTH, PEOPLE, SUBJECT_NAMES
from deid.engine.text.cleaning import TextCleaner

LONGEST = 40


def dropped_names(header: Sequence[str], roles: Sequence[ColumnRole]) -> list[str]:
    """Return the names of the dropped columns: as they stand where they can be nobody's, else by their places from 1 on."""
    cleaner = TextCleaner([], None)
    cdisc = is_cdisc(header)
    return [
        name if (cdisc and is_variable(name)) or _says_nothing(name, cleaner) else f"column {place}"
        for place, (name, role) in enumerate(zip(header, roles, strict=True), 1)
        if role is ColumnRole.DROP
    ]


def _says_nothing(name: str, cleaner: TextCleaner) -> bool:
    """Say whether a name of a column is made of words only, and of none that may be somebody's."""
    if any(map(str.isdigit, name)) or not name or len(name) > LONGEST:
        return False
    if any(pattern.fullmatch(name) for pattern in (SUBJECT_NAMES, BIRTH, PEOPLE)):
        return True
    return cleaner.clean(name) == name
