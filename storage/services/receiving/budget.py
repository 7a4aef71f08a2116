"""How much may come out of an archive: counted while it comes, never believed beforehand."""

from __future__ import annotations

from storage.services.receiving.refusals import ArchiveRefusedError

DEEPEST = 4
MOST_MEMBERS = 200_000
# Deflate shrinks zeros 1,032 times; images of whole studies stay far below this.
HIGHEST_RATIO = 200
# Small files may shrink as much as they like.
FREE_BYTES = 64 << 20
MOST_BYTES = 2 << 40


class Budget:
    """What one uploaded file may unpack to, over all levels."""

    def __init__(self, packed_bytes: int) -> None:
        self.allowed = min(MOST_BYTES, max(FREE_BYTES, packed_bytes * HIGHEST_RATIO))
        self.members = 0
        self.bytes = 0

    def member(self) -> None:
        """Count a member; raise `ArchiveRefusedError` when there are too many."""
        self.members += 1
        if self.members > MOST_MEMBERS:
            raise ArchiveRefusedError("too_many_members")

    def spend(self, count: int) -> None:
        """Count unpacked bytes; raise `ArchiveRefusedError` when there are too many."""
        self.bytes += count
        if self.bytes > self.allowed:
            raise ArchiveRefusedError("bomb")
