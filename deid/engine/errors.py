"""What the engine says when it will not or cannot do something.

    EngineError
    ├── RefusedError            a file was looked at and is not taken, with a reason its owner can act on
    │   ├── NotDicomError       it is no DICOM file
    │   ├── UnreadableError     it is damaged, or could be read in more than one way
    │   ├── UnsupportedError    it is sound, but the engine cannot de-identify this kind safely
    │   │   └── UnsupportedMaskError   its pixels cannot be masked
    │   └── TooLargeError       it grows beyond what may be unpacked
    └── ProfileError            a profile does not exist or contradicts itself

Each has a stable `code` for programs and a message for people. Neither ever holds a value of the file.
"""


class EngineError(Exception):
    """Anything the engine refuses or fails to do."""

    code = "engine_error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code or type(self).code

    @property
    def reason(self) -> str:
        """The message fit for the person who brought the file."""
        return str(self)


class RefusedError(EngineError):
    """A file was looked at and is not taken."""

    code = "refused"

    @classmethod
    def because(cls, code: str, reason: str) -> "RefusedError":
        """Build a refusal from its *code* and *reason*, as it comes back from a child process."""
        return cls(reason, code=code)


class NotDicomError(RefusedError):
    """The bytes are no DICOM file."""

    code = "not_dicom"


class UnreadableError(RefusedError):
    """The file is damaged, or two readers would understand it differently."""

    code = "unreadable"


class UnsupportedError(RefusedError):
    """The file is sound, but the engine cannot de-identify this kind safely."""

    code = "unsupported"


class UnsupportedMaskError(UnsupportedError):
    """The pixels of this file cannot be masked."""

    code = "unsupported_mask"


class TooLargeError(RefusedError):
    """The file grows beyond what may be unpacked."""

    code = "too_large"


class ProfileError(EngineError):
    """A profile does not exist or contradicts itself."""

    code = "profile"
