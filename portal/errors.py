"""What can go wrong, as a tree; every leaf has a stable code and a message fit for the person who asked.

TesseraError
├── NotAllowedError      403  a policy said no, with its reason
├── NotThereError        404  it does not exist, or the asker may not know that it does
├── IllegalMoveError     409  the state table has no such move from here
├── OvertakenError       409  somebody or something else was faster
├── InvalidInputError    400  what was sent cannot be used; says how to mend it
└── TryLaterError        503  a part that is needed does not answer just now
"""

from __future__ import annotations

from http import HTTPStatus


class TesseraError(Exception):
    """The root of every error that a person may see."""

    code = "error"
    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class NotAllowedError(TesseraError):
    """A policy said no."""

    code = "not_allowed"
    status = HTTPStatus.FORBIDDEN


class NotThereError(TesseraError):
    """It does not exist, or the asker may not know that it does."""

    code = "not_there"
    status = HTTPStatus.NOT_FOUND


class IllegalMoveError(TesseraError):
    """The state table has no such move from the present state."""

    code = "illegal_move"
    status = HTTPStatus.CONFLICT


class OvertakenError(TesseraError):
    """Somebody or something else was faster."""

    code = "overtaken"
    status = HTTPStatus.CONFLICT


class InvalidInputError(TesseraError):
    """What was sent cannot be used; `fields` says what to mend, by the name of the field."""

    code = "invalid_input"
    status = HTTPStatus.BAD_REQUEST

    def __init__(
        self, message: str, *, code: str | None = None, fields: dict[str, list[str]] | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.fields = fields or {}


class TryLaterError(TesseraError):
    """A part that is needed does not answer just now; jobs try again, people are asked to."""

    code = "try_later"
    status = HTTPStatus.SERVICE_UNAVAILABLE
