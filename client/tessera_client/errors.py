"""What can go wrong, as a tree; every leaf has the exit status with which the command ends.

ClientError               1
├── FilesFailedError      1  some files did not arrive, were rejected or do not verify; each is named
├── UnsafePathError       1  the portal named a file that would lie outside of the folder
├── BusyFolderError       1  another download writes into the folder
├── InvalidInputError     2  the portal cannot use what was sent; says how to mend it
├── NotAllowedError       3  not signed in, or a policy said no, with its reason
├── NotThereError         4  it does not exist, or you may not know that it does
└── UnreachableError      5  the portal did not answer, however often it was asked
"""

from __future__ import annotations

from collections.abc import Mapping


class ClientError(Exception):
    """The root: a message for the person who gave the command, and an exit status."""

    exit_status = 1

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class FilesFailedError(ClientError):
    """Some files failed; `reasons` says why, by path."""

    def __init__(self, message: str, reasons: Mapping[str, str]) -> None:
        super().__init__(message)
        self.reasons = dict(reasons)


class UnsafePathError(ClientError):
    """A path would lie outside of the folder."""


class BusyFolderError(ClientError):
    """Another download writes into the folder."""


class InvalidInputError(ClientError):
    """The portal cannot use what was sent."""

    exit_status = 2


class NotAllowedError(ClientError):
    """Not signed in, or a policy said no."""

    exit_status = 3


class NotThereError(ClientError):
    """It does not exist, or you may not know that it does."""

    exit_status = 4


class UnreachableError(ClientError):
    """The portal did not answer."""

    exit_status = 5
