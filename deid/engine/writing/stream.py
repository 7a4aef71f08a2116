"""Write the pieces of a file once, hashing on the way."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from deid.engine.reading.elements import Buffer, let_go

BLOCK = 1 << 20
# The head of an element and where its value lies in the source.
Copied = tuple[bytes, int, int]


@dataclass(frozen=True, slots=True)
class Parts:
    """A value in several parts, new ones between copied ones."""

    parts: tuple[bytes | Copied, ...]


Piece = bytes | Copied | Parts


def _flat(pieces: Iterable[Piece]) -> Iterator[bytes | Copied]:
    """Yield the parts of all pieces in order."""
    for piece in pieces:
        if isinstance(piece, Parts):
            yield from piece.parts
        else:
            yield piece


class HashingTarget:
    """A target stream that knows the SHA-256 and size of what went into it."""

    def __init__(self, target: BinaryIO) -> None:
        self._target, self._digest, self.size = target, hashlib.sha256(), 0

    def write(self, data: bytes | memoryview) -> int:
        """Write and hash *data*."""
        self._target.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here; compressors ask for it."""

    def pieces(self, pieces: Iterable[Piece], buffer: Buffer) -> None:
        """Write *pieces*; those that say (head, offset, length) are copied out of *buffer* in blocks."""
        waiting: list[bytes] = []
        for piece in _flat(pieces):
            if isinstance(piece, bytes):
                waiting.append(piece)
                continue
            head, start, length = piece
            self.write(b"".join((*waiting, head)))
            waiting.clear()
            self._copy(buffer, start, start + length)
        self.write(b"".join(waiting))

    def _copy(self, buffer: Buffer, start: int, end: int) -> None:
        """Write a stretch of *buffer* in blocks, letting go of mapped pages so that memory stays flat."""
        view = memoryview(buffer)
        for offset in range(start, end, BLOCK):
            self.write(view[offset : min(offset + BLOCK, end)])
            let_go(buffer, offset, BLOCK)

    @property
    def sha256(self) -> str:
        """The digest so far, in hexadecimal."""
        return self._digest.hexdigest()
