"""What a column of a table may hold."""

from enum import StrEnum


class ColumnRole(StrEnum):
    """What a column holds, and with that what becomes of it."""

    IDENTIFIER = "identifier"
    DATE = "date"
    AGE = "age"
    FREE_TEXT = "free_text"
    CODE = "code"
    VALUE = "value"
    DROP = "drop"
