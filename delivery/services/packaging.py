"""A whole release as one stored zip, made while it is sent: nothing is kept on disk or held in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from zipstream import ZipStream

from deid.models import Release, ReleaseFile
from delivery.services import receipts
from storage.errors import ObjectDamagedError
from storage.objects import released_store

PACKAGE = "package.zip"


def package_stream(release: Release) -> tuple[Iterator[bytes], int]:
    """Return the zip's bytes piece by piece, and how many they are."""
    archive = ZipStream(sized=True)
    for file in release.files.order_by("path").iterator(chunk_size=2000):
        archive.add(file_stream(file), f"{release.name}/{file.path}", size=file.size)
    return iter(archive), len(archive)


def file_stream(file: ReleaseFile, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """Yield the bytes of one file of a release: a range of its container; the store is asked at the first one.

    Of a whole file the last piece is kept back until all of it has the digest of the manifest; where it has not, this is written
    down, and `ObjectDamagedError` breaks the download off. Of a part nobody can tell.
    """
    wanted = file.size - start if length is None else length
    pieces = released_store().get_stream(file.object_key, start=file.offset + start, length=wanted)
    yield from _checked(file, pieces) if wanted == file.size else pieces


def _checked(file: ReleaseFile, pieces: Iterator[bytes]) -> Iterator[bytes]:
    read, last = hashlib.sha256(), b""
    for piece in pieces:
        if last:
            yield last
        read.update(piece)
        last = piece
    if read.hexdigest() != file.sha256:
        receipts.note_damage(file)
        raise ObjectDamagedError("A file of the release is not what was sealed.")
    if last:
        yield last
