"""Byte ranges (RFC 9110, section 14): one range of a file, or all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from *start*, *length* of them; `partial` when the answer is 206."""

    start: int
    length: int
    partial: bool


class UnsatisfiableError(Exception):
    """The range lies outside the file (416)."""


def span_of(header: str, size: int) -> Span:
    """Return the bytes that a `Range` header asks for; a header that is not understood asks for everything.

    Raises `UnsatisfiableError` for a range that lies outside of *size* bytes.
    """
    whole = Span(0, size, partial=False)
    found = RANGE.fullmatch(header.strip())
    if not found or found.group() == "bytes=-":
        return whole
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        if not length:
            raise UnsatisfiableError
        return Span(size - length, length, partial=True)
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return whole
    if start >= size:
        raise UnsatisfiableError
    return Span(start, min(end, size - 1) - start + 1, partial=True)
