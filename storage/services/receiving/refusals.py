"""Why a file or an archive is refused: a code, and words that say how to mend it."""

from __future__ import annotations

REASONS: dict[str, str] = {
    "digest_differs": "The bytes that arrived are not the bytes that were announced. Upload the file again.",
    "size_differs": "Another number of bytes arrived than was announced. Upload the file again.",
    "encrypted": "It is encrypted. Upload it without a password.",
    "damaged": "It is damaged and cannot be read to its end. Pack it anew and upload it again.",
    "not_a_file": "It is a link or a device, not a file. Upload the file itself.",
    "bomb": "It unpacks to far more than a file of its size should. Upload its files without packing them.",
    "too_many_members": "It has too many members. Split it into several archives.",
    "overlapping": "Its members lie over each other, as in no honest archive. Pack it anew.",
    "nested_too_deep": "It is an archive in an archive in an archive. Unpack the outer ones.",
    "unknown_compression": "It is packed with a method that is not supported. Use plain zip, tar or gzip.",
    "archive_refused": "The archive that it came in was refused.",
    "empty": "It has no content.",
    "abandoned": "Nothing happened in its submission for 30 days. Open a new submission and upload it again.",
}


class RefusedError(Exception):
    """One file is refused, with a code of `REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = REASONS[code]


class ArchiveRefusedError(RefusedError):
    """A whole archive is refused, with everything that came out of it."""
