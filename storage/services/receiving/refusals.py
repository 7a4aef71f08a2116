"""Why a file or an archive is refused: a code, and words that say how to mend it."""

from __future__ import annotations

from storage.advice import ADVICE

_WRONG: dict[str, str] = {
    "digest_differs": "The bytes that arrived are not the bytes that were announced.",
    "size_differs": "Another number of bytes arrived than was announced.",
    "encrypted": "It is encrypted.",
    "damaged": "It is damaged and cannot be read to its end.",
    "not_a_file": "It is a link or a device, not a file.",
    "bomb": "It unpacks to far more than a file of its size should.",
    "too_many_members": "It has too many members.",
    "overlapping": "Its members lie over each other, as in no honest archive.",
    "nested_too_deep": "It is an archive in an archive in an archive.",
    "unknown_compression": "It is packed with a method that is not supported.",
    "archive_refused": "The archive that it came in was refused.",
    "empty": "It has no content.",
    "abandoned": "Nothing happened in its submission for 30 days.",
}
REASONS: dict[str, str] = {code: f"{wrong} {ADVICE[code]}" for code, wrong in _WRONG.items()}


class RefusedError(Exception):
    """One file is refused, with a code of `REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = REASONS[code]


class ArchiveRefusedError(RefusedError):
    """A whole archive is refused, with everything that came out of it."""
