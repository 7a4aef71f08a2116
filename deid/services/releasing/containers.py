"""A series in the store: one stored (uncompressed) zip, so that a file of it is one range of bytes."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a container: where its bytes lie, and their digest."""

    path: str
    offset: int
    size: int
    sha256: str


def write_container(target: IO[bytes], files: Iterable[tuple[str, Path]]) -> list[Member]:
    """Write *files* (path inside, file) into a stored zip and return where each lies.

    The same files give the same bytes: times and attributes are fixed, the order is the caller's.
    """
    members = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for path, source in files:
            members.append(_add(archive, target, path, source))
    return members


def _add(archive: zipfile.ZipFile, target: IO[bytes], path: str, source: Path) -> Member:
    info = zipfile.ZipInfo(path, EPOCH)
    info.file_size = source.stat().st_size
    digest = hashlib.sha256()
    with source.open("rb") as file, archive.open(info, "w") as entry:
        offset = target.tell()
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            entry.write(chunk)
    return Member(path, offset, info.file_size, digest.hexdigest())
