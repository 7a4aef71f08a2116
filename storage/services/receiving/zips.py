"""Whether a zip file is what it says: a directory of bounded size, and members that do not lie over each other."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import IO

from storage.services.receiving.budget import MOST_MEMBERS
from storage.services.receiving.refusals import ArchiveRefusedError

END = b"PK\x05\x06"
END_64 = b"PK\x06\x06"
LOCAL = b"PK\x03\x04"
LONGEST_COMMENT = 65_535
# An entry has at least 46 bytes; names may have 80 on average before the directory is refused.
LARGEST_DIRECTORY = MOST_MEMBERS * 128


def require_honest_zip(path: Path) -> None:
    """Raise `ArchiveRefusedError` for a directory that would fill the memory, or members that overlap.

    The reader in the standard library believes both; overlapping members are how a few megabytes become terabytes.
    """
    with path.open("rb") as file:
        start, size = _directory(file)
        if size > LARGEST_DIRECTORY:
            raise ArchiveRefusedError("too_many_members")
        with zipfile.ZipFile(file) as archive:
            places = sorted((info.header_offset, info.compress_size) for info in archive.infolist())
        _require_apart(file, places, start)


def _directory(file: IO[bytes]) -> tuple[int, int]:
    """Return where the central directory begins and how long it is."""
    length = file.seek(0, 2)
    tail_start = max(0, length - LONGEST_COMMENT - 22)
    file.seek(tail_start)
    tail = file.read()
    place = tail.rfind(END)
    if place < 0 or len(tail) - place < 22:
        raise ArchiveRefusedError("damaged")
    size, start = struct.unpack("<LL", tail[place + 12 : place + 20])
    if 0xFFFFFFFF in (size, start):
        place_64 = tail.rfind(END_64, 0, place)
        if place_64 < 0 or place - place_64 < 56:
            raise ArchiveRefusedError("damaged")
        size, start = struct.unpack("<QQ", tail[place_64 + 40 : place_64 + 56])
    return start, size


def _require_apart(file: IO[bytes], places: list[tuple[int, int]], directory: int) -> None:
    """Raise unless every member ends before the next one, or the directory, begins."""
    ends = [start for start, _ in places[1:]] + [directory]
    for (start, size), end in zip(places, ends, strict=True):
        file.seek(start)
        header = file.read(30)
        if len(header) < 30 or not header.startswith(LOCAL):
            raise ArchiveRefusedError("damaged")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        if start + 30 + name_length + extra_length + size > end:
            raise ArchiveRefusedError("overlapping")
